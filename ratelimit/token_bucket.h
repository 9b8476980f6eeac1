// A budget of segments a second, shared by all shards. Theory with pictures: docs/budget.md.
//
// Promise: no interval of length t carries more than rate x t + burst segments at the moment of
// their submission, whatever happens in between: pauses, stalls, stopped processes, clock jumps.
// (One submission that bills more segments than the burst is the exception it must be. When the
// rate changes, the larger burst counts for what was reserved before.)
//
// Theory. The bucket is a time, `empty_at`: at `now` it has (now - empty_at) x rate tokens, at most
// the burst. Reserving n tokens moves `empty_at` by n / rate into the future. There is no lock to
// be stopped with, nothing to refill, and nothing drifts.
//
//      empty_at          now
//   ------|---------------|---------> time        tokens = (now - empty_at) x rate
//         |<- n / rate ->|                        reserving n moves the mark to the right
//
// A reserved token is not yet a submitted one: its holder can be stopped at any point on the way to
// the kernel, for as long as it likes. So a second number counts what is `reserved`. Tokens there
// and tokens reserved are together never more than the burst, and a token counts from the time its
// segment was handed on: HandedOn moves `empty_at` up to where a bucket that was full until then
// would have it. The promise therefore needs no assumption about how soon holders go on.
//
// Thread-safe, lock-free but for SetRate. Times are nanoseconds of a clock that never goes back;
// the caller reads it. The smallest rate is one a day.
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

  // Reserves as many of `want` tokens as there are, and returns how many that is. Each of them must
  // end in HandedOn or Return. May give fewer while another thread reserves.
  uint32_t Reserve(Nanos now, uint32_t want);

  // Reserves what is missing to n tokens for one submission that bills n segments, or nothing, when
  // the caller has reserved `held` < n of them already. When n is above the capacity a full bucket
  // is enough and the rest is owed: the next token comes so much later.
  bool ReserveWhole(Nanos now, uint32_t n, uint32_t held = 0);

  // Puts n reserved tokens back that were not used.
  void Return(uint32_t n);

  // The segments of n reserved tokens are with the kernel. REQUIRES: `now` was read after that.
  void HandedOn(Nanos now, uint32_t n);

  // Tokens that Reserve would give.
  uint32_t Available(Nanos now) const;

  // When the segment of the token that Reserve would give first has its place in an even schedule:
  // half a group after that token comes or came, however long a full bucket has had it. `now` while
  // the rate changes.
  Nanos OldestDue(Nanos now) const;

  // When ReserveWhole(n, held) will succeed if nobody else reserves before; not before `now`. While
  // reservations of others stand in the way nobody knows, and it is a time to ask again.
  Nanos WhenAvailable(Nanos now, uint32_t n = 1, uint32_t held = 0) const;

  // Changes the rate; the tokens there are stay, at most the new capacity. For that moment the
  // bucket looks empty, and a HandedOn waits. Where one came later than `now`, that is the moment:
  // what the bucket may have from there on is not added to at the new rate.
  void SetRate(Nanos now, double per_second);

  double per_second() const { return per_second_.load(std::memory_order_relaxed); }
  // The burst in whole tokens, those reserved included: at most what 400 days bring.
  uint32_t capacity() const { return CurrentShape().capacity; }
  // Tokens that a lease may have reserved: 1 ms of the rate, eight where that is less, at most its
  // share of the burst without what comes in 2 ms, or of half of it where that is more, so that a
  // stopped holder does not stop the others; at least 1.
  uint32_t slice() const;
  // Tokens that are best used together, so that their segments share a send, a wake-up and a write
  // of the journal: those of 0.1 ms or, where these are fewer, up to eight that come in 7 ms; at
  // most a slice, at least 1. When the last of them is there, half of their segments leave before
  // their place in an even schedule and the others up to 3.5 ms after it.
  uint32_t group() const;

 private:
  // 1/64 ns: at 10,000,000 a second the rounding of an interval costs 0.02 % of the rate.
  using Ticks = int64_t;
  // A point of time in ticks since `epoch_`. It wraps around, and only differences are looked at:
  // a process may run for ever, a bucket rest for two years.
  using Mark = uint64_t;
  struct Shape {
    Ticks interval;  // between two tokens, rounded up so that the rate is never exceeded
    uint32_t capacity;
  };

  // In `empty_at_` while SetRate puts rate and mark together.
  static constexpr Mark kChanging = Mark{1} << 63;
  static Mark NotChanging(Mark mark) { return mark == kChanging ? mark + 1 : mark; }

  // Tokens before its place at which a segment may leave.
  uint32_t lead() const { return group() / 2; }
  Shape ShapeOf(double per_second) const;
  Shape CurrentShape() const { return ShapeOf(per_second_.load()); }
  Mark ToMark(Nanos now) const;
  static Ticks Waited(Mark now, Mark empty_at, const Shape& shape);
  bool MoveMark(Mark now, uint32_t least, uint32_t n);
  void NoteHandedOn(Mark now);

  const Nanos epoch_;
  const double configured_burst_;
  const uint32_t holders_;
  // Interval and capacity follow from this one number, so that nobody sees the one of the old rate
  // with the other of the new.
  std::atomic<double> per_second_;
  std::atomic<Mark> empty_at_;
  // Never below what is truly reserved: raised before `empty_at_` moves for a reservation, lowered
  // after it moved for a hand-on. Whoever needs both reads `empty_at_` first.
  std::atomic<int64_t> reserved_ = 0;
  // The latest time of a HandedOn, noted before that moves `empty_at_`.
  std::atomic<Mark> handed_on_at_;
};

}  // namespace salvo::ratelimit
