#include "tools/plan/forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::plan {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Limit> LimitsOf(const std::vector<Ceiling>& ceilings) {
  std::vector<Limit> limits;
  for (const Ceiling& ceiling : ceilings) limits.push_back(ceiling.limit);
  return limits;
}

// A million messages of one segment, 1,000 a second, 80 ms.
Demand Usual() {
  Demand demand;
  demand.messages = demand.segments = 1'000'000;
  demand.rate = 1000;
  demand.round_trip_s = 0.08;
  return demand;
}

TEST(Forecast, TheRateLimitAloneSaysHowLongItTakesAndWhatWindowItNeeds) {
  const Forecast forecast = Foresee(Usual());
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kRate);
  EXPECT_DOUBLE_EQ(forecast.segments_per_s, 1000);
  EXPECT_THAT(forecast.sending_s, DoubleNear(1000.08, 1e-6));
  EXPECT_EQ(forecast.full.places, 80u);
  EXPECT_EQ(forecast.binds, (Binds{80, 1}));
  EXPECT_THAT(forecast.in_flight, DoubleNear(80, 1e-6));
}

TEST(Forecast, AWindowThatIsTooSmallIsTheBottleneck) {
  Demand demand = Usual();
  demand.window = 10;
  demand.binds = 2;
  const Forecast forecast = Foresee(demand);
  EXPECT_THAT(LimitsOf(forecast.ceilings), ElementsAre(Limit::kWindow, Limit::kRate));
  EXPECT_DOUBLE_EQ(forecast.segments_per_s, 250);
  EXPECT_DOUBLE_EQ(forecast.in_flight, 20);
  EXPECT_THAT(forecast.full.ways, ElementsAre(Binds{40, 2}, Binds{10, 8}));
  EXPECT_EQ(forecast.binds, (Binds{10, 2}));
}

TEST(Forecast, NoMoreIsInFlightThanThereIsToSend) {
  Demand demand = Usual();
  demand.messages = demand.segments = 10;
  EXPECT_DOUBLE_EQ(Foresee(demand).in_flight, 10);
}

TEST(Forecast, BindsAreCountedForAFixedWindow) {
  Demand demand = Usual();
  demand.window = 30;
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kRate);
  EXPECT_EQ(forecast.binds, (Binds{30, 3}));
}

