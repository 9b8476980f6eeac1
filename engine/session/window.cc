#include "engine/session/window.h"

#include <algorithm>
#include <bit>

namespace salvo::engine {
namespace {

constexpr uint32_t kSlotsPerSegment = 4;
constexpr uint32_t kFewestSlots = 64;

}  // namespace

Window::Window(uint32_t size, uint32_t first_sequence)
    : size_(size), next_sequence_(first_sequence), oldest_sequence_(first_sequence) {
  const uint32_t slots = std::max(kFewestSlots, std::bit_ceil(kSlotsPerSegment * size));
  mask_ = slots - 1;
  slots_.resize(slots);
}

Window::Slot* Window::Oldest() {
  if (outstanding_ == 0) return nullptr;
  // As far as a look at every slot would take; each number is passed over once.
  for (uint32_t i = 0; i <= mask_; ++i) {
    Slot* slot = Find(oldest_sequence_);
    if (slot != nullptr) return slot;
    oldest_sequence_ = pdu::NextSequence(oldest_sequence_);
  }
  // The last one was old: millions of numbers may lie between it and the next.
  Slot* oldest = nullptr;
  uint32_t least_distance = UINT32_MAX;
  for (Slot& slot : slots_) {
    if (slot.sequence == 0) continue;
    const uint32_t distance = (slot.sequence - oldest_sequence_) & pdu::kLastSequence;
    if (distance >= least_distance) continue;
    least_distance = distance;
    oldest = &slot;
  }
  oldest_sequence_ = oldest->sequence;
  return oldest;
}

}  // namespace salvo::engine
