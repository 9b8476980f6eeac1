#include "tools/common/parse.h"

#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

TEST(ParseTime, TakesEveryUnit) {
  EXPECT_EQ(*ParseTime("7ns"), 7);
  EXPECT_EQ(*ParseTime("250us"), 250'000);
  EXPECT_EQ(*ParseTime("500ms"), 500'000'000);
  EXPECT_EQ(*ParseTime("30s"), 30'000'000'000);
  EXPECT_EQ(*ParseTime("1m"), 60'000'000'000);
  EXPECT_EQ(*ParseTime("24h"), 86'400'000'000'000);
  EXPECT_EQ(*ParseTime("2d"), 172'800'000'000'000);
}

TEST(ParseTime, TakesFractions) { EXPECT_EQ(*ParseTime("1.5s"), 1'500'000'000); }

TEST(ParseTime, NeedsAUnitButForZero) {
  EXPECT_EQ(*ParseTime("0"), 0);
  EXPECT_FALSE(ParseTime("30").ok());
}

TEST(ParseTime, RefusesWhatIsNoTimeAndQuotesIt) {
  for (const char* text : {"", "s", "abc", "-5s", "5 s", "5sec", "5S", "1s2s", "nan s", "nans",
                           "infs", "1e30d", "5s "}) {
    const auto time = ParseTime(text);
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_EQ(time.status().message(),
              "'" + std::string(text) + "' is not a time such as 30s, 500ms or 24h");
  }
}

TEST(ParseShare, TakesPercentAndFraction) {
  EXPECT_DOUBLE_EQ(*ParseShare("5%"), 0.05);
  EXPECT_DOUBLE_EQ(*ParseShare("0.05"), 0.05);
  EXPECT_DOUBLE_EQ(*ParseShare("0"), 0);
  EXPECT_DOUBLE_EQ(*ParseShare("100%"), 1);
  EXPECT_DOUBLE_EQ(*ParseShare("1"), 1);
}

TEST(ParseShare, RefusesWhatIsNoShareAndQuotesIt) {
  for (const char* text : {"", "%", "5", "101%", "-1%", "nan", "5%%", "five"}) {
    const auto share = ParseShare(text);
    ASSERT_FALSE(share.ok()) << text;
    EXPECT_EQ(share.status().message(),
              "'" + std::string(text) + "' is not a share such as 5% or 0.05");
  }
}

TEST(FaultOfWhole, IsEmptyForANumberOfTheRange) {
  EXPECT_EQ(FaultOfWhole("1", 1, 10), "");
  EXPECT_EQ(FaultOfWhole("10", 1, 10), "");
  EXPECT_EQ(FaultOfWhole("18446744073709551615", 0, UINT64_MAX), "");
}

TEST(FaultOfWhole, NamesTheRange) {
  for (const char* text : {"0", "11", "-1", "", "x", "1.5", "1 ", " 1", "+1", "1e1", "0x1"}) {
    EXPECT_EQ(FaultOfWhole(text, 1, 10),
              "'" + std::string(text) + "' is not a whole number from 1 to 10");
  }
  EXPECT_EQ(FaultOfWhole("0", 1, UINT64_MAX), "'0' is not a whole number from 1 on");
}

TEST(FaultOfNumber, NamesTheRange) {
  for (const char* text : {"0", "0.5", "100", "1e2"}) EXPECT_EQ(FaultOfNumber(text, 100), "");
  for (const char* text : {"-1", "100.1", "nan", "inf", "", "x", "1x", "1,5"}) {
    EXPECT_EQ(FaultOfNumber(text, 100),
              "'" + std::string(text) + "' is not a number from 0 to 100");
  }
}

}  // namespace
}  // namespace salvo::tools
