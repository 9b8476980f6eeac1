// Stops a campaign whose first answers are mostly refusals: a wrong sender or a forgotten
// registration should cost hundreds of messages and not millions. Thread-safe, without a lock; one
// load an outcome once it has made up its mind.
#pragma once

#include <atomic>
#include <cstdint>

#include "pdu/status.h"

namespace salvo::engine {

class Brake {
 public:
  // Falls when at least that share of the first `count` final answers are refusals. `count` 0: it
  // never does.
  Brake(uint32_t count, double share) : count_(count), share_(share), decided_(count == 0) {}

  // A message was accepted (ESME_ROK), or refused for good with that status. True for the one that
  // lets the brake fall.
  bool Add(pdu::CommandStatus status) {
    if (decided_.load(std::memory_order_relaxed)) return false;
    if (status != pdu::CommandStatus::ESME_ROK) {
      last_refusal_.store(status);
      rejected_.fetch_add(1);
    }
    if (answers_.fetch_add(1) + 1 != count_) return false;
    decided_.store(true);
    return rejected_.load() >= share_ * count_;
  }

  uint32_t count() const { return count_; }
  uint32_t rejected() const { return rejected_.load(); }
  // Of those that were counted; ESME_ROK: there was none.
  pdu::CommandStatus last_refusal() const { return last_refusal_.load(); }

 private:
  const uint32_t count_;
  const double share_;
  std::atomic<bool> decided_;
  std::atomic<uint32_t> answers_ = 0;
  std::atomic<uint32_t> rejected_ = 0;
  std::atomic<pdu::CommandStatus> last_refusal_ = pdu::CommandStatus::ESME_ROK;
};

}  // namespace salvo::engine
