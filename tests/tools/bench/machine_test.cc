// What is read of the machine, and processes of their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "io/cores.h"
#include "tools/bench/machine/child.h"
#include "tools/bench/machine/cores.h"
#include "tools/bench/machine/noise.h"

namespace salvo::bench {
namespace {

using testing::ElementsAre;

TEST(Cores, ThePeerGetsTheLastOneAndTheSenderTheOthers) {
  EXPECT_THAT(ShareOut({0, 1}).sender, ElementsAre(0));
  EXPECT_THAT(ShareOut({0, 1}).peer, ElementsAre(1));
  EXPECT_THAT(ShareOut({2, 3, 5}).sender, ElementsAre(2, 3));
  EXPECT_THAT(ShareOut({2, 3, 5}).peer, ElementsAre(5));
}

TEST(Cores, AnOnlyOneIsShared) {
  EXPECT_THAT(ShareOut({4}).sender, ElementsAre(4));
  EXPECT_THAT(ShareOut({4}).peer, ElementsAre(4));
}

TEST(ProcessorTimes, StolenOnesAreTheEighthColumn) {
  const ProcessorTimes times =
      ParseProcessorTimes("cpu  100 0 50 800 10 0 5 35 7 0\ncpu0 1 1 1 1 1 1 1 1\n");
  EXPECT_EQ(times.all, 1000u);
  EXPECT_EQ(times.stolen, 35u);
  EXPECT_EQ(ParseProcessorTimes("").all, 0u);
  EXPECT_EQ(ParseProcessorTimes("intr 5 6").all, 0u);
}

TEST(ProcessorTimes, WhatWasStolenIsAShareOfWhatPassed) {
  EXPECT_DOUBLE_EQ(StolenPercent({1000, 10}, {2000, 60}), 5);
  EXPECT_DOUBLE_EQ(StolenPercent({1000, 10}, {1000, 10}), 0);
}

TEST(MemoryUse, IsReadOfAStatus) {
  const MemoryUse use = ParseMemoryUse("Name:\tsalvo\nVmHWM:\t  12345 kB\nRssAnon:\t    678 kB\n");
  EXPECT_EQ(use.peak_kib, 12345u);
  EXPECT_EQ(use.anonymous_kib, 678u);
  EXPECT_EQ(ParseMemoryUse("").anonymous_kib, 0u);
}

TEST(MemoryUse, IsKnownOfThisProcess) { EXPECT_GT(ReadMemoryUse().anonymous_kib, 0u); }

TEST(Child, GivesAPlainValueOfAProcessOfItsOwn) {
  const auto pid = FromChild<pid_t>(io::AllowedCores(), [] { return getpid(); });
  ASSERT_TRUE(pid.ok()) << pid.status();
  EXPECT_NE(*pid, getpid());
}

TEST(Child, OneThatDiesBeforeItSpeaksIsAnError) {
  const auto value = FromChild<int>(io::AllowedCores(), []() -> int { _exit(3); });
  EXPECT_FALSE(value.ok());
}

}  // namespace
}  // namespace salvo::bench
