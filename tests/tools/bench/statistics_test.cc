#include "tools/bench/statistics.h"

#include <gtest/gtest.h>

namespace salvo::bench {
namespace {

TEST(Median, IsTheMiddleOneOrBetweenTheMiddleTwo) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({3}), 3);
  EXPECT_EQ(Median({9, 1, 5}), 5);
  EXPECT_EQ(Median({9, 1, 5, 7}), 6);
}

TEST(Median, IsNotMovedByOneThatWentWrong) { EXPECT_EQ(Median({10, 11, 1e9}), 11); }

TEST(SpreadPercent, IsFromLeastToMostOfTheMedian) {
  EXPECT_EQ(SpreadPercent({90, 100, 120}), 30);
  EXPECT_EQ(SpreadPercent({100, 100}), 0);
}

TEST(SpreadPercent, OfOneOrOfNothingIsNone) {
  EXPECT_EQ(SpreadPercent({}), 0);
  EXPECT_EQ(SpreadPercent({5}), 0);
  EXPECT_EQ(SpreadPercent({0, 0, 0}), 0);
}

}  // namespace
}  // namespace salvo::bench
