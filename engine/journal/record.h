// What a journal says, one record at a time, and how that is written: engine/journal/README.md has
// the format. No file, no clock: octets in, octets out.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/receipts/segment.h"

namespace salvo::engine {

enum class RecordKind : uint8_t {
  kIntent = 1,    // the octets of a segment are about to leave
  kAccepted = 2,  // the SMSC took it
  kRejected = 3,  // it refused it for good
  kRefused = 4,   // it refused this attempt; another will follow
  kUnknown = 5,   // it left, and no answer will come any more
  kUnsent = 6,    // it never left after all: the intent is taken back
  kEnd = 7,       // the run ended in order; of no segment
  kReceipt = 8,   // a delivery receipt came; of what segment its id tells
};

// A segment is known by its message's key, its number in the message and the attempt.
// `message_id` refers to the octets that the record was read from.
struct JournalRecord {
  RecordKind kind = RecordKind::kIntent;
  uint64_t key = 0;
  uint16_t part = 0;            // from 0
  uint16_t parts = 1;           // at least 1
  uint32_t attempt = 1;         // from 1
  uint32_t account = 0;         // index; of an intent, a receipt and when one is wanted
  uint16_t reference = 0;       // that ties several parts together; of an intent, and so the next
  uint16_t look = 0;            // hash of what else has to be the same in all parts
  uint16_t billed = 1;          // segments of the whole message, as billed; of an intent
  uint32_t status = 0;          // command_status; of a refusal
  int64_t next_ns = 0;          // wall clock of the next attempt; of kRefused
  std::string_view message_id;  // of kAccepted and kReceipt
  bool wants_receipt = false;   // of kAccepted: one was asked for
  uint8_t number = 0;           // MarkOf the destination's; when a receipt is wanted
  // What else tells a message: of a receipt, and of a segment without an id whose receipt is
  // wanted.
  Correlation correlation;
  DeliveryState state = DeliveryState::kUnknown;  // of a receipt, and so the next ones
  uint8_t source_number = 0;                      // MarkOf
  uint8_t destination_number = 0;
  std::string_view error;
};

// No account of a receipt or of one who waits for it has a higher index.
inline constexpr uint32_t kMostAccounts = 1 << 16;

// Octets of a message_id that are kept (3.4 section 5.2.23).
inline constexpr size_t kLongestJournalledId = 65;

// Octets that one record takes at most.
inline constexpr size_t kMostRecordOctets = 128;

// Writes a record and returns where it ends. `*previous_key` is the key of the record before it in
// the batch, 0 at the front; it is moved on. A message_id beyond kLongestJournalledId is cut, an
// error beyond 16 octets. REQUIRES: `at` has room for kMostRecordOctets.
uint8_t* EncodeRecord(const JournalRecord& record, uint64_t* previous_key, uint8_t* at);

// Reads the record at the front of `octets` and moves both on. False when there is none of this
// format: nothing can be told of the rest then.
bool DecodeRecord(std::span<const uint8_t>* octets, uint64_t* previous_key, JournalRecord* record);

}  // namespace salvo::engine
