// A budget of segments a second, shared by all shards.
//
// Promise: no interval of length t carries more than rate x t + burst segments at the moment of
// their submission, whatever happens in between: pauses, stalls, stopped processes, clock jumps.
// (One submission that bills more segments than the burst holds is the exception it must be.)
//
// Theory. The bucket is one number, the time `empty_at` at which it was last empty: at `now` it
// holds (now - empty_at) x rate tokens, at most `capacity`. Taking n tokens moves `empty_at` by
// n / rate into the future. That one number changes by compare-and-swap; there is no lock to be
// stopped with, nothing to refill, and nothing drifts.
//
//      empty_at          now
//   ------|---------------|---------> time        tokens = (now - empty_at) x rate
//         |<- n / rate ->|                        taking n moves the mark to the right
//
// Between a token's taking and the moment its segment is handed to the kernel it is in a Lease
// (lease.h). A shard has one lease a bucket and each is at most a slice, so that in any interval at
// most capacity + rate x t tokens are taken and at most holders x slice older ones are handed on
// besides, however long a process was stopped meanwhile. The burst is therefore split:
// capacity + holders x slice = burst.
//
// Where a slice would be below one token - a low rate, a burst of one - there are no slices: a
// token is taken only with a segment ready, goes back when another limit refuses it, and counts
// from the time it was handed on.
//
// Thread-safe, lock-free. Times are nanoseconds of a clock that never goes back; the caller reads
// it. The smallest rate is one a day.
#pragma once

#include <atomic>
#include <cstdint>

namespace salvo::ratelimit {

using Nanos = int64_t;

struct BucketOptions {
  double per_second = 1;  // > 0
  double burst = 0;       // 0: max(1, per_second x 10 ms); else at least 1
  uint32_t holders = 1;   // leases that are made of this bucket
};

class TokenBucket {
 public:
  // Starts with one token at `now`.
  TokenBucket(const BucketOptions& options, Nanos now);

  TokenBucket(const TokenBucket&) = delete;
  TokenBucket& operator=(const TokenBucket&) = delete;

  // Takes as many of `want` tokens as there are, and returns how many that is.
  uint32_t Take(Nanos now, uint32_t want);

  // Takes n tokens for one submission that bills n segments, or none. When n is above the capacity
  // a full bucket is enough and the rest is owed: the next token comes so much later.
  bool TakeWhole(Nanos now, uint32_t n);

  // Puts n tokens back that were taken and not used.
  void Return(uint32_t n);

  // Counts the last n tokens taken as if they had been taken at `now`: for tokens used so late (a
  // stopped process) that the bucket has been filling up behind them.
  void UsedLate(Nanos now, uint32_t n);

  // Tokens that Take would give, at most the capacity.
  uint32_t Available(Nanos now) const;

  // When `n` tokens (at most the capacity) will be there if nobody takes one before; not before
  // `now`.
  Nanos WhenAvailable(Nanos now, uint32_t n = 1) const;

  // Changes the rate; the tokens there are stay, at most the new capacity. A Take that runs at the
  // same time is counted at either rate.
  void SetRate(Nanos now, double per_second);

  double per_second() const { return per_second_.load(std::memory_order_relaxed); }
  uint32_t capacity() const { return capacity_.load(std::memory_order_relaxed); }
  // Tokens a lease may hold; 0 when tokens are taken one by one.
  uint32_t slice() const { return slice_.load(std::memory_order_relaxed); }

 private:
  // Time in 1/64 ns since `epoch_`: at 10,000,000 a second the rounding of an interval costs 0.02 %
  // of the rate, and the range is over four years.
  using Ticks = int64_t;

  void Shape(double per_second);
  Ticks ToTicks(Nanos now) const;
  Ticks Mark(Ticks empty_at, Ticks now) const;

  const Nanos epoch_;
  const double configured_burst_;
  const uint32_t holders_;
  std::atomic<double> per_second_;
  std::atomic<Ticks> interval_;  // between two tokens
  std::atomic<uint32_t> capacity_;
  std::atomic<uint32_t> slice_;
  std::atomic<Ticks> empty_at_;
};

}  // namespace salvo::ratelimit