TEST(Forecast, NoBindIsGivenAWindowThatAnAccountDoesNotTake) {
  Demand demand = Usual();
  demand.rate = 1'000'000;
  const Forecast free = Foresee(demand);
  EXPECT_EQ(free.full.places, 80'000u);
  EXPECT_EQ(free.binds, (Binds{40'000, 2}));
  demand.binds = 1;
  const Forecast fixed = Foresee(demand);
  EXPECT_THAT(fixed.full.ways, ElementsAre(Binds{40'000, 2}));
}

TEST(Forecast, NoAccountIsMoreThanItCanBe) {
  Demand demand = Usual();
  demand.rate = 1'000'000;
  demand.round_trip_s = 1;
  demand.binds = 1;
  const Forecast one_bind = Foresee(demand);
  EXPECT_EQ(one_bind.bottleneck().limit, Limit::kWindow);
  EXPECT_DOUBLE_EQ(one_bind.segments_per_s, 65'536);
  EXPECT_EQ(one_bind.binds, (Binds{65'536, 1}));
  demand.binds.reset();
  demand.window = 10;
  const Forecast small_windows = Foresee(demand);
  EXPECT_EQ(small_windows.bottleneck().limit, Limit::kWindow);
  EXPECT_DOUBLE_EQ(small_windows.segments_per_s, 100'000);
  EXPECT_EQ(small_windows.binds, (Binds{10, 10'000}));
  demand.window.reset();
  demand.bind_rate = 1;
  const Forecast slow_binds = Foresee(demand);
  EXPECT_EQ(slow_binds.bottleneck().limit, Limit::kBindRate);
  EXPECT_DOUBLE_EQ(slow_binds.segments_per_s, 10'000);
}

TEST(Forecast, WhatAnAccountCanBeIsALimitOfADeadline) {
  Demand demand = Usual();
  demand.rate.reset();
  demand.round_trip_s = 1;
  demand.binds = 1;
  demand.deadline_s = 11;
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kWindow);
  EXPECT_EQ(LimitsOf(Missed(forecast)), std::vector<Limit>{Limit::kWindow});
}

TEST(Forecast, APlaceIsOneOfAPayloadWhateverItsSegments) {
  Demand demand;
  demand.messages = 1000;
  demand.segments = 3000;
  demand.in_one = true;
  demand.rate = 500;
  demand.window = 10;
  demand.binds = 1;
  demand.round_trip_s = 0.05;
  demand.deadline_s = 8;
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kRate);
  EXPECT_DOUBLE_EQ(forecast.ceilings.back().segments_per_s, 600);
  EXPECT_EQ(forecast.full.places, 9u);
  EXPECT_DOUBLE_EQ(forecast.receipts_per_s, 500.0 / 3);
  EXPECT_DOUBLE_EQ(forecast.in_flight, 25.0 / 3);
  EXPECT_THAT(Missed(forecast), IsEmpty());
}

TEST(Forecast, BindsThatAreTooSlowDoNotDoWithAnyWindow) {
  Demand demand = Usual();
  demand.bind_rate = 100;
  demand.binds = 2;
  demand.window = 1;
  demand.deadline_s = 500 + demand.hold_s();
  const Need need = *Foresee(demand).deadline;
  EXPECT_THAT(need.ways, ElementsAre(Binds{1, 160}));
  demand.binds = 20;
  EXPECT_THAT(Foresee(demand).deadline->ways, ElementsAre(Binds{8, 20}, Binds{1, 160}));
}

TEST(Forecast, EachBindsRateAsksForBinds) {
  Demand demand = Usual();
  demand.bind_rate = 300;
  EXPECT_EQ(Foresee(demand).binds, (Binds{20, 4}));
  demand.binds = 2;
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kBindRate);
  EXPECT_DOUBLE_EQ(forecast.segments_per_s, 600);
}

TEST(Forecast, ASegmentHoldsItsPlaceWhileTheDiskSyncs) {
  Demand demand = Usual();
  demand.sync_s = 0.02;
  EXPECT_EQ(Foresee(demand).full.places, 80u);
  demand.journal = JournalLevel::kPower;
  EXPECT_EQ(Foresee(demand).full.places, 110u);
}

TEST(Forecast, AMachineThatWasMeasuredIsALimitAndHasBusyCores) {
  Demand demand = Usual();
  demand.rate = 1'000'000;
  demand.machine = Machine{400'000, 2000, "measured"};
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kMachine);
  EXPECT_DOUBLE_EQ(forecast.segments_per_s, 400'000);
  EXPECT_DOUBLE_EQ(forecast.busy_cores, 0.8);
}

TEST(Forecast, LongMessagesTakeTheirSegmentsTime) {
  Demand demand = Usual();
  demand.segments = 2'500'000;
  const Forecast forecast = Foresee(demand);
  EXPECT_DOUBLE_EQ(forecast.messages_per_s, 400);
  EXPECT_THAT(forecast.sending_s, DoubleNear(2500, 1));
  EXPECT_DOUBLE_EQ(forecast.receipts_per_s, 1000);
}

TEST(Forecast, ADeadlineSaysWhatItNeeds) {
  Demand demand = Usual();
  demand.deadline_s = 500.08;
  const Forecast forecast = Foresee(demand);
  EXPECT_DOUBLE_EQ(forecast.deadline->segments_per_s, 2000);
  EXPECT_EQ(forecast.deadline->places, 160u);
  EXPECT_THAT(forecast.deadline->ways, ElementsAre(Binds{160, 1}));
  EXPECT_EQ(LimitsOf(Missed(forecast)), std::vector<Limit>{Limit::kRate});
}

TEST(Forecast, ADeadlineIsMissedByAllThatIsTooSlowForIt) {
  Demand demand = Usual();
  demand.window = 10;
  demand.binds = 1;
  demand.deadline_s = 500.08;
  EXPECT_EQ(LimitsOf(Missed(Foresee(demand))), (std::vector<Limit>{Limit::kWindow, Limit::kRate}));
}

TEST(Forecast, ADeadlineThatIsFarEnoughIsMet) {
  Demand demand = Usual();
  demand.deadline_s = 1000.08;
  EXPECT_THAT(Missed(Foresee(demand)), IsEmpty());
  demand.deadline_s = 1000.07;
  EXPECT_THAT(Missed(Foresee(demand)), testing::SizeIs(1));
}

TEST(Forecast, WhereNothingElseIsFixedTheDeadlineIsThePace) {
  Demand demand = Usual();
  demand.rate.reset();
  demand.deadline_s = 2000.08;
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kDeadline);
  EXPECT_DOUBLE_EQ(forecast.segments_per_s, 500);
  EXPECT_EQ(forecast.binds, (Binds{40, 1}));
  EXPECT_THAT(Missed(forecast), IsEmpty());
}

TEST(Forecast, WindowsThatAloneAreFixedNeedNothingMore) {
  Demand demand = Usual();
  demand.rate.reset();
  demand.window = 10;
  demand.binds = 3;
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kWindow);
  EXPECT_THAT(forecast.full.ways, ElementsAre(Binds{10, 3}));
}

// 5,000 segments, 12.5 a second of each bind: 80 binds carry the rate, once they are up.
Demand ManyBinds() {
  Demand demand = Usual();
  demand.messages = demand.segments = 5000;
  demand.window = 1;
  demand.binds = 80;
  demand.bind_interval_s = 0.2;
  return demand;
}

TEST(Forecast, BindsComeUpOneAfterAnother) {
  const Forecast forecast = Foresee(ManyBinds());
  EXPECT_DOUBLE_EQ(forecast.segments_per_s, 1000);
  EXPECT_THAT(forecast.ramp.seconds(), DoubleNear(15.8, 1e-9));
  EXPECT_THAT(forecast.sending_s, DoubleNear(12.7, 0.2));
  EXPECT_THAT(forecast.average_per_s, DoubleNear(400, 10));
}

TEST(Forecast, BindsThatComeUpTooLateMissADeadline) {
  Demand demand = ManyBinds();
  demand.deadline_s = 8;
  EXPECT_EQ(LimitsOf(Missed(Foresee(demand))), std::vector<Limit>{Limit::kBindInterval});
  // Within the rate.
  const Binds larger = Foresee(demand).deadline->ways.front();
  EXPECT_EQ(larger.binds, 80u);
  demand.window = larger.window;
  EXPECT_THAT(Missed(Foresee(demand)), IsEmpty());
  demand = ManyBinds();
  demand.deadline_s = 13;
  EXPECT_THAT(Missed(Foresee(demand)), IsEmpty());
}

TEST(Forecast, WhereTheDeadlineIsThePaceLaterBindsMakeUpForTheRamp) {
  Demand demand = Usual();
  demand.rate.reset();
  demand.binds = 10;
  demand.bind_interval_s = 0.2;
  demand.deadline_s = 100;
  const Forecast forecast = Foresee(demand);
  EXPECT_GT(forecast.segments_per_s, 1'000'000 / 99.92);
  EXPECT_LT(forecast.segments_per_s, 1'000'000 / 98.9);
  EXPECT_THAT(Missed(forecast), IsEmpty());
  // Whoever fixes what it says is in time, too.
  demand.window = forecast.binds.window;
  demand.rate = forecast.segments_per_s;
  EXPECT_THAT(Missed(Foresee(demand)), IsEmpty());
}

TEST(Forecast, WhatNoNumberOfBindsMakesInTimeIsAsFastAsItNeedsToBe) {
  Demand demand = Usual();
  demand.messages = demand.segments = 3'000'000;
  demand.rate.reset();
  demand.window = 7;
  demand.bind_interval_s = 0.2;
  demand.deadline_s = 100.08;
  const Forecast forecast = Foresee(demand);
  EXPECT_DOUBLE_EQ(forecast.segments_per_s, 30'000);
  EXPECT_EQ(forecast.binds, (Binds{7, 343}));
  EXPECT_EQ(LimitsOf(Missed(forecast)), std::vector<Limit>{Limit::kBindInterval});
  EXPECT_EQ(forecast.deadline->ways.front().binds, 1u);
}

TEST(Forecast, SaysWhichFlagIsMissing) {
  EXPECT_EQ(FaultOf(Usual()), "");
  Demand demand = Usual();
  demand.round_trip_s = 0;
  EXPECT_THAT(FaultOf(demand), HasSubstr("give --rtt"));
  demand = Usual();
  demand.segments = 0;
  EXPECT_THAT(FaultOf(demand), HasSubstr("give --messages"));
  demand = Usual();
  demand.rate = 0;
  EXPECT_THAT(FaultOf(demand), HasSubstr("--rate 0"));
  demand = Usual();
  demand.rate.reset();
  demand.window = 10;
  EXPECT_THAT(FaultOf(demand), HasSubstr("give --rate"));
  demand = Usual();
  demand.deadline_s = 0;
  EXPECT_THAT(FaultOf(demand), HasSubstr("--deadline"));
}

}  // namespace
}  // namespace salvo::plan
