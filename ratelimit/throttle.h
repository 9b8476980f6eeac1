// Finds the rate that an SMSC allows when it says "slower" (ESME_RTHROTTLED): it lets the rate of
// an account's bucket fall and climb. Theory with a picture: docs/throttling.md.
//
//   rate    ceiling ------------------------------------------------
//            \         allowed - - - -,- - - - - - - - ,- - - - - - -
//             \        ,_____________/|   ,___________/|   ,________
//              \______/               |__/             |__/
//
// A fall is by 8 %, or as deep as the refused share of the answers says when that is more, and
// happens at most once a second and once a round trip: what was sent before a fall proves nothing
// about the rate after it. When falls do not help - more is refused after each than the limit
// that it supposed would refuse - it falls no further. The climb is quick where the rate is known
// to be allowed, slow where it was refused last time, and quick again beyond, when the limit seems
// to be gone. After a fall by half nobody knows what is allowed: while nearly all is refused it
// falls without waiting for a second, and once nothing is any more it climbs by 5 % every tenth
// of a second until the next refusal.
//
// One an account, for all its shards. Thread-safe: a mutex for what a shard tells a few times a
// turn of its loop at most, atomics for what it asks. Time comes in as `now`. The bucket is not
// owned and must outlive the throttle, which alone changes its rate.
#pragma once

#include <atomic>
#include <mutex>

#include "ratelimit/token_bucket.h"

namespace salvo::ratelimit {

// Answers that came since they were told last, in segments as the bucket counts them.
struct AnswerCounts {
  uint32_t answers = 0;    // all of them
  uint32_t throttled = 0;  // said that the rate is too high
  // Refused because a queue is full: as long as few are, that is the trouble of those messages.
  uint32_t queue_full = 0;
  // The highest congestion that an answer told, 0 to 100: at 100 the rate falls, from 80 on it does
  // not climb.
  uint8_t congestion = 0;
};

class Throttle {
 public:
  enum class Change : uint8_t { kNone, kBegan, kEnded };

  // `ceiling`: the configured rate, which the bucket has; 0: no limit as long as nobody throttles.
  Throttle(TokenBucket* bucket, double ceiling);

  // `round_trip`: of the account's segments, roughly.
  Change OnAnswers(const AnswerCounts& counts, Nanos round_trip, Nanos now);
  // Time goes on: climbs when it is due. Costs next to nothing between its steps.
  Change Climb(Nanos now);
  // The configured rate is another one.
  void SetCeiling(double ceiling, Nanos now);

  // Segments a second at present; 0 when nobody throttles.
  double rate() const { return rate_.load(std::memory_order_relaxed); }
  double ceiling() const { return ceiling_.load(std::memory_order_relaxed); }
  // Whether the bucket limits anything.
  bool limits() const { return rate() > 0 || ceiling() > 0; }

 private:
  void Count(const AnswerCounts& counts, Nanos round_trip, Nanos now);
  // What is sent now, as far as it can be told; 0: not yet.
  double PresentRate(Nanos now) const;
  Change Fall(double present, Nanos round_trip, Nanos now);
  // For the rate, full queues among them while so many are.
  uint32_t RefusedOf(const AnswerCounts& counts) const;
  double RefusedShare() const;
  // The same of the last few dozens, for rates at which no more come in a window.
  double RememberedShare() const;
  // What the rate climbs by in a second.
  double ClimbPerSecond(Nanos now) const;
  // True when a fall would be one more of a row that changed nothing: what is refused has another
  // reason than the rate.
  bool FallsInVain(Nanos now);
  // Whether the last fall was not nearly enough, and no second need be waited for.
  bool IsFarTooFast() const;
  bool QueueIsFull() const;
  void SetRate(double rate, Nanos now);

  TokenBucket* const bucket_;
  std::mutex mutex_;  // guards what is not atomic, and changes of the atomics
  std::atomic<double> ceiling_;
  std::atomic<double> rate_ = 0;
  double refused_at_ = 0;  // about the rate that was too high last time
  bool refused_at_is_exact_ = false;
  // Most was refused, and nobody knows what is allowed.
  bool is_lost_ = false;
  double began_at_ = 0;       // the rate when throttling began
  Nanos refused_last_ = 0;    // when an answer was a refusal
  uint32_t taken_since_ = 0;  // answers that were none since
  AnswerCounts window_;       // answers of the last seconds, of what was sent since the last fall
  Nanos window_start_ = 0;
  Nanos counted_at_ = 0;  // the last answers
  Nanos round_trip_ = 0;
  AnswerCounts since_fall_;    // or since earlier ones, while they are few; throttled: all refused
  double expected_share_ = 0;  // refused after the last fall, if it is the rate that is refused
  AnswerCounts memory_;        // the same of the last few dozens, however long ago
  uint32_t vain_falls_ = 0;    // less those that were not
  Nanos fell_at_ = 0;
  Nanos settled_at_ = 0;  // from then on answers are of what was sent after the last fall
  Nanos next_fall_ = 0;
  Nanos climbed_at_ = 0;
  std::atomic<Nanos> next_climb_ = 0;
};

}  // namespace salvo::ratelimit
