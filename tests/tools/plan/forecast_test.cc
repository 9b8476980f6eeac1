#include "tools/plan/forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::plan {
namespace {

using testing::DoubleNear;
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
  EXPECT_EQ(forecast.window, 80u);
  EXPECT_EQ(forecast.binds, 1u);
  EXPECT_THAT(forecast.in_flight, DoubleNear(80, 1e-6));
}

TEST(Forecast, AWindowThatIsTooSmallIsTheBottleneck) {
  Demand demand = Usual();
  demand.window = 10;
  demand.binds = 2;
  const Forecast forecast = Foresee(demand);
  EXPECT_THAT(LimitsOf(forecast.ceilings), testing::ElementsAre(Limit::kWindow, Limit::kRate));
  EXPECT_DOUBLE_EQ(forecast.segments_per_s, 250);
  EXPECT_DOUBLE_EQ(forecast.in_flight, 20);
  EXPECT_EQ(forecast.full.window, 40u);  // with two binds
  EXPECT_EQ(forecast.full.binds, 8u);    // with a window of ten
  EXPECT_EQ(forecast.window, 10u);
  EXPECT_EQ(forecast.binds, 2u);
}

TEST(Forecast, BindsAreCountedForAFixedWindow) {
  Demand demand = Usual();
  demand.window = 30;
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kRate);
  EXPECT_EQ(forecast.binds, 3u);
}

TEST(Forecast, NoBindIsGivenAWindowThatAnAccountDoesNotTake) {
  Demand demand = Usual();
  demand.rate = 1'000'000;
  const Forecast free = Foresee(demand);
  EXPECT_EQ(free.full.places, 80'000u);
  EXPECT_EQ(free.binds, 2u);
  EXPECT_EQ(free.window, 40'000u);
  demand.binds = 1;
  const Forecast fixed = Foresee(demand);
  EXPECT_FALSE(fixed.full.fixed_binds_do);
  EXPECT_EQ(fixed.full.binds, 2u);
  EXPECT_EQ(fixed.full.window, 40'000u);
}

TEST(Forecast, BindsThatAreTooSlowDoNotDoWithAnyWindow) {
  Demand demand = Usual();
  demand.bind_rate = 100;
  demand.binds = 2;
  demand.window = 1;
  demand.deadline_s = 500 + demand.hold_s();
  const Need need = *Foresee(demand).deadline;
  EXPECT_FALSE(need.fixed_binds_do);
  EXPECT_EQ(need.binds, 160u);  // with that window
  demand.binds = 20;
  EXPECT_TRUE(Foresee(demand).deadline->fixed_binds_do);
}

TEST(Forecast, EachBindsRateAsksForBinds) {
  Demand demand = Usual();
  demand.bind_rate = 300;
  EXPECT_EQ(Foresee(demand).binds, 4u);
  EXPECT_EQ(Foresee(demand).window, 20u);
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
  EXPECT_EQ(forecast.deadline->window, 160u);
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
  EXPECT_EQ(forecast.window, 40u);
  EXPECT_THAT(Missed(forecast), IsEmpty());
}

TEST(Forecast, WindowsThatAloneAreFixedNeedNothingMore) {
  Demand demand = Usual();
  demand.rate.reset();
  demand.window = 10;
  demand.binds = 3;
  const Forecast forecast = Foresee(demand);
  EXPECT_EQ(forecast.bottleneck().limit, Limit::kWindow);
  EXPECT_EQ(forecast.full.window, 10u);
  EXPECT_EQ(forecast.full.binds, 3u);
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
