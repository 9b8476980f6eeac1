#include "tools/plan/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace salvo::plan {
namespace {

using testing::HasSubstr;

// An hour east of Greenwich, all year.
class CalendarTest : public testing::Test {
 protected:
  static constexpr int kHour = 3600;

  absl::Time At(int day, int hour, int minute = 0) const {
    return absl::FromCivil(absl::CivilSecond(2026, 11, day, hour, minute), zone_);
  }
  std::string Fault(std::string_view hours) const {
    return std::string(ParseHours(hours, At(20, 9), zone_).status().message());
  }

  const absl::TimeZone zone_ = absl::FixedTimeZone(kHour);
  const Hours office_{9 * kHour, 17 * kHour};
};

TEST_F(CalendarTest, HoursAreATimeOfDayToAnother) {
  EXPECT_EQ(*ParseHours("09:00-20:30", At(20, 12), zone_), (Hours{9 * kHour, 20 * kHour + 1800}));
  EXPECT_EQ(*ParseHours("20:00-4:00", At(20, 12), zone_), (Hours{20 * kHour, 4 * kHour}));
  EXPECT_EQ(*ParseHours("00:00-24:00", At(20, 12), zone_), (Hours{0, 24 * kHour}));
}

TEST_F(CalendarTest, HoursMayBeCountedFromTheStartOn) {
  EXPECT_EQ(*ParseHours("8", At(20, 9), zone_), office_);
  EXPECT_EQ(*ParseHours("8h", At(20, 9), zone_), office_);
  EXPECT_EQ(*ParseHours("90m", At(20, 23), zone_), (Hours{23 * kHour, kHour / 2}));
}

TEST_F(CalendarTest, ImpossibleHoursAreRefused) {
  for (const char* text : {"", "noon", "25", "0", "09:00", "09:00-", "9-17", "09:00-09:00",
                           "09:60-10:00", "24:00-25:00", "24:00-08:00", "-1"}) {
    EXPECT_THAT(Fault(text), HasSubstr("'" + std::string(text) + "' is neither hours")) << text;
  }
}

TEST_F(CalendarTest, ATimeOfDayIsTheNextOne) {
  EXPECT_EQ(*ParseMoment("18:00", At(20, 9), zone_), At(20, 18));
  EXPECT_EQ(*ParseMoment("18:00", At(20, 18), zone_), At(21, 18));
  EXPECT_EQ(*ParseMoment("08:30", At(20, 9), zone_), At(21, 8, 30));
}

TEST_F(CalendarTest, AMomentMayHaveADateOrBeALength) {
  EXPECT_EQ(*ParseMoment("2026-11-22 18:00", At(20, 9), zone_), At(22, 18));
  EXPECT_EQ(*ParseMoment("2026-11-22T18:00", At(20, 9), zone_), At(22, 18));
  EXPECT_EQ(*ParseMoment("2026-11-22T18:00:00+02:00", At(20, 9), zone_), At(22, 17));
  EXPECT_EQ(*ParseMoment("4h", At(20, 9), zone_), At(20, 13));
  for (const char* text : {"", "0", "tomorrow", "2026-13-01 10:00", "18", "-4h"}) {
    EXPECT_FALSE(ParseMoment(text, At(20, 9), zone_).ok()) << text;
  }
}

TEST_F(CalendarTest, ADateMayHaveSecondsWithATOrWithout) {
  for (const char* text :
       {"2026-11-22 18:00:00", "2026-11-22T18:00:00", "2026-11-22 18:00:00+01:00",
        "2026-11-22T18:00+01:00", "2026-11-22T17:00:00Z"}) {
    const auto moment = ParseMoment(text, At(20, 9), zone_);
    ASSERT_TRUE(moment.ok()) << text;
    EXPECT_EQ(*moment, At(22, 18)) << text;
  }
}

// Clocks go forward on 29 March 2026 at 02:00, and back on 25 October at 03:00.
class ClockChangeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone_)) << "tzdata has it";
  }
  std::string Told(std::string_view text, std::string_view from) const {
    const absl::Time start = *ParseMoment(from, absl::UnixEpoch(), zone_);
    return absl::FormatTime(absl::RFC3339_sec, *ParseMoment(text, start, zone_), zone_);
  }

  absl::TimeZone zone_;
};

TEST_F(ClockChangeTest, ATimeThatIsLeftOutIsThatOfTheChange) {
  EXPECT_EQ(Told("02:30", "2026-03-29 00:00"), "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(Told("2026-03-29 02:30", "2026-03-29 00:00"), "2026-03-29T03:00:00+02:00");
}

TEST_F(ClockChangeTest, ATimeThatComesTwiceIsTheNextOfBoth) {
  EXPECT_EQ(Told("02:45", "2026-10-25 00:00"), "2026-10-25T02:45:00+02:00");
  EXPECT_EQ(Told("02:45", "2026-10-25T02:50:00+02:00"), "2026-10-25T02:45:00+01:00");
  EXPECT_EQ(Told("02:45", "2026-10-25T02:50:00+01:00"), "2026-10-26T02:45:00+01:00");
  EXPECT_EQ(Told("2026-10-25 02:45", "2026-10-25 00:00"), "2026-10-25T02:45:00+02:00");
}

TEST_F(CalendarTest, WithoutHoursSendingGoesOnDayAndNight) {
  EXPECT_EQ(FinishOf(At(20, 9), 30 * kHour, std::nullopt, zone_), At(21, 15));
  EXPECT_EQ(SecondsBetween(At(20, 9), At(21, 15), std::nullopt, zone_), 30 * kHour);
}

TEST_F(CalendarTest, WhatDoesNotFitADayGoesOnTheNextMorning) {
  EXPECT_EQ(FinishOf(At(20, 15), 2 * kHour, office_, zone_), At(20, 17));
  EXPECT_EQ(FinishOf(At(20, 15), 3 * kHour, office_, zone_), At(21, 10));
  EXPECT_EQ(FinishOf(At(20, 15), 19 * kHour, office_, zone_), At(23, 10));
  EXPECT_EQ(FinishOf(At(20, 3), kHour, office_, zone_), At(20, 10));
}

TEST_F(CalendarTest, HoursMayReachIntoTheNextDay) {
  const Hours night{20 * kHour, 4 * kHour};
  EXPECT_EQ(FinishOf(At(20, 2), 3 * kHour, night, zone_), At(20, 21));
  EXPECT_EQ(SecondsBetween(At(20, 2), At(21, 12), night, zone_), 10 * kHour);
}

TEST_F(CalendarTest, OnlyAllowedSecondsAreBetween) {
  EXPECT_EQ(SecondsBetween(At(20, 15), At(22, 10), office_, zone_), 11 * kHour);
  EXPECT_EQ(SecondsBetween(At(20, 18), At(21, 9), office_, zone_), 0);
  EXPECT_EQ(SecondsBetween(At(21, 9), At(20, 9), office_, zone_), 0);
}

TEST_F(CalendarTest, MoreThanAHundredYearsAreSaidInWords) {
  EXPECT_EQ(FinishOf(At(20, 9), 1e12, std::nullopt, zone_), absl::InfiniteFuture());
  EXPECT_EQ(FinishOf(At(20, 9), 3e9, office_, zone_), absl::InfiniteFuture());
  EXPECT_EQ(MomentText(absl::InfiniteFuture(), zone_), "in more than a hundred years");
  EXPECT_EQ(MomentText(At(20, 9, 5), zone_), "Fri 2026-11-20 09:05:00 +01");
}

}  // namespace
}  // namespace salvo::plan
