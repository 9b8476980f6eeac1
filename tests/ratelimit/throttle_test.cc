// Goal: the rate settles to nearly what the SMSC allows, with hardly anything refused.
// Method: a sender that paces by the bucket, a network with a round trip, and an SMSC that counts
// in one of the three usual ways; virtual time.
#include "ratelimit/throttle.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <random>
#include <string>

#include "tests/ratelimit/take.h"

namespace salvo::ratelimit {
namespace {

constexpr Nanos kMilli = 1'000'000;
constexpr Nanos kSecond = 1'000 * kMilli;
using Change = Throttle::Change;

enum class Counts { kClock, kSliding, kBucket };

// What an SMSC lets through: `tps` a second of the clock, in any second, or through a leaking
// bucket of a tenth of a second.
class Limit {
 public:
  Limit(Counts counts, double tps) : counts_(counts), tps_(tps) {}

  bool Take(Nanos now) {
    switch (counts_) {
      case Counts::kClock:
        if (now / kSecond != second_) count_ = 0;
        second_ = now / kSecond;
        return count_ + 1 <= tps_ && (count_ += 1, true);
      case Counts::kSliding:
        while (!taken_.empty() && now - taken_.front() >= kSecond) taken_.pop_front();
        if (static_cast<double>(taken_.size()) + 1 > tps_) return false;
        taken_.push_back(now);
        return true;
      case Counts::kBucket:
        level_ = std::max(0.0, level_ - static_cast<double>(now - at_) * 1e-9 * tps_);
        at_ = now;
        return level_ + 1 <= std::max(1.0, tps_ / 10) && (level_ += 1, true);
    }
    return false;
  }
  void SetTps(double tps) { tps_ = tps; }

 private:
  const Counts counts_;
  double tps_;
  Nanos second_ = -1;
  double count_ = 0;
  std::deque<Nanos> taken_;
  double level_ = 0;
  Nanos at_ = 0;
};

struct Case {
  Counts counts = Counts::kClock;
  double allowed = 100;
  double ceiling = 200;
  double unlimited_sender = 5'000;  // how fast it goes without a limit
  uint32_t window = 0;              // most under way; 0: any number
  Nanos round_trip = 20 * kMilli;
  Nanos step = kMilli;
};

class World {
 public:
  explicit World(const Case& setup)
      : setup_(setup),
        limit_(setup.counts, setup.allowed),
        bucket_({setup.ceiling, 0, 1}, now_),
        throttle_(&bucket_, setup.ceiling) {}

  void Run(Nanos span) {
    for (const Nanos end = now_ + span; now_ < end; now_ += setup_.step) Step();
  }
  void Reset() { submitted_ = refused_ = 0; }

  double RefusedShare() const { return refused_ / submitted_; }
  double accepted() const { return submitted_ - refused_; }
  Throttle& throttle() { return throttle_; }
  Limit& limit() { return limit_; }
  Nanos now() const { return now_; }
  int began = 0;
  int ended = 0;

 private:
  struct Answer {
    Nanos at;
    bool refused;
  };

  void Step() {
    AnswerCounts counts;
    while (!answers_.empty() && answers_.front().at <= now_) {
      ++counts.answers;
      counts.throttled += answers_.front().refused ? 1 : 0;
      answers_.pop_front();
    }
    if (counts.answers > 0) Note(throttle_.OnAnswers(counts, setup_.round_trip, now_));
    Note(throttle_.Climb(now_));
    uint32_t sent = 1'000'000;
    if (setup_.window > 0) sent = setup_.window - static_cast<uint32_t>(answers_.size());
    if (throttle_.limits()) {
      sent = Take(bucket_, now_, sent);
    } else if (setup_.window == 0) {
      sent =
          static_cast<uint32_t>(setup_.unlimited_sender * static_cast<double>(setup_.step) / 1e9);
    }
    for (uint32_t i = 0; i < sent; ++i) {
      const bool refused = !limit_.Take(now_ + setup_.round_trip / 2);
      submitted_ += 1;
      refused_ += refused ? 1 : 0;
      answers_.push_back({now_ + setup_.round_trip, refused});
    }
  }
  void Note(Change change) {
    began += change == Change::kBegan ? 1 : 0;
    ended += change == Change::kEnded ? 1 : 0;
  }

