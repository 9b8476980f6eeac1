// Octets on their way from a shard to a log's thread: pieces of any size, in order, each in one
// piece of memory. One thread puts in, one takes out; neither waits for the other. What has no room
// is not taken: whoever puts in counts that. Allocates once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace salvo::engine {

class LogRing {
 public:
  // `capacity`: octets, made a power of two and at least 4096.
  explicit LogRing(size_t capacity);

  size_t capacity() const { return mask_ + 1; }

  // The thread that puts in. Room for a piece of `octets`, or nullptr when there would be less than
  // `leave` octets left then. What is written there counts only when committed; of two claims
  // without a commit the first is forgotten.
  uint8_t* Claim(size_t octets, size_t leave = 0);
  void Commit();
  // Octets that are taken, as far as is known: not less than there are.
  size_t used();

  // The thread that takes out. The oldest piece; empty when there is none. Valid until Pop.
  std::span<const uint8_t> Front();
  // REQUIRES: Front was not empty. Whoever puts in is told of the room now and then, and when
  // nothing is left.
  void Pop();
  // Whether nothing was put in that is not taken out. Any thread.
  bool empty() const { return head_.load() == tail_.load(); }

  // All of it, for whoever looks for what must not be in it. Not while it is used.
  std::span<const uint8_t> memory() const { return {octets_.get(), capacity()}; }

 private:
  // Each piece has its size before it, and begins at a multiple of that.
  static constexpr size_t kAlignment = 8;
  static constexpr uint64_t kSkip = ~uint64_t{0};  // instead of a size: go on at the start
  static constexpr size_t kCacheLine = 64;
  // So many parts of the ring are taken out until the thread that puts in is told: each time costs
  // it a look into the other core's cache.
  static constexpr size_t kParts = 64;

  size_t mask_;
  std::unique_ptr<uint8_t[]> octets_;

  // Positions count on for ever; the place is what the mask leaves of them.
  alignas(kCacheLine) std::atomic<uint64_t> head_ = 0;  // what is put in ends here
  uint64_t claimed_head_ = 0;                           // and will, when it is committed
  uint64_t known_tail_ = 0;
  alignas(kCacheLine) std::atomic<uint64_t> tail_ = 0;  // what is not taken out begins here
  alignas(kCacheLine) uint64_t taken_ = 0;              // or here, which is not told yet
  uint64_t known_head_ = 0;
  size_t front_ = 0;  // octets of the piece that Front gave, its size included
};

}  // namespace salvo::engine
