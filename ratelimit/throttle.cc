#include "ratelimit/throttle.h"

#include <algorithm>
#include <cmath>

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
// Below a limit nothing is refused, and above it no more than it tells. More than that, time and
// again, is not about the rate.
constexpr double kTooManyAfterFall = 0.02;
constexpr uint32_t kEnoughAnswers = 200;
constexpr uint32_t kMostVainFalls = 3;
constexpr Nanos kLeastBetweenFalls = kSecond;

constexpr Nanos kWindow = 2 * kSecond;
constexpr Nanos kLongestWindow = 10 * kSecond;
constexpr Nanos kLeastWindow = 100 * kMilli;
constexpr Nanos kEnoughForFew = kSecond;
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
// An SMSC that refuses nothing is given at least this share of the rate at which throttling began.
constexpr double kLeastCongested = 0.1;

}  // namespace

Throttle::Throttle(TokenBucket* bucket, double ceiling) : bucket_(bucket), ceiling_(ceiling) {}

Throttle::Change Throttle::OnAnswers(const AnswerCounts& counts, Nanos round_trip, Nanos now) {
  const std::lock_guard lock(mutex_);
  if (counts.congestion >= kNearlyCongested) climbed_at_ = std::max(climbed_at_, now + kSecond);
  if (now < settled_at_) return Change::kNone;
  Count(counts, round_trip, now);
  const bool too_fast = counts.throttled > 0 || counts.congestion >= kCongested ||
                        (counts.queue_full > 0 && QueueIsFull());
  if (!too_fast || (now < next_fall_ && !IsFarTooFast())) return Change::kNone;
  const bool refuses = counts.throttled > 0 || QueueIsFull();
  if (!refuses && rate() > 0 && rate() <= kLeastCongested * began_at_) return Change::kNone;
  const double present = PresentRate(now);
  if (present == 0) return Change::kNone;
  return FallsInVain(now) ? Change::kNone : Fall(present, round_trip, now);
}

bool Throttle::FallsInVain(Nanos now) {
  if (rate() == 0) {
    vain_falls_ = 0;
    return false;
  }
  const double answers = since_fall_.answers;
  const double by_chance = 3 * std::sqrt(expected_share_ * (1 - expected_share_) * answers);
  // Of fewer nothing can be said.
  const bool too_many =
      since_fall_.answers >= kLeastAnswers &&
      since_fall_.throttled >= (expected_share_ + kTooManyAfterFall) * answers + by_chance;
  if (too_many) ++vain_falls_;
  if (!too_many && since_fall_.answers >= kEnoughAnswers && vain_falls_ > 0) --vain_falls_;
  vain_falls_ = std::min(vain_falls_, 2 * kMostVainFalls);
  if (vain_falls_ <= kMostVainFalls) return false;
  since_fall_ = {};
  next_fall_ = now + kLeastBetweenFalls;
  return true;
}

void Throttle::Count(const AnswerCounts& counts, Nanos round_trip, Nanos now) {
  const Nanos usual = std::max(kWindow, 2 * round_trip);
  const Nanos age = now - window_start_;
  // Nothing is known yet of a rate: what it takes to know it is waited for.
  const bool may_be_old = !limits() && window_.answers < kLeastAnswers;
  const bool was_idle = now - counted_at_ > usual;
  if (window_.answers == 0 || was_idle || age > (may_be_old ? kLongestWindow : usual)) {
    window_ = {};
    window_start_ = now;
  }
  counted_at_ = now;
  round_trip_ = round_trip;
  window_.answers += counts.answers;
  window_.throttled += counts.throttled;
  window_.queue_full += counts.queue_full;
  const uint32_t refused = RefusedOf(counts);
  since_fall_.answers += counts.answers;
  since_fall_.throttled += refused;
  if (refused > 0) {
    refused_last_ = now;
    taken_since_ = 0;
  } else {
    taken_since_ += counts.answers;
  }
  memory_.answers += counts.answers;
  memory_.throttled += refused;
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
  return static_cast<double>(RefusedOf(window_)) / window_.answers;
}

uint32_t Throttle::RefusedOf(const AnswerCounts& counts) const {
  return counts.throttled + (QueueIsFull() ? counts.queue_full : 0);
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
  const bool is_slow = set == 0 && seen >= kEnoughForFew;
  if (!is_enough && !is_slow) return set;
  const double answered = window_.answers * 1e9 / static_cast<double>(seen);
  if (set > 0 && answered > kRateIsUsed * set) return set;
  // A peer that said nothing for a while does not halve it more than once.
  return std::max(answered, kDeepest * rate());
}

Throttle::Change Throttle::Fall(double present, Nanos round_trip, Nanos now) {
  const double share = RefusedShare();
  const double factor =
      share < kManyRefused ? kFactor : std::max(kDeepest, kBelowAllowed * (1 - share));
  refused_at_ = present * (1 - share);
  const bool begins = rate() == 0;
  began_at_ = begins ? present : std::max(began_at_, present);
  SetRate(std::max(kLeastRate, present * factor), now);
  refused_at_is_exact_ = share < kManyRefused;
  // Few answers say more together with those after the next falls.
  if (begins || since_fall_.answers >= kLeastAnswers) {
    const double known_share = window_.answers < kLeastAnswers ? RememberedShare() : share;
    expected_share_ = std::max(0.0, 1 - (1 - known_share) * present / rate());
    since_fall_ = {};
  }
  is_lost_ = factor == kDeepest || (is_lost_ && RememberedShare() >= kNearlyAllRefused);
  fell_at_ = now;
  settled_at_ = now + round_trip;
  // What the new rate brings is seen from then on; a nearly congested SMSC may hold it longer.
  climbed_at_ = std::max(climbed_at_, settled_at_);
  next_fall_ = settled_at_ + kLeastBetweenFalls;
  next_climb_.store(now + kClimbStep);
  window_ = {};
  return begins ? Change::kBegan : Change::kNone;
}

Throttle::Change Throttle::Climb(Nanos now) {
  if (rate() == 0 || now < next_climb_.load(std::memory_order_relaxed)) return Change::kNone;
  const std::lock_guard lock(mutex_);
  if (rate() == 0 || now < next_climb_.load()) return Change::kNone;
  next_climb_.store(now + kClimbStep);
  // The last fall is not seen yet, or the SMSC is nearly congested.
  if (now <= climbed_at_) return Change::kNone;
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
    const bool is_clean =
        taken_since_ > 0 && now - refused_last_ >= std::max(kCleanToSearch, round_trip_);
    // What comes of it is seen after a round trip.
    const double seconds = static_cast<double>(std::max(kSecond, round_trip_)) / 1e9;
    return is_clean ? kSearch * rate() / seconds : 0;
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