  const Case setup_;
  Nanos now_ = 7 * kSecond + 300 * kMilli;
  Limit limit_;
  TokenBucket bucket_;
  Throttle throttle_;
  std::deque<Answer> answers_;
  double submitted_ = 0;
  double refused_ = 0;
};

void ExpectSettles(const Case& setup, Nanos settling = 10 * kSecond) {
  SCOPED_TRACE("counts " + std::to_string(static_cast<int>(setup.counts)) + ", allowed " +
               std::to_string(setup.allowed) + ", ceiling " + std::to_string(setup.ceiling) +
               ", round trip " + std::to_string(setup.round_trip / kMilli) + " ms");
  World world(setup);
  world.Run(settling);
  world.Reset();
  constexpr Nanos kMeasured = 120 * kSecond;
  world.Run(kMeasured);
  EXPECT_GE(world.accepted() / 120, 0.93 * setup.allowed);
  EXPECT_LT(world.RefusedShare(), 0.02);
  EXPECT_EQ(world.began, 1) << "told once";
  EXPECT_EQ(world.ended, 0);
}

TEST(Throttle, SettlesToWhatIsAllowedHoweverTheSmscCounts) {
  for (const Counts counts : {Counts::kClock, Counts::kSliding, Counts::kBucket}) {
    for (const double allowed : {10.0, 100.0, 5'000.0}) {
      for (const Nanos round_trip : {1 * kMilli, 20 * kMilli, 300 * kMilli}) {
        Case setup;
        setup.counts = counts;
        setup.allowed = allowed;
        setup.ceiling = 2 * allowed;
        setup.round_trip = round_trip;
        ExpectSettles(setup);
      }
    }
  }
}

TEST(Throttle, SettlesWithoutACeilingFromTheRateItSees) {
  for (const Counts counts : {Counts::kClock, Counts::kSliding, Counts::kBucket}) {
    Case setup;
    setup.counts = counts;
    setup.ceiling = 0;
    ExpectSettles(setup, 20 * kSecond);
  }
}

TEST(Throttle, SettlesFromFarAbove) {
  Case setup;
  setup.allowed = 100;
  setup.ceiling = 5'000;
  ExpectSettles(setup, 20 * kSecond);
}

TEST(Throttle, SettlesFromAnyRateToAnyLimit) {
  for (const Counts counts : {Counts::kClock, Counts::kSliding, Counts::kBucket}) {
    for (const double allowed : {1.0, 3.0, 10.0, 100.0}) {
      for (const double offered : {1'000.0, 20'000.0, 400'000.0}) {
        SCOPED_TRACE("offered " + std::to_string(offered));
        Case setup;
        setup.counts = counts;
        setup.allowed = allowed;
        setup.unlimited_sender = offered;
        setup.round_trip = kMilli;
        for (const double ceiling : {0.0, offered}) {
          setup.ceiling = ceiling;
          ExpectSettles(setup, 120 * kSecond);
        }
      }
    }
  }
}

// Accepted a second and refused, of what was sent, in the last of so many seconds.
std::pair<double, double> AfterSettling(const Case& setup, int seconds) {
  constexpr int kMeasured = 60;
  World world(setup);
  world.Run((seconds - kMeasured) * kSecond);
  world.Reset();
  world.Run(kMeasured * kSecond);
  return {world.accepted() / kMeasured, world.RefusedShare()};
}

TEST(Throttle, BeginsHoweverFewAnswersThereAre) {
  Case setup;
  setup.ceiling = 0;
  setup.allowed = 1;
  setup.unlimited_sender = 9.1;
  setup.step = 110 * kMilli;  // one at a time
  const auto [accepted, refused_share] = AfterSettling(setup, 240);
  EXPECT_GT(accepted, 0.8);
  EXPECT_LT(refused_share, 0.1);
}

TEST(Throttle, BeginsWhereTheWindowIsWhatHoldsTheSenderBack) {
  Case setup;
  setup.ceiling = 0;
  for (const auto& [window, allowed, round_trip] :
       {std::tuple(10u, 1.0, 2100 * kMilli), std::tuple(500u, 50.0, 2500 * kMilli),
        std::tuple(100u, 5.0, 700 * kMilli)}) {
    SCOPED_TRACE("window " + std::to_string(window));
    setup.window = window;
    setup.allowed = allowed;
    setup.round_trip = round_trip;
    const auto [accepted, refused_share] = AfterSettling(setup, 400);
    EXPECT_GT(accepted, 0.8 * allowed);
    EXPECT_LT(refused_share, 0.1);
  }
}

TEST(Throttle, SettlesOverALongWay) {
  for (const Counts counts : {Counts::kClock, Counts::kSliding, Counts::kBucket}) {
    for (const Nanos round_trip : {900 * kMilli, 2 * kSecond, 5 * kSecond}) {
      for (const auto& [ceiling, allowed] :
           {std::pair(1000.0, 100.0), std::pair(400.0, 200.0), std::pair(40'000.0, 20'000.0)}) {
        SCOPED_TRACE("allowed " + std::to_string(allowed) + ", round trip " +
                     std::to_string(round_trip / kMilli));
        Case setup;
        setup.counts = counts;
        setup.ceiling = ceiling;
        setup.allowed = allowed;
        setup.round_trip = round_trip;
        const auto [accepted, refused_share] = AfterSettling(setup, 260);
        EXPECT_GT(accepted, 0.8 * allowed);
        EXPECT_LT(refused_share, 0.08) << "what a cycle overshoots is seen a round trip later";
      }
    }
  }
}

TEST(Throttle, DoesNotSearchWhileQueuesAreFull) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  double submitted = 0;
  for (Nanos at = kSecond; at < 120 * kSecond; at += 10 * kMilli) {
    AnswerCounts all;
    all.answers = all.queue_full = Take(bucket, at, 1000);
    if (at > 60 * kSecond) submitted += all.answers;
    if (all.answers > 0) throttle.OnAnswers(all, kMilli, at);
    throttle.Climb(at);
  }
  EXPECT_LT(submitted / 60, 20);
}

TEST(Throttle, ComesBackWithoutACeilingWhenEverythingWasRefusedForAWhile) {
  Case setup;
  setup.allowed = 1e9;
  setup.ceiling = 0;
  setup.unlimited_sender = 20'000;
  World world(setup);
  world.Run(5 * kSecond);
  world.limit().SetTps(0);
  world.Run(60 * kSecond);
  EXPECT_LT(world.throttle().rate(), 1);
  world.limit().SetTps(1e9);
  world.Run(60 * kSecond);
  EXPECT_EQ(world.ended, 1);
  EXPECT_EQ(world.throttle().rate(), 0) << "no limit again";
}

TEST(Throttle, FallsAtMostOnceASecond) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  AnswerCounts one;
  one.answers = one.throttled = 1;
  EXPECT_EQ(throttle.OnAnswers(one, kMilli, kSecond), Change::kBegan);
  EXPECT_NEAR(throttle.rate(), 920, 0.01);
  for (Nanos at = kSecond; at < 2 * kSecond; at += 10 * kMilli) throttle.OnAnswers(one, kMilli, at);
  EXPECT_NEAR(throttle.rate(), 920, 0.01);
  EXPECT_EQ(bucket.per_second(), throttle.rate());
  throttle.OnAnswers(one, kMilli, 2 * kSecond + kMilli);
  EXPECT_LT(throttle.rate(), 900);
}

TEST(Throttle, DoesNotBlameTheNewRateForWhatWasSentBefore) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  AnswerCounts one;
  one.answers = one.throttled = 1;
  throttle.OnAnswers(one, 5 * kSecond, kSecond);
  const double rate = throttle.rate();
  for (Nanos at = kSecond; at < 6 * kSecond; at += 10 * kMilli) {
    throttle.OnAnswers(one, 5 * kSecond, at);
  }
  EXPECT_EQ(throttle.rate(), rate);
}

TEST(Throttle, ClimbsBackToTheCeilingAndEndsWhenNobodyThrottlesForAWhile) {
  Case setup;
  World world(setup);
  world.Run(30 * kSecond);
  ASSERT_EQ(world.began, 1);
  world.limit().SetTps(100'000);
  Nanos ended_after = 0;
  double last = world.throttle().rate();
  for (; world.ended == 0 && ended_after < 300 * kSecond; ended_after += kSecond) {
    world.Run(kSecond);
    const bool over = world.ended > 0;
    EXPECT_TRUE(over || world.throttle().rate() >= last) << "steadily";
    last = world.throttle().rate();
  }
  EXPECT_EQ(world.ended, 1);
  EXPECT_EQ(world.throttle().rate(), 0);
  world.Reset();
  world.Run(10 * kSecond);
  EXPECT_NEAR(world.accepted(), 2000, 10) << "the configured rate again";
}

TEST(Throttle, FollowsALimitThatFalls) {
  Case setup;
  setup.allowed = 1000;
  setup.ceiling = 2000;
  World world(setup);
  world.Run(30 * kSecond);
  world.limit().SetTps(300);
  world.Run(15 * kSecond);
  world.Reset();
  world.Run(60 * kSecond);
  EXPECT_GE(world.accepted() / 60, 0.93 * 300);
  EXPECT_LT(world.RefusedShare(), 0.02);
}

AnswerCounts FullQueues(uint32_t answers, uint32_t full) {
  AnswerCounts counts;
  counts.answers = answers;
  counts.queue_full = full;
  return counts;
}

TEST(Throttle, AFewFullQueuesAreTheTroubleOfTheirMessages) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  for (Nanos at = kSecond; at < 60 * kSecond; at += 100 * kMilli) {
    EXPECT_EQ(throttle.OnAnswers(FullQueues(100, 9), kMilli, at), Change::kNone);
  }
  EXPECT_EQ(throttle.rate(), 0);
}

TEST(Throttle, ManyFullQueuesSlowTheAccount) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  EXPECT_EQ(throttle.OnAnswers(FullQueues(100, 30), kMilli, kSecond), Change::kBegan);
  EXPECT_GT(throttle.rate(), 0);
}

