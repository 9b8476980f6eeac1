// When sending may happen and when it ends: daily hours, a start, a deadline. Pure: the time and
// the zone come in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace salvo::plan {

// The part of every day in which messages may be sent, in seconds since midnight. `to` at or below
// `from` is of the next day: 20:00-04:00.
struct Hours {
  int from = 0;
  int to = 0;

  bool operator==(const Hours&) const = default;
};

// "09:00-20:00", or "8" or "8h": so long every day, from the time of day of `start` on. More than a
// day, or none, is an error.
absl::StatusOr<Hours> ParseHours(std::string_view text, absl::Time start, absl::TimeZone zone);

// "18:00", its next one after `from`; "2026-11-22 18:00", with seconds or without, with a T between
// or without, with a zone behind ("+01:00") or without; or "4h", so long after `from`. A time that
// a change of the clock leaves out is that of the change; one that comes twice with a date is the
// first.
absl::StatusOr<absl::Time> ParseMoment(std::string_view text, absl::Time from, absl::TimeZone zone);

// When so many seconds of sending are over, begun at `start`; without `hours` day and night.
// InfiniteFuture when that is more than a hundred years ahead.
absl::Time FinishOf(absl::Time start, double seconds, const std::optional<Hours>& hours,
                    absl::TimeZone zone);

// The seconds in which sending is allowed between the two.
double SecondsBetween(absl::Time start, absl::Time end, const std::optional<Hours>& hours,
                      absl::TimeZone zone);

// "Mon 2026-11-23 10:12:07 CET"; InfiniteFuture in words.
std::string MomentText(absl::Time moment, absl::TimeZone zone);

}  // namespace salvo::plan
