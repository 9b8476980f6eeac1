#include "tools/bench/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::bench {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Round RoundOf(double floor, double full) {
  Round round;
  round.floor.segments_per_s = floor;
  round.full.segments_per_s = full;
  round.full.cpu_ns = 500;
  round.paced.offered_per_s = round.paced.messages_per_s = full / 2;
  round.paced.latency.messages = 100;
  return round;
}

Figures FiguresOf(const std::vector<Round>& rounds, bool is_limited = false) {
  return Summarize({}, rounds, is_limited, {});
}

TEST(Figures, AreTheMediansOfTheRounds) {
  const Figures figures = FiguresOf({RoundOf(1000, 800), RoundOf(1010, 808), RoundOf(990, 812)});
  EXPECT_EQ(figures.rounds, 3u);
  EXPECT_EQ(figures.segments_per_s, 808);
  EXPECT_EQ(figures.least, 800);
  EXPECT_EQ(figures.most, 812);
  EXPECT_EQ(figures.floor_per_s, 1000);
  EXPECT_EQ(figures.cpu_ns, 500);
  EXPECT_THAT(figures.noise, IsEmpty());
}

TEST(Figures, TheShareOfTheFloorIsThatOfEachRoundsOwn) {
  // The machine became twice as slow meanwhile, and the sender with it.
  const Figures figures = FiguresOf({RoundOf(1000, 500), RoundOf(500, 250), RoundOf(800, 400)});
  EXPECT_DOUBLE_EQ(figures.of_floor, 0.5);
  EXPECT_THAT(figures.noise, Contains(HasSubstr("the runs differ by")));
  EXPECT_THAT(figures.noise, Contains(HasSubstr("those of the floor differ by")));
  EXPECT_TRUE(figures.noisy());
}

TEST(Figures, WhatTheHypervisorTookIsNoise) {
  std::vector<Round> rounds = {RoundOf(1000, 500), RoundOf(1000, 500)};
  rounds[1].stolen_percent = 9;
  EXPECT_THAT(FiguresOf(rounds).noise, Contains(HasSubstr("the hypervisor took 9 %")));
}

TEST(Figures, ALoadThatWasNotCarriedIsSaid) {
  std::vector<Round> rounds = {RoundOf(1000, 500)};
  rounds[0].paced.carried = 0.8;
  EXPECT_DOUBLE_EQ(FiguresOf(rounds).carried, 0.8);
  EXPECT_THAT(FiguresOf(rounds).noise, Contains(HasSubstr("80 % of the load was carried")));
}

TEST(Figures, WithoutAMessageThereIsNoLatency) {
  std::vector<Round> rounds = {RoundOf(1000, 500), RoundOf(1000, 500)};
  rounds[0].paced.latency = {};
  rounds[1].paced.latency = {10, 20, 30, 40, 50, 7};
  EXPECT_EQ(FiguresOf(rounds).latency.p50, 10);
  EXPECT_THAT(FiguresOf(rounds).noise, IsEmpty());
  rounds[1].paced.latency = {};
  EXPECT_THAT(FiguresOf(rounds).noise, Contains(HasSubstr("no message was due and accepted")));
}

TEST(Figures, MessagesThatRanOutAreSaid) {
  std::vector<Round> rounds = {RoundOf(1000, 500)};
  rounds[0].full.ran_out = true;
  EXPECT_THAT(FiguresOf(rounds).noise, Contains(HasSubstr("the messages ran out")));
}

TEST(Figures, OfMemoryAndOfTheLongestAnswerTheWorstCounts) {
  std::vector<Round> rounds = {RoundOf(1000, 500), RoundOf(1000, 500), RoundOf(1000, 500)};
  rounds[1].full.anonymous_kib = 4096;
  rounds[0].paced.latency = {10, 20, 30, 40, 50, 7};
  rounds[1].paced.latency = {12, 22, 32, 42, 9999, 7};
  rounds[2].paced.latency = {11, 21, 31, 41, 51, 7};
  const Figures figures = FiguresOf(rounds);
  EXPECT_EQ(figures.anonymous_kib, 4096u);
  EXPECT_EQ(figures.latency.p50, 11);
  EXPECT_EQ(figures.latency.p99, 31);
  EXPECT_EQ(figures.latency.p999, 41);
  EXPECT_EQ(figures.latency.longest, 9999);
  EXPECT_EQ(figures.latency.messages, 21u);
}

TEST(Figures, WhereARateWasGivenThePacedRunsTellTheSpeed) {
  std::vector<Round> rounds = {RoundOf(1000, 0)};
  rounds[0].paced.segments_per_s = 100;
  rounds[0].paced.offered_per_s = rounds[0].paced.messages_per_s = 100;
  rounds[0].paced.rejected = 3;
  const Figures figures = FiguresOf(rounds, /*is_limited=*/true);
  EXPECT_EQ(figures.segments_per_s, 100);
  EXPECT_DOUBLE_EQ(figures.of_floor, 0.1);
  EXPECT_EQ(figures.rejected, 3u);
}

}  // namespace
}  // namespace salvo::bench