TEST(Throttle, ACongestedSmscSlowsTheAccountAndANearlyCongestedOneKeepsItFromClimbing) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  AnswerCounts counts;
  counts.answers = 1;
  counts.congestion = 99;
  EXPECT_EQ(throttle.OnAnswers(counts, kMilli, kSecond), Change::kNone);
  counts.congestion = 100;
  EXPECT_EQ(throttle.OnAnswers(counts, kMilli, kSecond), Change::kBegan);
  const double rate = throttle.rate();
  counts.congestion = 85;
  for (Nanos at = kSecond; at < 20 * kSecond; at += 100 * kMilli) {
    throttle.OnAnswers(counts, kMilli, at);
    throttle.Climb(at);
  }
  EXPECT_EQ(throttle.rate(), rate);
  for (Nanos at = 20 * kSecond; at < 25 * kSecond; at += 100 * kMilli) throttle.Climb(at);
  EXPECT_GT(throttle.rate(), rate);
}

TEST(Throttle, ACongestedSmscThatRefusesNothingIsNotLeftWithout) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  AnswerCounts counts;
  counts.answers = 10;
  counts.congestion = 100;
  for (Nanos at = kSecond; at < 300 * kSecond; at += 100 * kMilli) {
    throttle.OnAnswers(counts, kMilli, at);
    throttle.Climb(at);
  }
  EXPECT_GT(throttle.rate(), 90);
}

