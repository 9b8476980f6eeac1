#include "tools/sim/tps_limit.h"

#include <gtest/gtest.h>

namespace salvo::sim {
namespace {

constexpr io::Nanos kMilli = io::kNanosPerMilli;
constexpr io::Nanos kSecond = io::kNanosPerSecond;

// How many of `attempts` at that time are let through.
int TakeAt(TpsLimit& limit, io::Nanos now, int attempts) {
  int taken = 0;
  for (int i = 0; i < attempts; ++i) taken += limit.Take(now) ? 1 : 0;
  return taken;
}

TEST(TpsLimit, ZeroIsNoLimit) {
  for (const TpsKind kind : {TpsKind::kSecond, TpsKind::kSliding, TpsKind::kBucket}) {
    TpsLimit limit(0, kind);
    EXPECT_EQ(TakeAt(limit, 0, 1000), 1000);
  }
}

TEST(TpsLimit, ASecondHasAFreshAllowanceAtItsStart) {
  TpsLimit limit(10, TpsKind::kSecond);
  EXPECT_EQ(TakeAt(limit, 5 * kSecond + 900 * kMilli, 100), 10);
  EXPECT_EQ(TakeAt(limit, 5 * kSecond + 999 * kMilli, 100), 0);
  EXPECT_EQ(TakeAt(limit, 6 * kSecond, 100), 10);
}

TEST(TpsLimit, SlidingHoldsInAnySecond) {
  TpsLimit limit(10, TpsKind::kSliding);
  EXPECT_EQ(TakeAt(limit, 5 * kSecond + 900 * kMilli, 6), 6);
  EXPECT_EQ(TakeAt(limit, 6 * kSecond, 100), 4);
  EXPECT_EQ(TakeAt(limit, 6 * kSecond + 899 * kMilli, 100), 0);
  EXPECT_EQ(TakeAt(limit, 6 * kSecond + 900 * kMilli, 100), 6);
  EXPECT_EQ(TakeAt(limit, 7 * kSecond, 100), 4);
}

TEST(TpsLimit, SlidingLetsTheFirstOnesThroughAtTimeZero) {
  TpsLimit limit(3, TpsKind::kSliding);
  EXPECT_EQ(TakeAt(limit, 0, 10), 3);
}

TEST(TpsLimit, ABucketHoldsATenthOfASecond) {
  TpsLimit limit(100, TpsKind::kBucket);
  EXPECT_EQ(TakeAt(limit, 5 * kSecond, 1000), 10);
  EXPECT_EQ(TakeAt(limit, 5 * kSecond + 50 * kMilli, 1000), 5);
  EXPECT_EQ(TakeAt(limit, 60 * kSecond, 1000), 10) << "it does not grow while it is idle";
}

TEST(TpsLimit, ABucketOfALowLimitHoldsOne) {
  TpsLimit limit(2, TpsKind::kBucket);
  EXPECT_EQ(TakeAt(limit, 5 * kSecond, 10), 1);
  EXPECT_EQ(TakeAt(limit, 5 * kSecond + 499 * kMilli, 10), 0);
  EXPECT_EQ(TakeAt(limit, 5 * kSecond + 501 * kMilli, 10), 1);
}

TEST(TpsLimit, WhatWasRefusedIsNotCounted) {
  for (const TpsKind kind : {TpsKind::kSecond, TpsKind::kSliding, TpsKind::kBucket}) {
    TpsLimit limit(20, kind);
    int taken = 0;
    for (io::Nanos now = kSecond; now < 11 * kSecond; now += kMilli) taken += TakeAt(limit, now, 5);
    EXPECT_GE(taken, 199);
    EXPECT_LE(taken, 202);
  }
}

}  // namespace
}  // namespace salvo::sim
