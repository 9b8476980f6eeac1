#include "engine/retry/wheel.h"

#include <algorithm>
#include <bit>

namespace salvo::engine {

RetryWheel::RetryWheel(Nanos now) : now_(TickOf(now)) {}

RetryWheel::Handle RetryWheel::Add(uint64_t cookie, Nanos due) {
  if (free_ == kNone) {
    free_ = static_cast<Handle>(nodes_.size());
    nodes_.emplace_back();
  }
  const Handle handle = free_;
  Node& node = nodes_[handle];
  free_ = node.next;
  node.cookie = cookie;
  // The first tick that begins at or after the time.
  const Tick tick = TickOf(due + (Nanos{1} << kTickBits) - 1);
  node.due = std::max(tick, now_ + 1);
  Link(handle, ListFor(node.due));
  ++size_;
  return handle;
}

void RetryWheel::Remove(Handle handle) {
  Unlink(handle);
  nodes_[handle].next = free_;
  free_ = handle;
  --size_;
}

uint32_t RetryWheel::ListFor(Tick due) const {
  if (due <= now_) return kDueList;
  // What lies farther than the wheels reach sinks into the highest once more.
  const Tick reached = std::min(due, now_ + kFarthest);
  const auto level = static_cast<uint32_t>((std::bit_width(reached - now_) - 1) / kSlotBits);
  const auto slot = static_cast<uint32_t>(reached >> (level * kSlotBits)) % kSlots;
  return level * kSlots + slot;
}

void RetryWheel::Link(Handle handle, uint32_t list) {
  List& to = lists_[list];
  Node& node = nodes_[handle];
  node.list = list;
  node.previous = to.last;
  node.next = kNone;
  (to.last == kNone ? to.first : nodes_[to.last].next) = handle;
  to.last = handle;
  if (list == kDueList) return;
  const uint32_t slot = list % kSlots;
  filled_[list / kSlots][slot / 64] |= uint64_t{1} << slot % 64;
}

void RetryWheel::Unlink(Handle handle) {
  const Node& node = nodes_[handle];
  List& from = lists_[node.list];
  (node.previous == kNone ? from.first : nodes_[node.previous].next) = node.next;
  (node.next == kNone ? from.last : nodes_[node.next].previous) = node.previous;
  if (from.first != kNone || node.list == kDueList) return;
  const uint32_t slot = node.list % kSlots;
  filled_[node.list / kSlots][slot / 64] &= ~(uint64_t{1} << slot % 64);
}

void RetryWheel::Advance(Nanos now) {
  const Tick target = TickOf(now);
  if (target <= now_) return;
  Tick next = 0;
  while (NextSlot(&next) && next <= target) {
    now_ = next;
    Sink();
  }
  now_ = target;
}

bool RetryWheel::NextSlot(Tick* tick) const {
  bool found = false;
  if (empty()) return found;
  for (uint32_t level = 0; level < kLevels; ++level) {
    const Tick turned = now_ >> (level * kSlotBits);
    // The slot of this moment is empty, or full of the next turn's.
    for (uint32_t away = 1; away <= kSlots;) {
      const auto slot = static_cast<uint32_t>((turned + away) % kSlots);
      const uint64_t rest = filled_[level][slot / 64] >> slot % 64;
      if (rest == 0) {
        away += 64 - slot % 64;
        continue;
      }
      away += static_cast<uint32_t>(std::countr_zero(rest));
      if (away > kSlots) break;
      const Tick at = (turned + away) << (level * kSlotBits);
      *tick = found ? std::min(*tick, at) : at;
      found = true;
      break;
    }
  }
  return found;
}

void RetryWheel::Sink() {
  for (uint32_t level = kLevels; level-- > 0;) {
    const uint32_t below = level * kSlotBits;
    const bool comes_up = now_ >> below << below == now_;
    if (!comes_up) continue;
    List& slot = lists_[level * kSlots + (now_ >> below) % kSlots];
    Handle handle = slot.first;
    while (handle != kNone) {
      const Handle next = nodes_[handle].next;
      Unlink(handle);
      Link(handle, ListFor(nodes_[handle].due));
      handle = next;
    }
  }
}

RetryWheel::Handle RetryWheel::Any() const {
  if (FirstDue() != kNone) return FirstDue();
  for (const List& list : lists_) {
    if (list.first != kNone) return list.first;
  }
  return kNone;
}

Nanos RetryWheel::NextTime() const {
  Tick next = 0;
  if (!NextSlot(&next)) return io::kNever;
  return static_cast<Nanos>(next << kTickBits);
}

}  // namespace salvo::engine
