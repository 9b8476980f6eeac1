#include "tools/sim/options/delay.h"

#include <gtest/gtest.h>

#include <map>

namespace salvo::sim {
namespace {

constexpr io::Nanos kMilli = io::kNanosPerMilli;

std::string ErrorOf(const auto& result) {
  EXPECT_FALSE(result.ok());
  return std::string(result.status().message());
}

TEST(DelayDistribution, ZeroIsNoDelayAtAll) {
  Random random(1);
  EXPECT_TRUE(DelayDistribution().always_zero());
  const auto delay = DelayDistribution::Parse("0");
  ASSERT_TRUE(delay.ok());
  EXPECT_TRUE(delay->always_zero());
  EXPECT_EQ(delay->Draw(random), 0);
}

TEST(DelayDistribution, ATimeIsAlwaysThatTime) {
  Random random(1);
  const auto delay = DelayDistribution::Parse("5ms");
  ASSERT_TRUE(delay.ok());
  EXPECT_FALSE(delay->always_zero());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(delay->Draw(random), 5 * kMilli);
}

TEST(DelayDistribution, UniformFillsItsRangeAndStaysInIt) {
  Random random(1);
  const auto delay = DelayDistribution::Parse("uniform:1ms,20ms");
  ASSERT_TRUE(delay.ok());
  io::Nanos least = io::kNever;
  io::Nanos most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const io::Nanos drawn = delay->Draw(random);
    least = std::min(least, drawn);
    most = std::max(most, drawn);
  }
  EXPECT_GE(least, kMilli);
  EXPECT_LT(least, 2 * kMilli);
  EXPECT_GT(most, 19 * kMilli);
  EXPECT_LE(most, 20 * kMilli);
}

TEST(DelayDistribution, MixKeepsItsShares) {
  Random random(1);
  const auto delay = DelayDistribution::Parse("mix:80%10ms,15%100ms,5%1s");
  ASSERT_TRUE(delay.ok());
  std::map<io::Nanos, int> counts;
  for (int i = 0; i < 100'000; ++i) ++counts[delay->Draw(random)];
  ASSERT_EQ(counts.size(), 3u);
  EXPECT_NEAR(counts[10 * kMilli], 80'000, 1'000);
  EXPECT_NEAR(counts[100 * kMilli], 15'000, 1'000);
  EXPECT_NEAR(counts[1000 * kMilli], 5'000, 1'000);
}

TEST(DelayDistribution, TheSameSeedDrawsTheSame) {
  const auto delay = DelayDistribution::Parse("uniform:1ms,20ms");
  ASSERT_TRUE(delay.ok());
  Random one(7);
  Random other(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(delay->Draw(one), delay->Draw(other));
}

TEST(DelayDistribution, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("soon")),
            "'soon' is not a time such as 30s, 500ms or 24h");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("uniform:1ms")),
            "uniform needs two times, as in uniform:1ms,20ms");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("uniform:x,2ms")),
            "'x' is not a time such as 30s, 500ms or 24h");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("uniform:1ms,x")),
            "'x' is not a time such as 30s, 500ms or 24h");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("uniform:20ms,1ms")),
            "the range of uniform is upside down");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:10ms")),
            "a part of mix needs a share, as in 80%10ms");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:x%10ms")),
            "'x%' is not a share such as 5% or 0.05");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:100%x")),
            "'x' is not a time such as 30s, 500ms or 24h");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:80%1ms,10%2ms")),
            "the shares of mix do not add up to 100%");
  EXPECT_EQ(ErrorOf(DelayDistribution::Parse("mix:80%1ms,30%2ms")),
            "the shares of mix do not add up to 100%");
}

TEST(DelayDistribution, SharesAddUpThoughBinaryFractionsDoNot) {
  EXPECT_TRUE(DelayDistribution::Parse("mix:10%1ms,20%2ms,70%3ms").ok());
}

}  // namespace
}  // namespace salvo::sim
