// What shards tell the matcher: segments that were accepted, receipts that came, segments whose
// fate is unknown. Values; views are valid as long as whoever hands them on says.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "salvo/receipt.h"

namespace salvo::engine {

// Two addresses and what ties them to one message: all that a receipt has of a message beside its
// id. The hash is the same in every process, so that a journal can hold it; it hides the numbers
// from the eye, not from somebody who tries all there are.
struct Correlation {
  uint64_t addresses = 0;  // HashOfAddresses; 0: not known
  // user_message_reference (3.4 section 5.3.2.17).
  std::optional<uint16_t> reference;

  bool operator==(const Correlation&) const = default;
};

// A number without the plus that people write before it.
constexpr std::string_view WithoutPlus(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  return number;
}

// A segment that the SMSC took and whose receipt was asked for.
struct Acceptance {
  uint64_t key = 0;
  uint32_t account = 0;  // index
  uint16_t part = 0;     // from 0
  uint16_t parts = 1;
  uint32_t number = 0;         // HashOfNumber of its destination
  std::string_view id;         // of submit_sm_resp; may be empty
  Correlation correlation;     // when the id is empty
  uint64_t receipt_claim = 0;  // SettledByReceipt's, when a receipt told that it was accepted
};

// A receipt as it came in.
struct InboundReceipt {
  uint32_t account = 0;
  DeliveryState state = DeliveryState::kUnknown;
  bool earlier = false;             // in an earlier run
  uint32_t source_number = 0;       // HashOfNumber of its source_addr
  uint32_t destination_number = 0;  // the same of destination_addr
  std::string_view id;              // as it was written; may be empty
  std::string_view error;
  Correlation correlation;
  int64_t received_at_ns = 0;  // since 1970 UTC
};

// A segment that left and got no answer.
struct UnknownSegment {
  uint32_t shard = 0;   // that has its record
  uint64_t cookie = 0;  // of the segment there
  uint64_t key = 0;
  uint32_t account = 0;
  Correlation correlation;
  int64_t intended_at_ns = 0;  // since 1970 UTC: no receipt of it is older
};

// A receipt says that an unknown segment was accepted.
struct SettledByReceipt {
  UnknownSegment segment;
  std::string_view id;
  uint64_t receipt_claim = 0;  // comes back in its Acceptance
};

// The same for a number however it is written: with or without a country code, '+' or a trunk
// prefix. 0: there is no number.
uint32_t HashOfNumber(std::string_view number);
// What is kept of it where room is short, and in a journal, where it is shorter: the mark of a mark
// is itself, and the journal's is told by the wide one.
uint16_t WideMarkOf(uint32_t number);
uint8_t MarkOf(uint32_t number);
// Whether they are of one number, as far as what is kept of it tells.
bool AreSameNumber(uint32_t a, uint32_t b);

// Never 0. A leading '+' is of no meaning.
uint64_t HashOfAddresses(std::string_view destination, std::string_view source);

}  // namespace salvo::engine
