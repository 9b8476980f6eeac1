// The two records that nearly all are: intent and acceptance of a message of one part, at its first
// attempt, whose receipt nobody waits for. The octets are those of EncodeRecord, in fewer steps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "engine/journal/octets.h"
#include "engine/journal/record.h"

namespace salvo::engine {

// The front of any record of a key; the previous one is moved on.
inline uint8_t* PutKey(uint64_t key, uint64_t* previous_key, uint8_t* at) {
  // Wraps, and so any key follows any other.
  at = PutVarint(ZigZag(static_cast<int64_t>(key - *previous_key)), at);
  *previous_key = key;
  return at;
}

// These return where the record ends. REQUIRES: `at` has room for kMostRecordOctets.
inline uint8_t* EncodeUsualIntent(uint64_t key, uint32_t account, uint16_t billed,
                                  uint64_t* previous_key, uint8_t* at) {
  *at++ = static_cast<uint8_t>(RecordKind::kIntent);
  return PutVarint(billed, PutVarint(account, PutKey(key, previous_key, at)));
}

// REQUIRES: message_id.size() <= kLongestJournalledId.
inline uint8_t* EncodeUsualAccepted(uint64_t key, std::string_view message_id,
                                    uint64_t* previous_key, uint8_t* at) {
  *at++ = static_cast<uint8_t>(RecordKind::kAccepted);
  at = PutKey(key, previous_key, at);
  *at++ = static_cast<uint8_t>(message_id.size());
  return std::copy(message_id.begin(), message_id.end(), at);
}

}  // namespace salvo::engine
