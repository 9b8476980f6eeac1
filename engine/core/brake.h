// Stops a campaign whose first answers are mostly refusals: a wrong sender or a forgotten
// registration should cost hundreds of messages and not millions. Thread-safe, without a lock; one
// load an outcome once it has made up its mind.
#pragma once

#include <atomic>
#include <cstdint>

namespace salvo::engine {

class Brake {
 public:
  // Falls when at least that share of the first `count` final answers are refusals. `count` 0: it
  // never does.
  Brake(uint32_t count, double share) : count_(count), share_(share), decided_(count == 0) {}

  // A message was accepted, or rejected for good. True for the one that lets the brake fall.
  bool Add(bool rejected) {
    if (decided_.load(std::memory_order_relaxed)) return false;
    if (rejected) rejected_.fetch_add(1);
    if (answers_.fetch_add(1) + 1 != count_) return false;
    decided_.store(true);
    return rejected_.load() >= share_ * count_;
  }

  uint32_t count() const { return count_; }
  uint32_t rejected() const { return rejected_.load(); }

 private:
  const uint32_t count_;
  const double share_;
  std::atomic<bool> decided_;
  std::atomic<uint32_t> answers_ = 0;
  std::atomic<uint32_t> rejected_ = 0;
};

}  // namespace salvo::engine
