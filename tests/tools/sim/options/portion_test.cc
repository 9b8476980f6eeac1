#include "tools/sim/options/portion.h"

#include <gtest/gtest.h>

#include <map>

#include "tools/sim/options/rules.h"

namespace salvo::sim {
namespace {

// On which of the first twenty times it happens.
std::vector<int> TimesOf(std::string_view text) {
  Rules<char> rules;
  rules.push_back({'a', *Portion::Parse(text)});
  Random random(1);
  std::vector<int> times;
  for (int nth = 1; nth <= 20; ++nth) {
    if (rules.Pick(random, static_cast<uint64_t>(nth))) times.push_back(nth);
  }
  return times;
}

TEST(Portion, CountsTheFirstOnesAndOneAndEveryNth) {
  EXPECT_EQ(TimesOf("x3"), (std::vector{1, 2, 3}));
  EXPECT_EQ(TimesOf("@7"), (std::vector{7}));
  EXPECT_EQ(TimesOf("/6"), (std::vector{6, 12, 18}));
  EXPECT_EQ(TimesOf("100%").size(), 20u);
  EXPECT_EQ(TimesOf("0").size(), 0u);
}

TEST(Portion, ACopyCountsByItself) {
  Portion portion = *Portion::Parse("x1");
  Portion copy = portion;
  EXPECT_TRUE(portion.TakeCounted(1));
  EXPECT_FALSE(portion.TakeCounted(2));
  EXPECT_TRUE(copy.TakeCounted(1));
}

TEST(Portion, SaysWhatIsWrong) {
  for (const char* text : {"", "often", "101%", "-1", "5%x"}) {
    EXPECT_EQ(Portion::Parse(text).status().message(),
              "'" + std::string(text) +
                  "' is not how often: 5%, 0.05, x3 (the first three), @9 (the ninth), /9 (every "
                  "ninth)");
  }
  EXPECT_EQ(Portion::Parse("x").status().message(), "'x' needs a whole number from 1 on, as in x3");
  EXPECT_EQ(Portion::Parse("@0").status().message(),
            "'@0' needs a whole number from 1 on, as in @3");
  EXPECT_EQ(Portion::Parse("/9x").status().message(),
            "'/9x' needs a whole number from 1 on, as in /3");
}

TEST(Rules, KeepTheirSharesAndNeverPickTwo) {
  Rules<char> rules = {{'a', 0.1}, {'b', 0.02}};
  Random random(1);
  std::map<char, int> counts;
  for (uint64_t nth = 1; nth <= 100'000; ++nth) ++counts[rules.Pick(random, nth).value_or('-')];
  EXPECT_NEAR(counts['a'], 10'000, 500);
  EXPECT_NEAR(counts['b'], 2'000, 300);
  EXPECT_EQ(counts['a'] + counts['b'] + counts['-'], 100'000);
  EXPECT_DOUBLE_EQ(rules.shares(), 0.12);
}

TEST(Rules, WhatIsCountedComesBeforeWhatIsDrawn) {
  Rules<char> rules = {{'a', 1.0}};
  rules.push_back({'b', *Portion::Parse("@2")});
  Random random(1);
  EXPECT_EQ(rules.Pick(random, 1), 'a');
  EXPECT_EQ(rules.Pick(random, 2), 'b');
  EXPECT_EQ(rules.Pick(random, 3), 'a');
}

TEST(Rules, NoneDrawNothing) {
  Rules<char> rules;
  Random random(1);
  EXPECT_TRUE(rules.empty());
  EXPECT_EQ(rules.Pick(random, 1), std::nullopt);
  EXPECT_EQ(random.Next(), Random(1).Next());
}

TEST(Portion, IsTakenByItsCountOrAsOftenAsItsShareSays) {
  Random random(1);
  Portion second = *Portion::Parse("@2");
  EXPECT_FALSE(second.Takes(1, random));
  EXPECT_TRUE(second.Takes(2, random));
  Portion third = *Portion::Parse("33%");
  int taken = 0;
  for (uint64_t nth = 1; nth <= 10'000; ++nth) taken += third.Takes(nth, random) ? 1 : 0;
  EXPECT_NEAR(taken, 3'300, 200);
}

}  // namespace
}  // namespace salvo::sim
