#include "salvo/durations.h"

#include <gtest/gtest.h>

namespace salvo {
namespace {

constexpr int64_t kMilli = 1'000'000;

TEST(Durations, AreNoneAtFirst) {
  const Durations durations;
  EXPECT_EQ(durations.count(), 0u);
  EXPECT_EQ(durations.Quantile(0.99), 0);
  EXPECT_EQ(durations.longest(), 0);
}

TEST(Durations, QuantilesAreRightToOnePartIn32) {
  Durations durations;
  for (int64_t i = 1; i <= 100'000; ++i) durations.Add(i * 1000);  // 1 us to 100 ms
  EXPECT_EQ(durations.count(), 100'000u);
  EXPECT_NEAR(static_cast<double>(durations.Quantile(0.5)), 50e6, 50e6 / 32);
  EXPECT_NEAR(static_cast<double>(durations.Quantile(0.99)), 99e6, 99e6 / 32);
  EXPECT_EQ(durations.Quantile(1), 100 * kMilli);
  EXPECT_EQ(durations.longest(), 100 * kMilli);
}

TEST(Durations, OneLongOneIsTheLongestAndNotTheMedian) {
  Durations durations;
  durations.Add(kMilli, 999);
  durations.Add(1000 * kMilli);
  EXPECT_EQ(durations.count(), 1000u);
  EXPECT_NEAR(static_cast<double>(durations.Quantile(0.99)), 1e6, 1e6 / 32);
  EXPECT_EQ(durations.longest(), 1000 * kMilli);
}

TEST(Durations, TakeTheShortestAndTheLongest) {
  Durations durations;
  durations.Add(0);
  durations.Add(-5);
  durations.Add(INT64_MAX);
  EXPECT_EQ(durations.count(), 3u);
  EXPECT_EQ(durations.Quantile(0), 0);
  EXPECT_EQ(durations.Quantile(1), durations.longest());
}

TEST(Durations, OfTwoTogetherAreAsIfAllHadBeenCountedInOne) {
  Durations one;
  Durations other;
  one.Add(kMilli, 10);
  other.Add(3 * kMilli, 30);
  one.Add(other);
  EXPECT_EQ(one.count(), 40u);
  EXPECT_EQ(one.longest(), 3 * kMilli);
  EXPECT_EQ(one.Quantile(0.5), 3 * kMilli);
}

}  // namespace
}  // namespace salvo
