#include "ratelimit/token_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "tests/ratelimit/take.h"

namespace salvo::ratelimit {
namespace {

constexpr Nanos kMilli = 1'000'000;
constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kDay = 86'400 * kSecond;
constexpr Nanos kStart = 7 * kSecond;

TEST(TokenBucket, StartsWithOneToken) {
  for (const double rate : {1.0 / 86'400, 1.0, 1000.0, 1e7}) {
    TokenBucket bucket({rate, 0, 4}, kStart);
    EXPECT_EQ(bucket.Available(kStart), 1u);
    EXPECT_EQ(Take(bucket, kStart, 100), 1u);
    EXPECT_EQ(Take(bucket, kStart, 100), 0u);
  }
}

TEST(TokenBucket, TheBurstIsTenMillisecondsOfTheRateAndAtLeastOne) {
  EXPECT_EQ(TokenBucket({1, 0, 1}, 0).capacity(), 1u);
  EXPECT_EQ(TokenBucket({199, 0, 1}, 0).capacity(), 1u);
  EXPECT_EQ(TokenBucket({200, 0, 1}, 0).capacity(), 2u);
  EXPECT_EQ(TokenBucket({300, 0, 1}, 0).capacity(), 3u);
  EXPECT_EQ(TokenBucket({1e6, 0, 1}, 0).capacity(), 10'000u);
  EXPECT_EQ(TokenBucket({1, 25, 1}, 0).capacity(), 25u);
  EXPECT_EQ(TokenBucket({1e6, 0.5, 1}, 0).capacity(), 1u);
}

TEST(TokenBucket, AllSlicesTogetherLeaveRoomForTwoMillisecondsOrAreHalfOfTheBurst) {
  for (const double rate : {1.0, 100.0, 3000.0, 12'345.0, 1e6, 1e7}) {
    for (const double burst : {0.0, 1.0, 5.0, 100.0, 5000.0}) {
      for (const uint32_t holders : {1u, 2u, 7u, 64u}) {
        const TokenBucket bucket({rate, burst, holders}, 0);
        EXPECT_GE(bucket.slice(), 1u);
        if (bucket.slice() == 1) continue;
        const double all = bucket.slice() * holders;
        const double most = bucket.capacity();
        EXPECT_TRUE(all <= most / 2 || all <= most - rate * 0.002);
        EXPECT_LE(bucket.slice(), std::max(8.0, rate * 0.001));
      }
    }
  }
}

TEST(TokenBucket, ALowRateHasSlicesOfAFewTokens) {
  EXPECT_EQ(TokenBucket({100, 50, 2}, 0).slice(), 8u);
  EXPECT_EQ(TokenBucket({1000, 50, 1}, 0).slice(), 8u);
}

TEST(TokenBucket, ASliceIsAShareOfWhatIsNotKeptFree) {
  EXPECT_EQ(TokenBucket({1000, 0, 1}, 0).slice(), 8u);
  EXPECT_EQ(TokenBucket({1000, 0, 2}, 0).slice(), 4u);
  EXPECT_EQ(TokenBucket({500, 0, 1}, 0).slice(), 4u);
  EXPECT_EQ(TokenBucket({200, 0, 1}, 0).slice(), 1u);
  EXPECT_EQ(TokenBucket({1e6, 6, 1}, 0).slice(), 3u);
}

TEST(TokenBucket, AGroupIsWhatComesInATenthOfAMillisecondOrUpToEightOfSevenMilliseconds) {
  EXPECT_EQ(TokenBucket({1, 100, 1}, 0).group(), 1u);
  EXPECT_EQ(TokenBucket({300, 100, 1}, 0).group(), 3u);
  EXPECT_EQ(TokenBucket({300, 0, 1}, 0).group(), 2u);
  EXPECT_EQ(TokenBucket({1000, 0, 1}, 0).group(), 8u);
  EXPECT_EQ(TokenBucket({50'000, 0, 1}, 0).group(), 8u);
  EXPECT_EQ(TokenBucket({500'000, 0, 1}, 0).group(), 50u);
  // At most a slice.
  EXPECT_EQ(TokenBucket({1000, 0, 4}, 0).group(), 2u);
  EXPECT_EQ(TokenBucket({50'000, 4, 1}, 0).group(), 2u);
}

TEST(TokenBucket, ASegmentIsDueHalfAGroupAfterItsTokenCame) {
  TokenBucket bucket({1000, 0, 1}, kStart);
  EXPECT_EQ(Take(bucket, kStart, 1), 1u);
  // The first of the eight came after one millisecond, and four of them leave before they are due.
  EXPECT_EQ(bucket.OldestDue(kStart + 8 * kMilli), kStart + (1 + 4) * kMilli);

  TokenBucket alone({100, 0, 4}, kStart);
  EXPECT_EQ(Take(alone, kStart, 1), 1u);
  EXPECT_EQ(alone.OldestDue(kStart + 12 * kMilli), kStart + 10 * kMilli);
}

TEST(TokenBucket, WhatIsLongOverdueIsNotDueLaterBecauseTheBucketIsFull) {
  TokenBucket bucket({100, 1, 1}, kStart);
  EXPECT_EQ(Take(bucket, kStart, 1), 1u);
  EXPECT_EQ(bucket.OldestDue(kStart + 10 * kSecond), kStart + 10 * kMilli);
}

TEST(TokenBucket, ASmallBurstHasSlicesOfOneToken) {
  EXPECT_EQ(TokenBucket({100, 0, 2}, 0).slice(), 1u);
  EXPECT_EQ(TokenBucket({1e6, 3, 2}, 0).slice(), 1u);
}

// Takes as soon as there is a token, and counts.
double LongRunRate(double rate, double burst, Nanos length, uint32_t most) {
  TokenBucket bucket({rate, burst, 1}, kStart);
  EXPECT_EQ(Take(bucket, kStart, 1), 1u);
  Nanos now = kStart;
  uint32_t taken = 0;
  while (now < kStart + length && taken < most) {
    now = bucket.WhenAvailable(now);
    EXPECT_EQ(Take(bucket, now, 1), 1u);
    ++taken;
  }
  return taken / (static_cast<double>(now - kStart) / 1e9);
}

TEST(TokenBucket, TheLongRunRateIsExactToRounding) {
  for (const double rate :
       {1.0 / 86'400, 0.01, 0.3, 1.0, 7.0, 99.9, 333.0, 1000.0, 12'345.678, 1e6, 3e6, 1e7}) {
    const double got = LongRunRate(rate, 10, 1000 * kDay, 200'000);
    EXPECT_LE(got, rate * (1 + 1e-9)) << rate;
    // An interval is a whole number of 1/64 ns.
    EXPECT_GE(got, rate * (1 - rate / 64e9) * (1 - 1e-6)) << rate;
  }
}

TEST(TokenBucket, ABurstOfOneLosesOnlyTheRestOfANanosecondAToken) {
  for (const double rate : {1.0 / 86'400, 3.0, 700.0, 1e6}) {
    const double got = LongRunRate(rate, 1, 1000 * kDay, 200'000);
    EXPECT_LE(got, rate * (1 + 1e-9)) << rate;
    EXPECT_GE(got, rate * (1 - 1.1 * rate / 1e9) * (1 - 1e-6)) << rate;
  }
}

TEST(TokenBucket, SavesNoMoreThanTheBurst) {
  TokenBucket bucket({1000, 0, 1}, kStart);
  EXPECT_EQ(bucket.Available(kStart + kDay), 10u);
  EXPECT_EQ(Take(bucket, kStart + kDay, 1000), 10u);
  EXPECT_EQ(Take(bucket, kStart + kDay, 1000), 0u);
  EXPECT_EQ(Take(bucket, kStart + kDay + kMilli, 1000), 1u);
}

TEST(TokenBucket, WhenAvailableIsTheFirstNanosecondThatHasTheTokens) {
  for (const double rate : {0.7, 3.0, 333.0, 7777.7, 1e6, 9'999'999.0}) {
    for (const uint32_t n : {1u, 2u, 5u}) {
      TokenBucket bucket({rate, 5, 1}, kStart);
      Take(bucket, kStart, 1);
      const Nanos due = bucket.WhenAvailable(kStart, n);
      EXPECT_GT(due, kStart);
      EXPECT_LT(bucket.Available(due - 1), n) << rate;
      EXPECT_GE(bucket.Available(due), n) << rate;
      EXPECT_EQ(bucket.WhenAvailable(due + 5, n), due + 5);
    }
  }
}

TEST(TokenBucket, WhenAvailableOfMoreThanTheCapacityIsWhenTheBucketIsFull) {
  TokenBucket bucket({1000, 10, 1}, kStart);
  EXPECT_EQ(bucket.WhenAvailable(kStart, 300), kStart + 9 * kMilli);
  EXPECT_FALSE(TakeWhole(bucket, kStart + 9 * kMilli - 1, 300));
  EXPECT_TRUE(TakeWhole(bucket, kStart + 9 * kMilli, 300));
}

TEST(TokenBucket, WhenAvailableIsATimeToAskAgainWhileOthersHoldTheTokens) {
  TokenBucket bucket({1000, 1, 2}, kStart);
  EXPECT_EQ(bucket.Reserve(kStart, 1), 1u);
  EXPECT_GT(bucket.WhenAvailable(kStart + kSecond), kStart + kSecond);
  bucket.HandedOn(kStart + kSecond, 1);
  EXPECT_EQ(bucket.WhenAvailable(kStart + kSecond), kStart + kSecond + kMilli);
}

TEST(TokenBucket, TakeWholeTakesAllOrNothing) {
  TokenBucket bucket({1000, 10, 1}, kStart);
  EXPECT_FALSE(TakeWhole(bucket, kStart + 3 * kMilli, 5));
  EXPECT_EQ(bucket.Available(kStart + 3 * kMilli), 4u);
  EXPECT_TRUE(TakeWhole(bucket, kStart + 4 * kMilli, 5));
  EXPECT_EQ(bucket.Available(kStart + 4 * kMilli), 0u);
}

TEST(TokenBucket, TakeWholeOwesWhatIsAboveTheCapacity) {
  TokenBucket bucket({1000, 10, 1}, kStart);
  const Nanos full = kStart + kSecond;
  EXPECT_TRUE(TakeWhole(bucket, full, 25));
  EXPECT_EQ(bucket.WhenAvailable(full), full + 16 * kMilli);
  EXPECT_EQ(Take(bucket, full + 16 * kMilli - 1, 1), 0u);
  EXPECT_EQ(Take(bucket, full + 16 * kMilli, 1), 1u);
}

TEST(TokenBucket, WhatIsReservedIsNotGivenTwiceAndReturnGivesItBack) {
  TokenBucket bucket({1000, 10, 2}, kStart);
  const Nanos full = kStart + kSecond;
  EXPECT_EQ(bucket.Reserve(full, 6), 6u);
  EXPECT_EQ(bucket.Available(full), 4u);
  EXPECT_EQ(bucket.Reserve(full, 10), 4u);
  EXPECT_EQ(bucket.Reserve(full, 10), 0u);
  bucket.Return(10);
  EXPECT_EQ(bucket.Available(full), 10u);
  EXPECT_EQ(Take(bucket, full, 100), 10u);
}

TEST(TokenBucket, ReturnedTokensDoNotPileUp) {
  TokenBucket bucket({1000, 10, 2}, kStart);
  const Nanos full = kStart + kSecond;
  EXPECT_EQ(bucket.Reserve(full, 10), 10u);
  EXPECT_EQ(bucket.Available(full + kDay), 0u);
  bucket.Return(10);
  EXPECT_EQ(Take(bucket, full + kDay, 100), 10u);
  EXPECT_EQ(Take(bucket, full + kDay, 100), 0u);
}

TEST(TokenBucket, ATokenCountsFromWhenItWasHandedOn) {
  TokenBucket bucket({10, 1, 4}, kStart);
  EXPECT_EQ(bucket.Reserve(kStart, 1), 1u);
  // The holder is stopped for ten seconds; nobody else may have a token meanwhile, nor at once
  // after.
  const Nanos late = kStart + 10 * kSecond;
  EXPECT_EQ(bucket.Reserve(late, 1), 0u);
  bucket.HandedOn(late, 1);
  EXPECT_EQ(bucket.Reserve(late, 1), 0u);
  EXPECT_EQ(bucket.WhenAvailable(late), late + kSecond / 10);
}

TEST(TokenBucket, AStoppedHolderLeavesTheOthersTheirRate) {
  TokenBucket bucket({100'000, 0, 4}, kStart);
  EXPECT_EQ(bucket.capacity(), 1000u);
  const Nanos full = kStart + kSecond;
  EXPECT_EQ(bucket.Reserve(full, bucket.slice()), 100u);
  double taken = 0;
  for (Nanos now = full; now < full + 10 * kSecond; now += kMilli) taken += Take(bucket, now, 1000);
  EXPECT_NEAR(taken, 1'000'000, 1000);
}

TEST(TokenBucket, IdleYearsDoNotOverflow) {
  for (const double rate : {1.0 / 86'400, 1.0, 1e7}) {
    TokenBucket bucket({rate, 20, 1}, kStart);
    Nanos now = kStart;
    for (int year = 2; year < 40; year += 2) {
      now += 2 * 365 * kDay;
      EXPECT_EQ(bucket.WhenAvailable(now, 20), now) << rate;
      EXPECT_EQ(Take(bucket, now, 100), 20u) << rate;
      EXPECT_EQ(Take(bucket, now, 100), 0u) << rate;
    }
  }
}

TEST(TokenBucket, ABucketSavesAtMostWhatFourHundredDaysBring) {
  TokenBucket bucket({1.0 / 86'400, 100'000, 1}, kStart);
  EXPECT_GE(bucket.capacity(), 400u);
  EXPECT_LT(bucket.capacity(), 450u);
  const Nanos later = kStart + 500 * kDay;
  EXPECT_EQ(Take(bucket, later, 100'000), bucket.capacity());
}

TEST(TokenBucket, RatesBeyondReasonBecomeTheNearestPossible) {
  for (const double rate : {0.0, -5.0, std::numeric_limits<double>::quiet_NaN()}) {
    TokenBucket bucket({rate, 0, 1}, kStart);
    EXPECT_EQ(bucket.capacity(), 1u);
    Take(bucket, kStart, 1);
    EXPECT_EQ(bucket.WhenAvailable(kStart), kStart + kDay);
  }
  TokenBucket fast({1e300, 0, 1}, kStart);
  EXPECT_EQ(fast.capacity(), 1u << 31);
  EXPECT_EQ(Take(fast, kStart + kSecond, 1u << 31), 1u << 31);
}

TEST(TokenBucket, SetRateKeepsTheTokensThatAreThere) {
  TokenBucket bucket({1000, 100, 1}, kStart);
  Nanos now = kStart + 40 * kMilli;
  EXPECT_EQ(bucket.Available(now), 41u);
  bucket.SetRate(now, 10);
  EXPECT_EQ(bucket.Available(now), 41u);
  EXPECT_EQ(bucket.Available(now + kSecond), 51u);
  bucket.SetRate(now + kSecond, 1e6);
  EXPECT_EQ(bucket.Available(now + kSecond), 51u);
  EXPECT_EQ(bucket.per_second(), 1e6);
}

TEST(TokenBucket, SetRateNeverGivesTokensThatWereNotThere) {
  TokenBucket bucket({1, 0, 1}, kStart);
  const Nanos now = kStart + 100 * kSecond;
  EXPECT_EQ(bucket.Available(now), 1u);
  bucket.SetRate(now, 10'000);
  EXPECT_EQ(bucket.capacity(), 100u);
  EXPECT_EQ(bucket.Available(now), 1u);
}

TEST(TokenBucket, SetRateKeepsAtMostTheNewCapacity) {
  TokenBucket bucket({10'000, 0, 1}, kStart);
  const Nanos now = kStart + kSecond;
  EXPECT_EQ(bucket.Available(now), 100u);
  bucket.SetRate(now, 1000);
  EXPECT_EQ(Take(bucket, now, 1000), 10u);
  EXPECT_EQ(Take(bucket, now, 1000), 0u);
}

TEST(TokenBucket, SetRateKeepsWhatIsOwed) {
  TokenBucket bucket({1000, 10, 1}, kStart);
  const Nanos now = kStart + kSecond;
  EXPECT_TRUE(TakeWhole(bucket, now, 30));
  bucket.SetRate(now, 10);
  EXPECT_EQ(bucket.WhenAvailable(now), now + 21 * kSecond / 10);
}

TEST(TokenBucket, SetRateCountsReservedTokensInTheNewCapacity) {
  TokenBucket bucket({10'000, 0, 1}, kStart);
  const Nanos now = kStart + kSecond;
  EXPECT_EQ(bucket.Reserve(now, 50), 50u);
  bucket.SetRate(now, 6000);
  EXPECT_EQ(bucket.capacity(), 60u);
  EXPECT_EQ(bucket.Available(now), 10u);
  bucket.SetRate(now, 1000);
  EXPECT_EQ(bucket.Available(now), 0u);
  bucket.HandedOn(now, 50);
  EXPECT_EQ(bucket.Available(now + 40 * kMilli), 0u);
  EXPECT_EQ(bucket.Available(now + 41 * kMilli), 1u);
}

TEST(TokenBucket, TheRateCanChangeBetweenItsExtremes) {
  TokenBucket bucket({1.0 / 86'400, 0, 1}, kStart);
  Nanos now = kStart;
  for (int i = 0; i < 10; ++i) {
    bucket.SetRate(now, 1e7);
    now += kSecond;
    EXPECT_EQ(bucket.Available(now), 100'000u);
    bucket.SetRate(now, 1.0 / 86'400);
    EXPECT_EQ(bucket.Available(now), 1u);
    now += 3 * kDay;
    EXPECT_EQ(bucket.Available(now), 1u);
  }
}

TEST(TokenBucket, AnUpdateWithAnOldClockAddsNothingToWhatAHandOnLeft) {
  TokenBucket bucket({10, 500, 1}, 0);
  const Nanos full = 1000 * kSecond;
  ASSERT_EQ(bucket.Reserve(full, 250), 250u);
  bucket.HandedOn(full + kMilli, 250);
  bucket.SetRate(full, 2e6);
  EXPECT_LE(bucket.Available(full + kMilli), 250u) << "or 750 could leave at once";
  EXPECT_EQ(bucket.Available(full + 2 * kMilli), 500u);
}

}  // namespace
}  // namespace salvo::ratelimit
