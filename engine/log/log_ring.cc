#include "engine/log/log_ring.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace salvo::engine {
namespace {

constexpr size_t kLeastCapacity = 4096;

size_t RoundUp(size_t octets, size_t alignment) {
  return (octets + alignment - 1) / alignment * alignment;
}

}  // namespace

LogRing::LogRing(size_t capacity)
    : mask_(std::bit_ceil(std::max(capacity, kLeastCapacity)) - 1),
      octets_(std::make_unique_for_overwrite<uint8_t[]>(mask_ + 1)) {}

uint8_t* LogRing::Claim(size_t octets, size_t leave) {
  const size_t needed = kAlignment + RoundUp(octets, kAlignment);
  const uint64_t head = head_.load(std::memory_order_relaxed);
  const size_t to_end = capacity() - (head & mask_);
  const size_t skipped = needed <= to_end ? 0 : to_end;
  const size_t total = skipped + needed + leave;
  if (total > capacity() - (head - known_tail_)) {
    known_tail_ = tail_.load(std::memory_order_acquire);
    if (total > capacity() - (head - known_tail_)) return nullptr;
  }
  if (skipped > 0) std::memcpy(octets_.get() + (head & mask_), &kSkip, sizeof kSkip);
  const uint64_t at = head + skipped;
  const uint64_t size = octets;
  uint8_t* const piece = octets_.get() + (at & mask_);
  std::memcpy(piece, &size, sizeof size);
  claimed_head_ = at + needed;
  return piece + kAlignment;
}

void LogRing::Commit() { head_.store(claimed_head_, std::memory_order_release); }

size_t LogRing::used() {
  known_tail_ = tail_.load(std::memory_order_acquire);
  return head_.load(std::memory_order_relaxed) - known_tail_;
}

std::span<const uint8_t> LogRing::Front() {
  if (taken_ == known_head_) known_head_ = head_.load(std::memory_order_acquire);
  if (taken_ == known_head_) return {};
  uint64_t size = 0;
  std::memcpy(&size, octets_.get() + (taken_ & mask_), sizeof size);
  if (size == kSkip) {
    taken_ += capacity() - (taken_ & mask_);
    std::memcpy(&size, octets_.get() + (taken_ & mask_), sizeof size);
  }
  front_ = kAlignment + RoundUp(size, kAlignment);
  return {octets_.get() + (taken_ & mask_) + kAlignment, size};
}

void LogRing::Pop() {
  taken_ += front_;
  const uint64_t told = tail_.load(std::memory_order_relaxed);
  if (taken_ == known_head_ || taken_ - told >= capacity() / kParts) {
    tail_.store(taken_, std::memory_order_release);
  }
}

}  // namespace salvo::engine
