#include "io/clock.h"

#include <gtest/gtest.h>

namespace salvo::io {
namespace {

TEST(Clock, TheMonotonicClockNeverGoesBack) {
  Nanos last = SystemClock().Monotonic();
  for (int i = 0; i < 10'000; ++i) {
    const Nanos now = SystemClock().Monotonic();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Clock, TheWallClockCountsFrom1970) {
  constexpr Nanos kYear = 365 * 86'400 * kNanosPerSecond;
  EXPECT_GT(SystemClock().Wall(), 50 * kYear);
}

}  // namespace
}  // namespace salvo::io
