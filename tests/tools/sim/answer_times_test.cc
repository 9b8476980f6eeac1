#include "tools/sim/answer_times.h"

#include <gtest/gtest.h>

namespace salvo::sim {
namespace {

TEST(AnswerTimes, AreNoneAtFirst) {
  const AnswerTimes times;
  EXPECT_EQ(times.count(), 0u);
  EXPECT_EQ(times.QuantileMs(0.99), 0);
  EXPECT_EQ(times.max_ms(), 0);
}

TEST(AnswerTimes, QuantilesAreRightToOnePartIn32) {
  AnswerTimes times;
  for (int64_t i = 1; i <= 100'000; ++i) times.Add(i * 1000);  // 1 us to 100 ms
  EXPECT_EQ(times.count(), 100'000u);
  EXPECT_NEAR(times.QuantileMs(0.5), 50, 50.0 / 32);
  EXPECT_NEAR(times.QuantileMs(0.99), 99, 99.0 / 32);
  EXPECT_DOUBLE_EQ(times.QuantileMs(1), 100);
  EXPECT_DOUBLE_EQ(times.max_ms(), 100);
}

TEST(AnswerTimes, OneLongOneIsTheMaximumAndNotTheMedian) {
  AnswerTimes times;
  for (int i = 0; i < 999; ++i) times.Add(io::kNanosPerMilli);
  times.Add(io::kNanosPerSecond);
  EXPECT_NEAR(times.QuantileMs(0.99), 1, 1.0 / 32);
  EXPECT_DOUBLE_EQ(times.max_ms(), 1000);
}

TEST(AnswerTimes, TakeTheShortestAndTheLongest) {
  AnswerTimes times;
  times.Add(0);
  times.Add(-5);
  times.Add(INT64_MAX);
  EXPECT_EQ(times.count(), 3u);
  EXPECT_EQ(times.QuantileMs(0), 0);
  EXPECT_DOUBLE_EQ(times.QuantileMs(1), times.max_ms());
}

}  // namespace
}  // namespace salvo::sim
