// The segments that wait for their retry: a hierarchical timer wheel.
//
// Four wheels of 256 slots turn above one another; a slot of the lowest is a tick of about 17 ms, a
// slot of the next is a whole turn of the one below. An entry lies in the lowest wheel that reaches
// its time and sinks when its slot comes up, so adding and removing cost the same whether ten wait
// or a million, and 24 hours as much as 30 seconds. Entries become due in the order of their ticks,
// never early, at most a tick late.
//
// One thread, the shard's. Memory grows with the most that ever waited and is used again; how many
// may wait is for the owner to limit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "io/clock.h"

namespace salvo::engine {

using io::Nanos;

class RetryWheel {
 public:
  // Names a waiting entry.
  using Handle = uint32_t;
  static constexpr Handle kNone = UINT32_MAX;

  // Time begins at `now` and never goes back.
  explicit RetryWheel(Nanos now);

  // An entry that is due at a time; a time that has passed makes it due with the next tick, behind
  // what is due already.
  Handle Add(uint64_t cookie, Nanos due);
  // Takes an entry out, be it due or not. REQUIRES: it is in the wheel.
  void Remove(Handle handle);

  // Lets the time go on to `now`.
  void Advance(Nanos now);
  // The entry that is due longest; kNone when none is.
  Handle FirstDue() const { return lists_[kDueList].first; }
  // Any entry; kNone when there is none.
  Handle Any() const;
  uint64_t cookie(Handle handle) const { return nodes_[handle].cookie; }
  // The beginning of its tick.
  Nanos due(Handle handle) const { return static_cast<Nanos>(nodes_[handle].due << kTickBits); }

  // When Advance is next worth a call; io::kNever when nothing waits. Entries that are due already
  // do not count.
  Nanos NextTime() const;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  using Tick = uint64_t;
  static constexpr int kTickBits = 24;  // of nanoseconds
  static constexpr int kSlotBits = 8;
  static constexpr uint32_t kSlots = 1u << kSlotBits;
  static constexpr int kLevels = 4;
  static constexpr uint32_t kDueList = kLevels * kSlots;
  // The lowest wheel's slot of a time is reached after so many ticks at most: 2.3 years.
  static constexpr Tick kFarthest = (Tick{1} << (kLevels * kSlotBits)) - 1;

  struct Node {
    uint64_t cookie = 0;
    Tick due = 0;
    uint32_t list = 0;
    Handle previous = kNone;
    Handle next = kNone;
  };
  struct List {
    Handle first = kNone;
    Handle last = kNone;
  };

  static Tick TickOf(Nanos time) { return static_cast<Tick>(time) >> kTickBits; }
  uint32_t ListFor(Tick due) const;
  void Link(Handle handle, uint32_t list);
  void Unlink(Handle handle);
  // The tick at which a slot next comes up; false when nothing lies in any.
  bool NextSlot(Tick* tick) const;
  // Empties the slots that come up at `now_`, the highest wheel first.
  void Sink();

  Tick now_;
  size_t size_ = 0;
  std::vector<Node> nodes_;
  Handle free_ = kNone;  // linked by `next`
  std::array<List, kDueList + 1> lists_;
  std::array<std::array<uint64_t, kSlots / 64>, kLevels> filled_{};  // a bit a slot
};

}  // namespace salvo::engine
