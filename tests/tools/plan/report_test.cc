#include "tools/plan/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_format.h"

namespace salvo::plan {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class PlanReportTest : public testing::Test {
 protected:
  PlanReportTest() {
    demand_.messages = demand_.segments = 1'000'000;
    demand_.rate = 1000;
    demand_.round_trip_s = 0.08;
    times_.zone = absl::UTCTimeZone();
    times_.start = At(9);
  }

  absl::Time At(int hour) const {
    return absl::FromCivil(absl::CivilSecond(2026, 11, 20, hour, 0), absl::UTCTimeZone());
  }
  std::vector<std::string> Told() const { return Lines(*MakePlan(demand_, times_)); }
  std::string ToldInJson() const { return Json(*MakePlan(demand_, times_)); }

  Demand demand_;
  Times times_;
};

TEST_F(PlanReportTest, TheEndAndTheBottleneckAreNamed) {
  const auto lines = Told();
  EXPECT_EQ(lines[0], "1,000,000 messages, 1,000,000 segments, from Fri 2026-11-20 09:00:00 UTC");
  EXPECT_EQ(lines[1], "finish       Fri 2026-11-20 09:16:40 UTC, after 16 min 40 s of sending");
  EXPECT_THAT(lines, Contains("bottleneck   the rate limit: 1,000 a second"));
  EXPECT_THAT(lines, Contains("window       1,000 a second x 80 ms = 80 segments under way: window "
                              "80 with 1 bind"));
  EXPECT_THAT(lines, Contains("in flight    80 segments"));
  EXPECT_THAT(lines, Contains("receipts     1,000 a second come back"));
}

TEST_F(PlanReportTest, AWindowThatIsTooSmallIsToldWithTwoWaysOut) {
  demand_.window = 10;
  demand_.binds = 2;
  EXPECT_THAT(Told(),
              Contains("bottleneck   the window: 250 a second (2 binds x window 10 / 80 ms)"));
  EXPECT_THAT(Told(), Contains("then         the rate limit: 1,000 a second"));
  EXPECT_THAT(Told(), Contains(HasSubstr("window 40 with 2 binds, or 8 binds with window 10")));
}

TEST_F(PlanReportTest, ADeadlineThatIsMissedSaysByWhatAndWhatWouldDo) {
  demand_.window = 10;
  demand_.binds = 1;
  times_.deadline = times_.start + absl::Seconds(500.08);
  EXPECT_THAT(Told(), Contains("             needs 2,000 segments a second, 160 under way: window "
                               "160 with 1 bind, or 16 binds with window 10"));
  EXPECT_THAT(Told(), Contains("             the window allows 125: window 160 with 1 bind, or 16 "
                               "binds with window 10 would do"));
  EXPECT_THAT(Told(), Contains(HasSubstr("the rate limit allows 1,000: ask the provider")));
  EXPECT_THAT(Told(),
              Contains("             MISSED: 62,500 of 1,000,000 segments (6.25 %) would be "
                       "through"));
  EXPECT_THAT(ToldInJson(), HasSubstr(R"("deadline_met":false)"));
  EXPECT_THAT(ToldInJson(), HasSubstr(R"("deadline_missed_by":["window","rate"])"));
}

TEST_F(PlanReportTest, WhoTakesTheRateThatIsNeededMeetsTheDeadline) {
  for (const double seconds : {1200.0, 43'200.0, 1e8, 86'400.0, 7.77, 1e6}) {
    for (const uint64_t segments : {100u, 999'999u, 1'000'000u}) {
      demand_.segments = demand_.messages = segments;
      demand_.rate = 1e-3;
      times_.deadline = times_.start + absl::Seconds(seconds);
      const auto lines = Told();
      const auto line = std::ranges::find_if(
          lines, [](const std::string& text) { return text.find(" needs ") != std::string::npos; });
      ASSERT_NE(line, lines.end());
      std::string rate = line->substr(line->find("needs ") + 6);
      rate = rate.substr(0, rate.find(' '));
      std::erase(rate, ',');
      demand_.rate = std::stod(rate);
      EXPECT_TRUE(MakePlan(demand_, times_)->missed.empty()) << *line;
    }
  }
}

TEST_F(PlanReportTest, ADeadlineOfOneRoundTripIsRefused) {
  times_.deadline = times_.start + absl::Milliseconds(80);
  EXPECT_THAT(std::string(MakePlan(demand_, times_).status().message()), HasSubstr("--deadline"));
  times_.deadline = times_.start + absl::Milliseconds(81);
  const auto plan = MakePlan(demand_, times_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->segments_by_deadline, 1u);
}

TEST_F(PlanReportTest, ASegmentThatIsLateIsNotThrough) {
  times_.deadline = times_.start + absl::Seconds(1000.05);
  EXPECT_THAT(Told(), Contains(HasSubstr("MISSED: 999,969 of 1,000,000 segments")));
}

TEST_F(PlanReportTest, TheTimeOfASyncIsToldBesideTheRoundTrip) {
  demand_.journal = JournalLevel::kPower;
  demand_.sync_s = 0.0005;
  EXPECT_THAT(Told(),
              Contains(HasSubstr("1,000 a second x (80 ms + 1.5 syncs of 0.5 ms) = 81 segm")));
}

TEST_F(PlanReportTest, WhatIsShortKeepsItsDigitsInJson) {
  demand_.round_trip_s = 0.0002;
  EXPECT_THAT(ToldInJson(), HasSubstr(R"("round_trip_s":0.0002,)"));
}

TEST_F(PlanReportTest, ADeadlineThatIsMetSaysWhatIsLeft) {
  times_.deadline = At(10);
  EXPECT_THAT(Told(), Contains("             met, with 43 min 20 s of sending to spare"));
  EXPECT_THAT(ToldInJson(), HasSubstr(R"("deadline_met":true)"));
}

TEST_F(PlanReportTest, OnlySendingTimeIsToSpare) {
  demand_.round_trip_s = 0.001;
  demand_.rate = 25.25253;
  times_.start = At(8);
  times_.hours = Hours{9 * 3600, 20 * 3600};
  times_.deadline = times_.start + absl::Hours(24);
  EXPECT_THAT(Told(), Contains("             met, with nothing to spare"));
}

TEST_F(PlanReportTest, WhatIsAllowedIsToldBelowWhatIsNeeded) {
  demand_.rate = 833.6;
  times_.deadline = times_.start + absl::Seconds(1199.3);
  EXPECT_THAT(Told(), Contains(HasSubstr("needs 833.9 segments a second")));
  EXPECT_THAT(Told(), Contains(HasSubstr("the rate limit allows 833.6:")));
  EXPECT_THAT(Told(), Contains(HasSubstr("of 1,000,000 segments (99.9 %)")));
}

TEST_F(PlanReportTest, WhatAWindowHoldsIsInFlightWhateverTheDivisionLeft) {
  demand_.round_trip_s = 0.09;
  for (const uint32_t window : {7u, 14u}) {
    demand_.window = window;
    demand_.binds = 1;
    EXPECT_THAT(Told(), Contains(absl::StrFormat("in flight    %d segments", window)));
  }
}

TEST_F(PlanReportTest, LowRatesKeepTheirFractionAndOneIsSingular) {
  demand_.messages = demand_.segments = 10;
  demand_.round_trip_s = 0.4;
  demand_.window = 5;
  demand_.binds = 1;
  EXPECT_THAT(Told(), Contains("throughput   12.5 segments a second"));
  demand_.rate = 1;
  demand_.receipt_delay_s = 1;
  EXPECT_THAT(Told(), Contains("throughput   1 segment a second"));
  EXPECT_THAT(Told(), Contains("receipts     1 a second comes back"));
  EXPECT_THAT(Told(), Contains(HasSubstr("up to 1 segment waits for its receipt")));
  demand_.rate = 1.0 / 60;
  EXPECT_THAT(ToldInJson(), HasSubstr(R"("segments_per_s":0.0166667,)"));
}

TEST_F(PlanReportTest, APayloadIsOneMessageUnderWay) {
  demand_.segments = 3'000'000;
  demand_.in_one = true;
  demand_.window = 10;
  demand_.binds = 1;
  EXPECT_THAT(Told(),
              Contains("bottleneck   the window: 375 a second (1 bind x window 10 / 80 ms x "
                       "3 segments a message)"));
  EXPECT_THAT(Told(), Contains(HasSubstr("1,000 a second x 80 ms / 3 segments a message = 27 "
                                         "messages under way: window 27 with 1 bind")));
  EXPECT_THAT(Told(), Contains("in flight    10 messages"));
}

TEST_F(PlanReportTest, WhatAnAccountCanHaveAtMostIsNamed) {
  demand_.rate = 1'000'000;
  demand_.round_trip_s = 1;
  demand_.binds = 1;
  EXPECT_THAT(Told(),
              Contains("bottleneck   the window: 65,536 a second (1 bind x window 65,536 at "
                       "most / 1.0 s)"));
  demand_.round_trip_s = 1000;
  demand_.binds = 10'000;
  demand_.window = 1;
  EXPECT_THAT(Told(), Contains(HasSubstr("more than the binds of one account do")));
}

TEST_F(PlanReportTest, BindsThatComeUpSlowlyAreTold) {
  demand_.messages = demand_.segments = 5000;
  demand_.window = 1;
  demand_.binds = 80;
  demand_.bind_interval_s = 0.2;
  times_.deadline = times_.start + absl::Seconds(8);
  EXPECT_THAT(Told(), Contains(HasSubstr("binds        come up one every 200 ms: full speed after "
                                         "15.8 s, ")));
  EXPECT_THAT(Told(), Contains(HasSubstr("until all binds are up allows 39")));
  EXPECT_THAT(ToldInJson(), HasSubstr(R"("deadline_missed_by":["bind_interval"])"));
}

TEST_F(PlanReportTest, JsonHasEveryWayOfItsOwn) {
  demand_.window = 50;
  demand_.binds = 1;
  EXPECT_THAT(ToldInJson(),
              HasSubstr(R"("ways":[{"window":80,"binds":1},{"window":50,"binds":2}])"));
}

TEST_F(PlanReportTest, DiskIsToldWithTheLengthOfMessageIds) {
  EXPECT_THAT(Told(),
              Contains(testing::MatchesRegex("disk .* MB, with message ids of 10 characters")));
  demand_.id_length = 36;
  EXPECT_THAT(ToldInJson(), HasSubstr(R"("id_length":36)"));
}

TEST_F(PlanReportTest, HoursThatLeaveNoTimeAreRefused) {
  times_.deadline = At(12);
  times_.hours = Hours{13 * 3600, 14 * 3600};
  EXPECT_THAT(std::string(MakePlan(demand_, times_).status().message()), HasSubstr("--hours"));
}

TEST_F(PlanReportTest, AMachineThatWasMeasuredHasAProcessorAndOthersAreToldHow) {
  EXPECT_THAT(Told(), Contains(HasSubstr("salvo bench --out bench.json")));
  demand_.machine = Machine{400'000, 2000, "window 100"};
  EXPECT_THAT(Told(), Contains("processor    0.002 cores busy (window 100)"));
  demand_.rate = 5;
  EXPECT_THAT(Told(), Contains("processor    less than 0.001 cores busy (window 100)"));
  demand_.rate = 1000;
  EXPECT_THAT(Told(),
              Contains("then         this machine: 400,000 a second (measured: window 100)"));
}

TEST_F(PlanReportTest, JsonIsOneLineWithAllFigures) {
  const std::string json = ToldInJson();
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  for (const char* part :
       {R"("message_type":"plan","schema":1,"messages":1000000,"segments":1000000,)",
        R"("start":"2026-11-20T09:00:00+00:00","finish":"2026-11-20T09:16:40+00:00")",
        R"("bottleneck":"rate","limits":{"rate":1000.000})", R"("in_flight":80.000)",
        R"("needs":{"segments_per_s":1000.000,"places":80,"ways":[{"window":80,"binds":1}]})"}) {
    EXPECT_THAT(json, HasSubstr(part));
  }
  EXPECT_THAT(json, Not(HasSubstr("deadline")));
}

TEST_F(PlanReportTest, WhatNeverEndsIsToldInWords) {
  demand_.messages = demand_.segments = 1'000'000'000'000;
  demand_.rate = 1;
  EXPECT_THAT(Told(), Contains(HasSubstr("in more than a hundred years")));
  EXPECT_THAT(ToldInJson(), HasSubstr(R"("finish":null)"));
}

}  // namespace
}  // namespace salvo::plan
