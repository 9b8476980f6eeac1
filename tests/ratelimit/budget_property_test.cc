// Goal: the promise of ratelimit/token_bucket.h, no interval above rate x t + burst.
// Method: several holders of one bucket take, stall, hand on and give back at random under manual
// time; a checker that knows nothing of buckets looks at every interval of what was handed on.
// Three deliberately wrong buckets run the same schedules: the checker must catch each.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "ratelimit/lease.h"
#include "tests/support/dose.h"
#include "tests/support/random.h"
#include "tests/support/rate_checker.h"

namespace salvo::ratelimit {
namespace {

using test::Random;
using test::RateChecker;

constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kStart = 12'345 * kSecond;
constexpr int kSchedules = test::Dose(2000, 400);
constexpr int kSteps = 400;
// Of the long sums of the checker; a thousandth of a token.
constexpr double kRounding = 0.001;

struct Plan {
  double rate = 0;
  double burst = 0;
  uint32_t holders = 0;
  bool changes_rate = false;

  double most() const { return burst > 0 ? burst : std::max(1.0, rate * 0.010); }
};

Plan MakePlan(Random& random, bool changes_rate) {
  Plan plan;
  plan.rate = random.LogBetween(1.0 / 86'400, 1e7);
  if (changes_rate || random.Chance(0.5)) plan.burst = std::floor(random.LogBetween(1, 1000));
  plan.holders = static_cast<uint32_t>(random.Between(1, 6));
  plan.changes_rate = changes_rate;
  return plan;
}

// A pause in the life of a process: mostly about as long as tokens take to come, at times that of
// a stopped process, of a laptop's lid, of a clock that jumped.
Nanos Pause(Random& random, double rate) {
  if (random.Chance(0.03)) return 10 * kSecond;
  if (random.Chance(0.01)) return random.Between(1, 30) * 86'400 * kSecond;
  if (random.Chance(0.2)) return 0;
  return static_cast<Nanos>(random.LogBetween(1, 1e10 / rate));
}

// Runs one random schedule and returns by how much the worst interval exceeded its rate.
// `Budget` makes holders with the interface of Lease.
template <class Budget>
RateChecker RunSchedule(const Plan& plan, Random& random) {
  Nanos now = kStart;
  Budget budget(plan, now);
  RateChecker checker(plan.rate, now);
  double rate = plan.rate;
  std::vector<typename Budget::Holder> holders;
  for (uint32_t i = 0; i < plan.holders; ++i) holders.push_back(budget.MakeHolder());
  std::vector<uint32_t> used(plan.holders);
  std::vector<Nanos> turn_began(plan.holders, now);  // a shard reads the clock once a turn
  const auto burst = static_cast<uint32_t>(plan.most());

  for (int step = 0; step < kSteps; ++step) {
    now += Pause(random, rate);
    const size_t i = random.Below(plan.holders);
    const Nanos then = random.Chance(0.3) ? turn_began[i] : now;
    turn_began[i] = then;
    if (plan.changes_rate && random.Chance(0.05)) {
      rate = random.LogBetween(1.0 / 86'400, 1e7);
      budget.SetRate(now, rate);
      checker.SetRate(now, rate);
    }
    if (random.Chance(0.1)) {
      holders[i].ReturnBeyond(static_cast<uint32_t>(random.Between(0, 3)));
    }
    const auto want = static_cast<uint32_t>(random.LogBetween(1, 2.0 * burst + 1));
    uint32_t granted = 0;
    if (random.Chance(0.2)) {
      const uint32_t whole = std::min(want, burst);
      granted = holders[i].HoldWhole(then, whole) ? whole : 0;
    } else {
      granted = holders[i].Hold(then, want);
    }
    const uint32_t use = random.Chance(0.7) || granted == 0
                             ? granted
                             : static_cast<uint32_t>(random.Between(0, granted));
    holders[i].Use(use);
    used[i] += use;
    if (random.Chance(0.5)) {
      now += random.Chance(0.1) ? Pause(random, rate) : 0;
      holders[i].HandedOn(now);
      checker.Submitted(now, used[i]);
      used[i] = 0;
    }
  }
  return checker;
}

class RealBudget {
 public:
  using Holder = Lease;
  RealBudget(const Plan& plan, Nanos now) : bucket_({plan.rate, plan.burst, plan.holders}, now) {}
  Holder MakeHolder() { return Lease(&bucket_); }
  void SetRate(Nanos now, double rate) { bucket_.SetRate(now, rate); }

 private:
  TokenBucket bucket_;
};

template <class Budget>
int CountBroken(bool changes_rate, bool report) {
  int broken = 0;
  double submitted = 0;
  for (int i = 0; i < kSchedules; ++i) {
    const uint64_t seed = test::TestSeed() * kSchedules + static_cast<uint64_t>(i);
    Random random(seed);
    const Plan plan = MakePlan(random, changes_rate);
    const RateChecker checker = RunSchedule<Budget>(plan, random);
    submitted += checker.submitted();
    if (checker.worst_burst() <= plan.most() + kRounding) continue;
    ++broken;
    if (report && broken <= 5) {
      ADD_FAILURE() << "schedule " << seed << ": rate " << plan.rate << ", burst " << plan.most()
                    << ", " << plan.holders << " holders: an interval carried rate x t + "
                    << checker.worst_burst();
    }
  }
  // A budget that gives nothing would pass all of this.
  EXPECT_GT(submitted, 20.0 * kSchedules);
  return broken;
}

TEST(Budget, NoIntervalCarriesMoreThanRateAndBurst) {
  EXPECT_EQ(CountBroken<RealBudget>(false, true), 0);
}

TEST(Budget, NoIntervalCarriesMoreThanRateAndBurstWhileTheRateChanges) {
  EXPECT_EQ(CountBroken<RealBudget>(true, true), 0);
}

// Counts a token when it is taken: a stop between taking and handing on makes a burst of two.
class CountsWhenTaken {
 public:
  class Holder {
   public:
    explicit Holder(CountsWhenTaken* owner) : owner_(owner) {}
    uint32_t Hold(Nanos now, uint32_t want) {
      held_ += owner_->Take(now, want > held_ ? want - held_ : 0);
      return std::min(held_, want);
    }
    bool HoldWhole(Nanos now, uint32_t n) { return Hold(now, n) == n; }
    void Use(uint32_t n) { held_ -= n; }
    void ReturnBeyond(uint32_t) {}
    void HandedOn(Nanos) {}

   private:
    CountsWhenTaken* owner_;
    uint32_t held_ = 0;
  };

  CountsWhenTaken(const Plan& plan, Nanos now) : rate_(plan.rate), most_(plan.most()), at_(now) {}
  Holder MakeHolder() { return Holder(this); }
  void SetRate(Nanos, double rate) { rate_ = rate; }
  virtual ~CountsWhenTaken() = default;

 protected:
  virtual uint32_t Take(Nanos now, uint32_t want) {
    tokens_ =
        std::min(most_, tokens_ + rate_ * static_cast<double>(std::max<Nanos>(now - at_, 0)) / 1e9);
    at_ = std::max(at_, now);
    const auto taken = static_cast<uint32_t>(std::min<double>(want, tokens_));
    tokens_ -= taken;
    return taken;
  }

  double rate_;
  double most_;
  double tokens_ = 1;
  Nanos at_;
};

// Allows rate + burst in each second of the clock: two such seconds touch.
class CountsBySecond final : public CountsWhenTaken {
 public:
  using CountsWhenTaken::CountsWhenTaken;

 private:
  uint32_t Take(Nanos now, uint32_t want) override {
    if (now / kSecond > at_ / kSecond) tokens_ = std::max(1.0, rate_ + most_);
    at_ = std::max(at_, now);
    const auto taken = static_cast<uint32_t>(std::min<double>(want, tokens_));
    tokens_ -= taken;
    return taken;
  }
};

// Saves up without an end while nobody takes.
class SavesForEver final : public CountsWhenTaken {
 public:
  SavesForEver(const Plan& plan, Nanos now) : CountsWhenTaken(plan, now) { most_ = 1e9; }
};

TEST(BudgetCanary, ABucketThatCountsWhenTokensAreTakenIsCaught) {
  EXPECT_GT(CountBroken<CountsWhenTaken>(false, false), kSchedules / 20);
}

TEST(BudgetCanary, ABucketThatCountsByTheSecondIsCaught) {
  EXPECT_GT(CountBroken<CountsBySecond>(false, false), kSchedules / 20);
}

TEST(BudgetCanary, ABucketThatSavesForEverIsCaught) {
  EXPECT_GT(CountBroken<SavesForEver>(false, false), kSchedules / 20);
}

}  // namespace
}  // namespace salvo::ratelimit
