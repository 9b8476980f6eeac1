// Which submit_sm of a shard go into the PDU log: every one, every Nth, or, by itself, as many as a
// rate allows. Then every 2nd, 4th, ... is taken, so that what is written is spread evenly over
// what is sent. One thread, the shard's. Time comes in as `now`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "io/clock.h"

namespace salvo::engine {

class Sampler {
 public:
  struct Options {
    uint32_t every = 0;  // 0: by itself, within the next two
    double most_a_second = 0;
    size_t capacity = 0;  // of the ring that they go through, octets
  };
  static constexpr uint16_t kMostEvery = 1024;

  explicit Sampler(const Options& options);

  // A submit_sm leaves. Whether it is to be written; then Written is called.
  bool Take(io::Nanos now) {
    if (now >= period_ends_) EndPeriod(now);
    ++seen_;
    if (--until_next_ > 0) return false;
    until_next_ = every_;
    return true;
  }
  // `ring_used`: octets.
  void Written(size_t ring_used);

  // Every which one is taken.
  uint32_t every() const { return every_; }

 private:
  void EndPeriod(io::Nanos now);
  void Thin();

  const uint32_t fixed_;  // 0: there is no such
  const double most_a_period_;
  const size_t capacity_;
  uint32_t every_;
  uint32_t until_next_ = 1;
  io::Nanos period_begins_ = 0;
  io::Nanos period_ends_ = 0;
  uint64_t seen_ = 0;        // in this period
  uint64_t taken_ = 0;       // since it began, or since they were last made fewer
  size_t thinned_used_ = 0;  // how full the ring was when it was last too full; 0: it is not
};

}  // namespace salvo::engine
