#include "pdu/time.h"

#include <gtest/gtest.h>

#include "tests/support/random.h"

namespace salvo::pdu {
namespace {

constexpr int64_t kDay = 86'400;

TEST(RelativeTime, CountsEachUnit) {
  EXPECT_EQ(RelativeTime(0).text(), "000000000000000R");
  EXPECT_EQ(RelativeTime(1).text(), "000000000001000R");
  EXPECT_EQ(RelativeTime(59).text(), "000000000059000R");
  EXPECT_EQ(RelativeTime(60).text(), "000000000100000R");
  EXPECT_EQ(RelativeTime(3'599).text(), "000000005959000R");
  EXPECT_EQ(RelativeTime(3'600).text(), "000000010000000R");
  EXPECT_EQ(RelativeTime(kDay - 1).text(), "000000235959000R");
  EXPECT_EQ(RelativeTime(kDay).text(), "000001000000000R");
  EXPECT_EQ(RelativeTime(29 * kDay).text(), "000029000000000R");
  EXPECT_EQ(RelativeTime(30 * kDay).text(), "000100000000000R");
  EXPECT_EQ(RelativeTime(364 * kDay).text(), "001204000000000R");
  EXPECT_EQ(RelativeTime(365 * kDay).text(), "010000000000000R");
}

TEST(RelativeTime, ReachesTheLastSecondOfItsRange) {
  EXPECT_EQ(RelativeTime(100 * 365 * kDay - 1).text(), "991204235959000R");
}

TEST(RelativeTime, AddsUpToTheSecondsItWasMadeFrom) {
  test::Random random(test::TestSeed());
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < 10'000; ++i) {
    const auto seconds = static_cast<int64_t>(random.Below(100ull * 365 * kDay));
    const RelativeTime time(seconds);
    const auto two = [&](size_t at) {
      return (time.text()[at] - '0') * 10 + (time.text()[at + 1] - '0');
    };
    const int64_t sum = two(0) * 365 * kDay + two(2) * 30 * kDay + two(4) * kDay + two(6) * 3'600 +
                        two(8) * 60 + two(10);
    ASSERT_EQ(sum, seconds) << time.text();
    ASSERT_TRUE(IsSmppTime(time.text())) << time.text();
  }
}

TEST(SmppTime, MayBeEmpty) { EXPECT_TRUE(IsSmppTime("")); }

TEST(SmppTime, MayBeAbsolute) {
  EXPECT_TRUE(IsSmppTime("241231235959904+"));
  EXPECT_TRUE(IsSmppTime("240229000000000-"));
  EXPECT_TRUE(IsSmppTime("000101000000048+"));
}

TEST(SmppTime, MayBeRelative) {
  EXPECT_TRUE(IsSmppTime("000000000000000R"));
  EXPECT_TRUE(IsSmppTime("991231235959000R"));
}

TEST(SmppTime, HasSixteenCharacters) {
  EXPECT_FALSE(IsSmppTime("24123123595904+"));
  EXPECT_FALSE(IsSmppTime("2412312359590004+"));
  EXPECT_FALSE(IsSmppTime("R"));
}

TEST(SmppTime, HasDigitsOnlyBeforeItsLastCharacter) {
  EXPECT_FALSE(IsSmppTime("24123123595990 +"));
  EXPECT_FALSE(IsSmppTime("2412312359599a4+"));
  EXPECT_FALSE(IsSmppTime("-41231235959904+"));
}

TEST(SmppTime, EndsInASignOrR) {
  EXPECT_FALSE(IsSmppTime("241231235959904Z"));
  EXPECT_FALSE(IsSmppTime("000000000000000r"));
  EXPECT_FALSE(IsSmppTime("2412312359599040"));
}

TEST(SmppTime, HasAPossibleDate) {
  EXPECT_FALSE(IsSmppTime("240031235959904+"));
  EXPECT_FALSE(IsSmppTime("241331235959904+"));
  EXPECT_FALSE(IsSmppTime("241200235959904+"));
  EXPECT_FALSE(IsSmppTime("241232235959904+"));
}

TEST(SmppTime, HasAPossibleTimeOfDay) {
  EXPECT_FALSE(IsSmppTime("241231245959904+"));
  EXPECT_FALSE(IsSmppTime("241231236059904+"));
  EXPECT_FALSE(IsSmppTime("241231235960904+"));
}

TEST(SmppTime, CountsItsOffsetInQuarterHoursUpToTwelveHours) {
  EXPECT_TRUE(IsSmppTime("241231235959948+"));
  EXPECT_FALSE(IsSmppTime("241231235959949+"));
  EXPECT_FALSE(IsSmppTime("241231235959960-"));
}

TEST(SmppTime, HasNoTenthsOrOffsetWhenRelative) {
  EXPECT_FALSE(IsSmppTime("000001000000100R"));
  EXPECT_FALSE(IsSmppTime("000001000000004R"));
}

}  // namespace
}  // namespace salvo::pdu
