// From a message to the submit_sm that carry it, written straight into a session's output.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/core/account.h"
#include "engine/journal/rows.h"
#include "engine/session/session.h"
#include "salvo/message.h"

namespace salvo::engine {

// Numbers that tie the parts of a message together: a counter for each of many groups of
// destinations, by a hash. Two messages of the shard to one phone have different ones until those
// to its group have used up all that a header holds: 256 with an 8-bit reference, else 65,536. One
// thread, the shard's.
class ConcatenationReferences {
 public:
  explicit ConcatenationReferences(uint16_t seed);
  uint16_t Next(std::string_view destination);

 private:
  std::array<uint16_t, 4096> next_;
};

// A message that is ready to be submitted, part by part. Views are of the batch's message until
// KeepText is called.
struct Composition {
  Account* account = nullptr;
  uint32_t record = 0;  // in the message table
  pdu::AddressBlock source;
  pdu::AddressBlock destination;
  std::string_view to;  // the destination's digits
  pdu::Alphabet alphabet = pdu::Alphabet::kGsm7;
  bool as_it_stands = false;             // the text is written octet by octet
  uint16_t billed = 1;                   // segments, as billed
  uint16_t parts = 1;                    // submit_sm
  uint16_t next_part = 0;                // from 0
  uint16_t reference = 0;                // of several parts, and so the next
  uint16_t look = 0;                     // hash of what else has to be the same in all of them
  const RowProgress* earlier = nullptr;  // what earlier runs did of it; not owned
  // With that: the parts that are not to be submitted, for the SMSC has them or they wait.
  std::bitset<pdu::kMaxSegments> passed_over;
  std::string_view text;  // what is not submitted yet
  std::string_view tlvs;  // of this message, as octets

  bool finished() const { return next_part == parts; }
  // Tokens that the next part costs: a message_payload is billed at once.
  uint16_t next_cost() const { return parts == 1 ? billed : 1; }
};

// Of originator, alphabet and way of concatenation: a phone puts together only parts that are
// alike.
uint16_t LookOf(const Composition& message);

// Why it cannot go on with what earlier runs did of it: some parts are with the SMSC, and the
// others would not be taken for parts of the same. nullptr when it can.
const char* FaultOfGoingOn(const Composition& message);

// Octets that a claim for the next part needs.
size_t LargestPart(const Composition& message);

// Writes the next part at `out` and moves on. Returns the octets of the PDU.
// REQUIRES: !finished(), room for LargestPart octets.
size_t WritePart(Composition& message, uint32_t sequence, uint8_t* out);

// Moves on over the next part. REQUIRES: !finished().
void SkipPart(Composition& message);
// Moves on to the next part that is to be submitted.
void SkipPassedOver(Composition& message);
// The parts that are still to be submitted.
uint16_t PartsLeft(const Composition& message);

// A message's number as its outcome tells it: as it would be sent, and not too long for a batch.
std::string_view AsSent(std::string_view to);

}  // namespace salvo::engine
