#include "tools/plan/ramp.h"

#include <gtest/gtest.h>

namespace salvo::plan {
namespace {

// Four binds of 10 a second, one every two seconds, and 35 a second together.
constexpr Ramp kFour = {2, 4, 10, 35};

TEST(Ramp, EndsWhenEnoughBindsAreUp) {
  EXPECT_DOUBLE_EQ(kFour.seconds(), 6);
  EXPECT_DOUBLE_EQ((Ramp{2, 100, 10, 35}.seconds()), 6);
  EXPECT_DOUBLE_EQ((Ramp{2, 4, 35, 35}.seconds()), 0);
  EXPECT_DOUBLE_EQ((Ramp{0, 4, 10, 35}.seconds()), 0);
}

TEST(Ramp, BindsThatAreUpCarryWhatTheyCan) {
  EXPECT_DOUBLE_EQ(kFour.SegmentsIn(1), 10);
  EXPECT_DOUBLE_EQ(kFour.SegmentsIn(2), 20);
  EXPECT_DOUBLE_EQ(kFour.SegmentsIn(5), 20 + 40 + 30);
  EXPECT_DOUBLE_EQ(kFour.SegmentsIn(8), 20 + 40 + 60 + 70);
}

TEST(Ramp, TimesAndSegmentsAgree) {
  for (const double seconds : {0.5, 2.0, 3.25, 6.0, 7.5, 1000.0}) {
    EXPECT_DOUBLE_EQ(kFour.SecondsFor(kFour.SegmentsIn(seconds)), seconds);
  }
}

}  // namespace
}  // namespace salvo::plan
