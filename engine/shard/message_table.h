// The messages that a shard has begun and not yet settled. A segment is known by a cookie: its
// message's place in the table and its number in the message.
// One thread, the shard's. Records are reused: none is allocated in steady state.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/retry/wheel.h"
#include "pdu/protocol.h"
#include "pdu/wire.h"
#include "salvo/message.h"

namespace salvo::engine {

// What a part of a message needs to be submitted again. Its strings are used again by later
// messages.
struct PartRecord {
  std::string pdu;        // the submit_sm; "" when it is not kept
  uint32_t attempts = 0;  // submissions
  // The answer to the last one, when that was a refusal.
  pdu::CommandStatus refusal = pdu::CommandStatus::ESME_ROK;
  RetryWheel::Handle retry = RetryWheel::kNone;  // in the account's wheel, while it waits

  bool is_refused() const { return refusal != pdu::CommandStatus::ESME_ROK; }
  void Clear() {
    // What a usual submit_sm takes stays for the next one; more does not.
    constexpr size_t kUsualOctets = 512;
    if (pdu.capacity() > kUsualOctets) [[unlikely]]
      std::string().swap(pdu);
    pdu.clear();
    attempts = 0;
    refusal = pdu::CommandStatus::ESME_ROK;
    retry = RetryWheel::kNone;
  }
};

// What processors of this class fetch from memory at once.
inline constexpr size_t kCacheLine = 64;

struct alignas(kCacheLine) MessageRecord {
  uint64_t key = 0;
  uint64_t tag = 0;
  uint16_t billed = 1;       // segments, as billed
  uint16_t parts = 1;        // submit_sm that carry it
  uint16_t open = 0;         // parts submitted and not settled
  uint16_t unsubmitted = 0;  // parts still to be submitted
  uint16_t waiting = 0;      // parts that were refused and wait for their retry
  uint16_t unknown = 0;      // parts that left and got no answer
  uint16_t unsent = 0;       // parts given up before they left
  uint16_t reference = 0;    // that ties several parts together, and so the next
  uint16_t look = 0;  // hash of what else has to be the same in all of them; of one part: anything
  uint32_t attempts = 0;                                      // of the part that took most
  pdu::CommandStatus refusal = pdu::CommandStatus::ESME_ROK;  // the first final one
  bool refused = false;                                       // for good
  bool earlier = false;                                       // unknown since an earlier run
  bool again = false;                                         // it was that, and is sent once more
  io::Nanos begun_at = 0;
  int64_t submitted_at_ns = 0;  // wall clock
  int64_t answered_at_ns = 0;
  uint8_t to_size = 0;
  std::array<char, pdu::kMaxAddress> to_octets;
  std::vector<std::string> part_ids;  // of a message of several parts
  PartRecord first_part;
  std::vector<PartRecord> more_parts;

  std::string_view to() const { return {to_octets.data(), to_size}; }
  bool settled() const { return open == 0 && unsubmitted == 0 && waiting == 0; }
  // Tokens that one part costs: a message_payload is billed at once.
  uint32_t cost() const { return parts == 1 ? billed : 1; }
  PartRecord& part(uint16_t number) { return number == 0 ? first_part : more_parts[number - 1u]; }
  const PartRecord& part(uint16_t number) const {
    return number == 0 ? first_part : more_parts[number - 1u];
  }
  // The last submission of that part was none after all: nothing of it left.
  void TakeBackAttempt(uint16_t number);
  // Gives back the storage of its parts: it is to be kept for long without being retried.
  void ForgetParts();
};

class MessageTable {
 public:
  // A record for a new message, and its place.
  uint32_t Add(const Message& message, std::string_view to, uint16_t billed, uint16_t parts,
               io::Nanos now);
  void Remove(uint32_t index) { free_.push_back(index); }

  MessageRecord& operator[](uint32_t index) {
    return blocks_[index / kBlockRecords][index % kBlockRecords];
  }
  // Begins to fetch a record that will be asked for soon.
  void Prefetch(uint32_t index) {
    const auto* const record = reinterpret_cast<const char*>(&(*this)[index]);
    for (size_t at = 0; at < sizeof(MessageRecord); at += kCacheLine) {
      __builtin_prefetch(record + at, 1);
    }
  }
  size_t size() const { return blocks_.size() * kBlockRecords - free_.size(); }

  static uint64_t Cookie(uint32_t index, uint16_t part) { return uint64_t{index} << 16 | part; }
  static uint32_t IndexOf(uint64_t cookie) { return static_cast<uint32_t>(cookie >> 16); }
  static uint16_t PartOf(uint64_t cookie) { return static_cast<uint16_t>(cookie); }

 private:
  static constexpr uint32_t kBlockRecords = 64;

  void Grow();

  std::vector<std::unique_ptr<MessageRecord[]>> blocks_;  // addresses stay
  std::vector<uint32_t> free_;  // the last is the next: one that was used a moment ago
};

}  // namespace salvo::engine
