// The submit_sm of one session that wait for their answers: an array, found by a mask.
//
// Capacity is at least four times the window, so that a sequence number maps to a slot of its own;
// where that slot is still taken - its answer is late - the number is skipped, for gaps are legal.
// So one answer withheld never stalls a bind. A slot stores the full sequence number: a wrong one
// never matches.
//
// A segment that is staged has a slot and is not in flight: it leaves when it may and the window
// has a place. Staged ones are always the youngest. One thread, the shard's. Allocates once.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "io/check.h"
#include "io/clock.h"
#include "pdu/protocol.h"

namespace salvo::engine {

using io::Nanos;

class Window {
 public:
  // The offset of what is in no output yet.
  static constexpr uint64_t kNoOffset = ~uint64_t{0};

  struct Slot {
    uint32_t sequence = 0;  // 0: free
    uint32_t octets = 0;    // of the PDU
    uint64_t cookie = 0;    // whose segment it is; of no meaning here
    uint64_t offset = 0;    // of the PDU in the session's output
    Nanos submitted_at = 0;

    bool is_staged() const { return offset == kNoOffset; }
  };

  // `size`: the most segments outstanding, at least 1. `first_sequence`: 1..0x7FFFFFFF.
  Window(uint32_t size, uint32_t first_sequence);

  uint32_t size() const { return size_; }
  // Segments that have a slot: in flight or staged.
  uint32_t outstanding() const { return outstanding_; }
  uint32_t in_flight() const { return outstanding_ - staged_; }
  uint32_t staged() const { return staged_; }
  bool full() const { return free() == 0; }
  // Segments that may be submitted now: in the window, and ahead of it.
  uint32_t free() const {
    const uint32_t taken = outstanding_ + withheld_;
    const uint32_t places = size_ + ahead_;
    return taken < places ? places - taken : 0;
  }
  // Whether a segment that is not in flight yet may leave.
  bool has_place() const { return in_flight() + withheld_ < size_; }

  // So many segments may be staged beyond the window, at most its size; 0 at first.
  void AllowAhead(uint32_t segments) { ahead_ = segments; }

  // The next sequence number that no outstanding segment has: also for requests that are not in
  // the window, such as enquire_link.
  uint32_t NextSequence() {
    while (slots_[next_sequence_ & mask_].sequence != 0) {
      next_sequence_ = pdu::NextSequence(next_sequence_);
    }
    return std::exchange(next_sequence_, pdu::NextSequence(next_sequence_));
  }

  // Takes the slot of a number that NextSequence gave. REQUIRES: !full().
  Slot& Take(uint32_t sequence) {
    SALVO_CHECK(!full());
    if (outstanding_ == 0) oldest_sequence_ = sequence;
    Slot& slot = slots_[sequence & mask_];
    slot.sequence = sequence;
    slot.offset = 0;
    ++outstanding_;
    return slot;
  }
  // The same for a segment that is staged, in no output yet. Leave follows when it is in one.
  Slot& Stage(uint32_t sequence) {
    Slot& slot = Take(sequence);
    slot.offset = kNoOffset;
    ++staged_;
    return slot;
  }
  void Leave(Slot& slot, uint64_t offset) {
    slot.offset = offset;
    --staged_;
  }

  // The slot of an outstanding segment; nullptr when there is none of that number.
  Slot* Find(uint32_t sequence) {
    Slot& slot = slots_[sequence & mask_];
    return slot.sequence == sequence && sequence != 0 ? &slot : nullptr;
  }

  void Release(Slot& slot) {
    if (slot.is_staged()) --staged_;
    slot.sequence = 0;
    --outstanding_;
  }

  // The same for a segment whose answer is overdue: its place is not used again before the next
  // Restore, so that a peer that has fallen silent is never given more than one window.
  void Withhold(Slot& slot) {
    Release(slot);
    ++withheld_;
  }
  // An answer came: the peer is alive.
  void Restore() { withheld_ = 0; }
  uint32_t withheld() const { return withheld_; }

  // The segment that waits longest; nullptr when none does.
  Slot* Oldest();

 private:
  uint32_t size_;
  uint32_t mask_;
  uint32_t next_sequence_;
  uint32_t oldest_sequence_;  // no outstanding segment is older
  uint32_t outstanding_ = 0;
  uint32_t staged_ = 0;  // of the outstanding
  uint32_t withheld_ = 0;
  uint32_t ahead_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace salvo::engine
