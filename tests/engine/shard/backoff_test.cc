#include "engine/shard/backoff.h"

#include <gtest/gtest.h>

namespace salvo::engine {
namespace {

double Seconds(io::Nanos nanos) { return static_cast<double>(nanos) / io::kNanosPerSecond; }

TEST(Backoff, DoublesUpToItsMaximum) {
  ReconnectOptions options;
  options.jitter = 0;
  Backoff backoff(options, 1);
  for (const double expected : {2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0}) {
    EXPECT_DOUBLE_EQ(Seconds(backoff.Next()), expected);
  }
}

TEST(Backoff, BeginsAnewAfterAReset) {
  ReconnectOptions options;
  options.jitter = 0;
  Backoff backoff(options, 1);
  for (int i = 0; i < 100; ++i) backoff.Next();
  backoff.Reset();
  EXPECT_DOUBLE_EQ(Seconds(backoff.Next()), 2.0);
}

TEST(Backoff, SpreadsThoseThatFailedTogether) {
  const ReconnectOptions options;
  double least = 100;
  double most = 0;
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    const double wait = Seconds(Backoff(options, seed).Next());
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_GE(least, 1.6);
  EXPECT_LE(most, 2.4);
  EXPECT_GT(most - least, 0.5);
}

}  // namespace
}  // namespace salvo::engine
