#include "engine/retry/wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace salvo::engine {
namespace {

constexpr Nanos kSecond = io::kNanosPerSecond;
constexpr Nanos kTick = Nanos{1} << 24;

std::vector<uint64_t> TakeDue(RetryWheel& wheel) {
  std::vector<uint64_t> due;
  while (wheel.FirstDue() != RetryWheel::kNone) {
    due.push_back(wheel.cookie(wheel.FirstDue()));
    wheel.Remove(wheel.FirstDue());
  }
  return due;
}

TEST(RetryWheel, WaitsForNothingWhenItIsEmpty) {
  RetryWheel wheel(kSecond);
  wheel.Advance(1000 * kSecond);
  EXPECT_EQ(wheel.NextTime(), io::kNever);
  EXPECT_EQ(wheel.FirstDue(), RetryWheel::kNone);
  EXPECT_EQ(wheel.Any(), RetryWheel::kNone);
}

TEST(RetryWheel, ARetryAtOnceComesWithTheNextTick) {
  RetryWheel wheel(kSecond);
  wheel.Add(7, kSecond);
  wheel.Advance(kSecond);
  EXPECT_EQ(wheel.FirstDue(), RetryWheel::kNone);
  EXPECT_LE(wheel.NextTime(), kSecond + kTick);
  wheel.Advance(kSecond + kTick);
  EXPECT_EQ(TakeDue(wheel), std::vector<uint64_t>{7});
}

TEST(RetryWheel, EntriesOfOneTickKeepTheirOrder) {
  RetryWheel wheel(0);
  for (uint64_t i = 0; i < 10; ++i) wheel.Add(i, 5 * kTick);
  wheel.Advance(5 * kTick);
  EXPECT_EQ(TakeDue(wheel), (std::vector<uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(RetryWheel, ARemovedEntryNeverBecomesDue) {
  RetryWheel wheel(0);
  wheel.Add(1, kSecond);
  const auto second = wheel.Add(2, kSecond);
  wheel.Add(3, kSecond);
  wheel.Remove(second);
  wheel.Advance(2 * kSecond);
  EXPECT_EQ(TakeDue(wheel), (std::vector<uint64_t>{1, 3}));
}

TEST(RetryWheel, FindsAnEntryAWholeTurnAway) {
  for (const Nanos turn : {Nanos{1} << 16, Nanos{1} << 24}) {
    const Nanos now = turn / 256 - 1;  // in ticks
    const Nanos due = now + turn - 1;
    RetryWheel wheel(now * kTick);
    wheel.Add(1, due * kTick);
    EXPECT_LE(wheel.NextTime(), due * kTick);
    wheel.Advance(due * kTick);
    EXPECT_EQ(TakeDue(wheel), std::vector<uint64_t>{1});
  }
}

TEST(RetryWheel, KeepsAnEntryOfManyYears) {
  RetryWheel wheel(0);
  constexpr Nanos kYears = 10LL * 365 * 24 * 3600 * kSecond;
  wheel.Add(1, kYears);
  wheel.Advance(kYears - kSecond);
  EXPECT_EQ(wheel.FirstDue(), RetryWheel::kNone);
  wheel.Advance(kYears + kTick);
  EXPECT_EQ(TakeDue(wheel), std::vector<uint64_t>{1});
}

// Against a sorted map: random waits from none to months, random steps of time, random removals.
TEST(RetryWheel, AgreesWithASortedMapOnRandomSchedules) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto below = [&](uint64_t bound) { return static_cast<Nanos>(random() % bound); };
    const auto span = [&] { return below(uint64_t{1} << (20 + random() % 36)); };
    Nanos now = span();
    RetryWheel wheel(now);
    std::map<uint64_t, std::pair<Nanos, RetryWheel::Handle>> waiting;  // by cookie
    for (uint64_t step = 0; step < 300; ++step) {
      const Nanos due = now + (random() % 8 == 0 ? -below(1000) : span());
      waiting[step] = {due, wheel.Add(step, due)};
      if (random() % 4 == 0) {
        auto chosen = waiting.begin();
        std::advance(chosen, static_cast<int64_t>(random() % waiting.size()));
        wheel.Remove(chosen->second.second);
        waiting.erase(chosen);
      }
      const Nanos next = wheel.NextTime();
      const bool jump = random() % 3 == 0 && next != io::kNever;
      now = jump ? std::max(now, next) : now + (random() % 2 == 0 ? 0 : span());
      wheel.Advance(now);
      for (const uint64_t cookie : TakeDue(wheel)) {
        ASSERT_TRUE(waiting.contains(cookie)) << "it came twice, or was removed";
        EXPECT_LE(waiting[cookie].first, now) << "never early";
        waiting.erase(cookie);
      }
      for (const auto& [cookie, entry] : waiting) {
        ASSERT_GT(std::max(entry.first, now) + 2 * kTick, now) << "a tick late at most";
        ASSERT_GT(entry.first + 2 * kTick, now) << cookie;
      }
      ASSERT_EQ(wheel.size(), waiting.size());
      ASSERT_EQ(wheel.Any() == RetryWheel::kNone, waiting.empty());
      ASSERT_GT(wheel.NextTime(), now) << "nobody spins";
    }
  }
}

}  // namespace
}  // namespace salvo::engine