TEST(Throttle, FallsNoFurtherWhenFallingDoesNotHelp) {
  for (const double rate : {20.0, 1000.0}) {
    SCOPED_TRACE(rate);
    TokenBucket bucket({rate, 0, 1}, 0);
    Throttle throttle(&bucket, rate);
    uint64_t number = 0;
    double lowest = rate;
    for (Nanos at = kSecond; at < 600 * kSecond; at += kMilli) {
      AnswerCounts counts;
      counts.answers = Take(bucket, at, 100);
      for (uint32_t i = 0; i < counts.answers; ++i) counts.throttled += ++number % 20 == 0 ? 1 : 0;
      if (counts.answers > 0) throttle.OnAnswers(counts, kMilli, at);
      throttle.Climb(at);
      if (throttle.rate() > 0) lowest = std::min(lowest, throttle.rate());
    }
    EXPECT_GT(lowest, rate * 0.5) << "one of twenty is refused at any rate";
  }
}

// Refusals that have nothing to do with the rate come as chance has it.
TEST(Throttle, FallsNoFurtherWhenManyAreRefusedAtRandom) {
  for (const auto& [rate, share] :
       {std::pair(5.0, 0.05), std::pair(20.0, 0.05), std::pair(100.0, 0.05),
        std::pair(1000.0, 0.05), std::pair(20.0, 0.15), std::pair(100.0, 0.15),
        std::pair(1000.0, 0.15), std::pair(100.0, 0.3), std::pair(1000.0, 0.3)}) {
    SCOPED_TRACE(std::to_string(rate) + ", refused " + std::to_string(share));
    std::mt19937 random(1);
    std::bernoulli_distribution is_refused(share);
    TokenBucket bucket({rate, 0, 1}, 0);
    Throttle throttle(&bucket, rate);
    double submitted = 0;
    for (Nanos at = kSecond; at < 600 * kSecond; at += kMilli) {
      AnswerCounts counts;
      counts.answers = Take(bucket, at, 100);
      submitted += counts.answers;
      for (uint32_t i = 0; i < counts.answers; ++i) counts.throttled += is_refused(random) ? 1 : 0;
      if (counts.answers > 0) throttle.OnAnswers(counts, kMilli, at);
      throttle.Climb(at);
    }
    EXPECT_GT(submitted / 600, rate * (share > 0.05 ? 0.2 : 0.5));
  }
}

