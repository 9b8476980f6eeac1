// How long to wait before the next attempt: doubled with each failure, with jitter, so that many
// binds that failed together do not come back together. One thread; the caller seeds it.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

#include "io/clock.h"
#include "salvo/account.h"

namespace salvo::engine {

class Backoff {
 public:
  Backoff(const ReconnectOptions& options, uint32_t seed) : options_(options), random_(seed) {}

  // The wait before the next attempt.
  io::Nanos Next() {
    const double initial = static_cast<double>(options_.initial.count());
    const double max = static_cast<double>(options_.max.count());
    const double base = std::min(max, initial * static_cast<double>(1u << failures_));
    failures_ = std::min(failures_ + 1, kMostDoublings);
    std::uniform_real_distribution<double> jitter(1 - options_.jitter, 1 + options_.jitter);
    return static_cast<io::Nanos>(base * jitter(random_) * io::kNanosPerMilli);
  }

  // The connection proved good.
  void Reset() { failures_ = 0; }

 private:
  static constexpr uint32_t kMostDoublings = 20;

  ReconnectOptions options_;
  std::minstd_rand random_;
  uint32_t failures_ = 0;
};

}  // namespace salvo::engine
