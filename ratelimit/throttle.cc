#include "ratelimit/throttle.h"

#include <algorithm>

namespace salvo::ratelimit {
namespace {

constexpr Nanos kMilli = 1'000'000;
constexpr Nanos kSecond = 1'000 * kMilli;

constexpr double kFactor = 0.92;  // of a usual fall
constexpr double kDeepest = 0.5;  // of any
constexpr double kManyRefused = 0.1;
constexpr double kNearlyAllRefused = 0.95;
constexpr double kBelowAllowed = 0.95;  // where a fall that knows the allowed rate ends
constexpr double kLeastRate = 0.2;      // of all falls
// A limit lets a hundred segments and more through after a fall. Refusals that come sooner time and
// again are not about the rate.
constexpr double kTooManyAfterFall = 0.02;
constexpr uint32_t kEnoughAnswers = 200;
constexpr uint32_t kMostVainFalls = 3;
constexpr Nanos kLeastBetweenFalls = kSecond;

constexpr Nanos kWindow = 2 * kSecond;
constexpr Nanos kLeastWindow = 100 * kMilli;
constexpr uint32_t kLeastAnswers = 20;
constexpr uint32_t kPlenty = 1000;  // of answers, in however short a time
constexpr uint32_t kRemembered = 2 * kLeastAnswers;
constexpr double kQueueFullShare = 0.1;
// Below this share of the rate, the rate is not what holds the sender back.
constexpr double kRateIsUsed = 0.8;

constexpr Nanos kClimbStep = 100 * kMilli;
constexpr Nanos kLongestStep = kSecond;
// Shares a second, of the rate that was refused.
constexpr double kClimb = 0.02;
constexpr double kProbe = 0.005;
constexpr double kFastClimb = 0.05;  // of the present rate
constexpr double kSearch = 0.5;      // the same, where nobody knows what is allowed
constexpr Nanos kCleanToSearch = 2 * kSecond;
constexpr double kNear = 0.97;    // from there on it probes
constexpr double kBeyond = 1.05;  // and from there on it is fast again
// A climb that is slow enough that a cycle has hundreds of segments, one of which is refused.
constexpr double kSegmentsACycle = 1000;
constexpr double kLifted = 8;  // times the rate that was refused, where there is no ceiling
constexpr Nanos kCalm = 30 * kSecond;

constexpr uint8_t kCongested = 100;
constexpr uint8_t kNearlyCongested = 80;

}  // namespace

Throttle::Throttle(TokenBucket* bucket, double ceiling) : bucket_(bucket), ceiling_(ceiling) {}

Throttle::Change Throttle::OnAnswers(const AnswerCounts& counts, Nanos round_trip, Nanos now) {
  const std::lock_guard lock(mutex_);
  if (counts.congestion >= kNearlyCongested) climbed_at_ = std::max(climbed_at_, now + kSecond);
  if (now < settled_at_) return Change::kNone;
  Count(counts, now);
  const bool too_fast = counts.throttled > 0 || counts.congestion >= kCongested ||
                        (counts.queue_full > 0 && QueueIsFull());
  if (!too_fast || (now < next_fall_ && !IsFarTooFast())) return Change::kNone;
  const double present = PresentRate(now);
  if (present == 0) return Change::kNone;
  return FallsInVain(now) ? Change::kNone : Fall(present, round_trip, now);
}

bool Throttle::FallsInVain(Nanos now) {
  const bool are_few = window_.answers < kLeastAnswers;
  const bool many_refused =
      RefusedShare() >= kManyRefused || (are_few && RememberedShare() >= kManyRefused);
  if (rate() == 0 || many_refused) {
    vain_falls_ = 0;
    return false;
  }
  const bool too_many = since_fall_.throttled >= kTooManyAfterFall * since_fall_.answers;
  if (too_many) ++vain_falls_;
  if (!too_many && since_fall_.answers >= kEnoughAnswers) vain_falls_ = 0;
  if (vain_falls_ <= kMostVainFalls) return false;
  since_fall_ = {};
  next_fall_ = now + kLeastBetweenFalls;
  return true;
}

void Throttle::Count(const AnswerCounts& counts, Nanos now) {
  if (now - window_start_ > kWindow || window_.answers == 0) {
    window_ = {};
    window_start_ = now;
  }
  window_.answers += counts.answers;
  window_.throttled += counts.throttled;
  window_.queue_full += counts.queue_full;
  since_fall_.answers += counts.answers;
  since_fall_.throttled += counts.throttled;
  if (counts.throttled > 0) {
    refused_last_ = now;
    taken_since_ = 0;
  } else {
    taken_since_ += counts.answers;
  }
  memory_.answers += counts.answers;
  memory_.throttled += counts.throttled;
  while (memory_.answers > kRemembered) {
    memory_.answers /= 2;
    memory_.throttled /= 2;
  }
}

double Throttle::RememberedShare() const {
  return memory_.answers == 0 ? 0 : static_cast<double>(memory_.throttled) / memory_.answers;
}

bool Throttle::QueueIsFull() const {
  return window_.answers >= kLeastAnswers && window_.queue_full > kQueueFullShare * window_.answers;
}

double Throttle::RefusedShare() const {
  if (window_.answers < kLeastAnswers) return 0;
  const uint32_t refused = window_.throttled + (QueueIsFull() ? window_.queue_full : 0);
  return static_cast<double>(refused) / window_.answers;
}

bool Throttle::IsFarTooFast() const {
  return is_lost_ && since_fall_.answers >= kEnoughAnswers &&
         since_fall_.throttled >= kNearlyAllRefused * since_fall_.answers;
}

double Throttle::PresentRate(Nanos now) const {
  const double set = rate() > 0 ? rate() : ceiling();
  const Nanos seen = now - window_start_;
  const bool is_enough = seen >= kLeastWindow ? window_.answers >= kLeastAnswers
                                              : seen > 0 && window_.answers >= kPlenty;
  if (!is_enough) return set;
  const double answered = window_.answers * 1e9 / static_cast<double>(seen);
  return set > 0 && answered > kRateIsUsed * set ? set : answered;
}

Throttle::Change Throttle::Fall(double present, Nanos round_trip, Nanos now) {
  const double share = RefusedShare();
  const double factor =
      share < kManyRefused ? kFactor : std::max(kDeepest, kBelowAllowed * (1 - share));
  refused_at_ = present * (1 - share);
  const bool begins = rate() == 0;
  if (begins) began_at_ = present;
  SetRate(std::max(kLeastRate, present * factor), now);
  refused_at_is_exact_ = share < kManyRefused;
  is_lost_ = factor == kDeepest || (is_lost_ && RememberedShare() >= kNearlyAllRefused);
  fell_at_ = climbed_at_ = now;
  settled_at_ = now + round_trip;
  next_fall_ = now + std::max(kLeastBetweenFalls, round_trip);
  next_climb_.store(now + kClimbStep);
  window_ = {};
  since_fall_ = {};
  return begins ? Change::kBegan : Change::kNone;
}

Throttle::Change Throttle::Climb(Nanos now) {
  if (rate() == 0 || now < next_climb_.load(std::memory_order_relaxed)) return Change::kNone;
  const std::lock_guard lock(mutex_);
  if (rate() == 0 || now < next_climb_.load()) return Change::kNone;
  next_climb_.store(now + kClimbStep);
  if (now <= climbed_at_) return Change::kNone;  // the SMSC is nearly congested
  const double seconds = static_cast<double>(std::min(now - climbed_at_, kLongestStep)) / 1e9;
  climbed_at_ = now;
  const double lifted = is_lost_ ? began_at_ : kLifted * refused_at_;
  const double most = ceiling() > 0 ? ceiling() : lifted;
  const double climbed = std::min(most, rate() + ClimbPerSecond(now) * seconds);
  if (climbed >= most && now - fell_at_ >= kCalm) {
    if (ceiling() > 0) bucket_->SetRate(now, ceiling());
    rate_.store(0);
    return Change::kEnded;
  }
  if (climbed != rate()) SetRate(climbed, now);
  return Change::kNone;
}

double Throttle::ClimbPerSecond(Nanos now) const {
  if (is_lost_) {
    const bool is_clean = taken_since_ > 0 && now - refused_last_ >= kCleanToSearch;
    return is_clean ? kSearch * rate() : 0;
  }
  if (rate() >= kBeyond * refused_at_) return kFastClimb * rate();
  const bool is_near = rate() >= kNear * refused_at_ && refused_at_is_exact_;
  return std::min(is_near ? kProbe : kClimb, rate() / kSegmentsACycle) * refused_at_;
}

void Throttle::SetCeiling(double ceiling, Nanos now) {
  const std::lock_guard lock(mutex_);
  ceiling_.store(ceiling);
  if (rate() == 0) {
    if (ceiling > 0) bucket_->SetRate(now, ceiling);
  } else if (ceiling > 0 && rate() > ceiling) {
    SetRate(ceiling, now);
  }
}

// The bucket first: whoever sees a rate finds it in the bucket.
void Throttle::SetRate(double rate, Nanos now) {
  if (ceiling() > 0) rate = std::min(rate, ceiling());
  bucket_->SetRate(now, rate);
  rate_.store(rate);
}

}  // namespace salvo::ratelimit