TEST(Throttle, ComesBackSoonWhenEverythingWasRefusedForAWhile) {
  Case setup;
  setup.allowed = 1000;
  setup.ceiling = 1000;
  World world(setup);
  world.Run(5 * kSecond);
  world.limit().SetTps(0);
  world.Run(60 * kSecond);
  EXPECT_LT(world.throttle().rate(), 10);
  world.limit().SetTps(1000);
  world.Run(180 * kSecond);
  EXPECT_TRUE(world.throttle().rate() == 0 || world.throttle().rate() > 900);
}

TEST(Throttle, NeverFallsToNothing) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  AnswerCounts all;
  all.answers = all.throttled = 100;
  for (Nanos at = kSecond; at < 600 * kSecond; at += kSecond) throttle.OnAnswers(all, kMilli, at);
  EXPECT_GE(throttle.rate(), 0.2);
}

TEST(Throttle, TakesANewCeilingWhileItThrottlesAndWhileNot) {
  TokenBucket bucket({1000, 0, 1}, 0);
  Throttle throttle(&bucket, 1000);
  throttle.SetCeiling(500, kSecond);
  EXPECT_EQ(bucket.per_second(), 500);
  AnswerCounts one;
  one.answers = one.throttled = 1;
  throttle.OnAnswers(one, kMilli, kSecond);
  throttle.SetCeiling(100, 2 * kSecond);
  EXPECT_EQ(throttle.rate(), 100);
  EXPECT_EQ(bucket.per_second(), 100);
  throttle.SetCeiling(5000, 3 * kSecond);
  EXPECT_EQ(throttle.rate(), 100) << "and climbs from there";
}

}  // namespace
}  // namespace salvo::ratelimit
