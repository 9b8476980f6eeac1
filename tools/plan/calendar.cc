#include "tools/plan/calendar.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_format.h"
#include "tools/common/parse.h"

namespace salvo::plan {
namespace {

constexpr int kMinute = 60;
constexpr int kHour = 60 * kMinute;
constexpr int kDay = 24 * kHour;
constexpr int kMostDays = 100 * 365;

// "HH:MM" in seconds since midnight; negative when it is none. 24:00 is the end of a day.
int TimeOfDay(std::string_view text) {
  int hour = -1;
  int minute = -1;
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return -1;
  const auto take = [](std::string_view digits, int* number) {
    const char* end = digits.data() + digits.size();
    const bool fits = !digits.empty() && digits.size() <= 2;
    return fits && std::from_chars(digits.data(), end, *number).ptr == end;
  };
  if (!take(text.substr(0, colon), &hour) || !take(text.substr(colon + 1), &minute)) return -1;
  if (hour < 0 || minute < 0 || minute >= 60) return -1;
  const int seconds = hour * kHour + minute * kMinute;
  return seconds <= kDay ? seconds : -1;
}

absl::Time At(absl::CivilDay day, int seconds, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilSecond(day) + seconds, zone);
}

// The next such time of day; one that comes twice, as clocks go back, may be the second.
absl::Time NextOf(int seconds, absl::Time from, absl::TimeZone zone) {
  const absl::CivilDay today = absl::ToCivilDay(from, zone);
  const absl::Time first = At(today, seconds, zone);
  if (first > from) return first;
  const auto info = zone.At(absl::CivilSecond(today) + seconds);
  const bool comes_twice = info.kind == absl::TimeZone::TimeInfo::REPEATED;
  return comes_twice && info.post > from ? info.post : At(today + 1, seconds, zone);
}

std::optional<absl::Time> WithDate(std::string_view text, absl::TimeZone zone) {
  std::string written(text);
  constexpr size_t kDate = 10;
  if (written.size() > kDate && written[kDate] == 'T') written[kDate] = ' ';
  absl::Time moment;
  std::string error;
  const auto is = [&](const char* format) {
    return absl::ParseTime(format, written, absl::UTCTimeZone(), &moment, &error) &&
           moment > absl::InfinitePast() && moment < absl::InfiniteFuture();
  };
  if (is("%Y-%m-%d %H:%M:%E*S%Ez") || is("%Y-%m-%d %H:%M%Ez")) return moment;
  if (!is("%Y-%m-%d %H:%M:%E*S") && !is("%Y-%m-%d %H:%M")) return std::nullopt;
  return absl::FromCivil(absl::ToCivilSecond(moment, absl::UTCTimeZone()), zone);
}

// "8" or "8h" or any other time; 0 when it is none.
io::Nanos LengthOf(std::string_view text) {
  auto length = tools::ParseTime(text);
  if (!length.ok()) length = tools::ParseTime(std::string(text) + "h");
  return length.ok() ? *length : 0;
}

// Calls `visit` with the beginning and the end of each day's hours, the first one that ends after
// `start`, until it returns false.
template <class Visit>
void EachDay(absl::Time start, const Hours& hours, absl::TimeZone zone, Visit visit) {
  const int to = hours.to > hours.from ? hours.to : hours.to + kDay;
  // The hours of the day before may reach into this one.
  absl::CivilDay day = absl::ToCivilDay(start, zone) - 1;
  for (int i = 0; i < kMostDays; ++i, ++day) {
    const absl::Time begin = std::max(start, At(day, hours.from, zone));
    const absl::Time end = At(day, to, zone);
    if (begin < end && !visit(begin, end)) return;
  }
}

}  // namespace

absl::StatusOr<Hours> ParseHours(std::string_view text, absl::Time start, absl::TimeZone zone) {
  const size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    const Hours hours{TimeOfDay(text.substr(0, dash)), TimeOfDay(text.substr(dash + 1))};
    const bool good = hours.from >= 0 && hours.to >= 0 && hours.from != hours.to;
    if (good && hours.from < kDay) return hours;
  } else if (const io::Nanos length = LengthOf(text);
             length >= kMinute * io::kNanosPerSecond && length <= kDay * io::kNanosPerSecond) {
    const absl::CivilSecond at = absl::ToCivilSecond(start, zone);
    const int from = at.hour() * kHour + at.minute() * kMinute + at.second();
    return Hours{from, (from + static_cast<int>(length / io::kNanosPerSecond)) % kDay};
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("'%s' is neither hours of the day such as 09:00-20:00 nor so many a day such "
                      "as 8h",
                      text));
}

absl::StatusOr<absl::Time> ParseMoment(std::string_view text, absl::Time from,
                                       absl::TimeZone zone) {
  if (const int seconds = TimeOfDay(text); seconds >= 0) {
    return NextOf(seconds, from, zone);
  }
  if (const auto length = tools::ParseTime(text); length.ok() && *length > 0) {
    return from + absl::Nanoseconds(*length);
  }
  if (const auto moment = WithDate(text, zone)) return *moment;
  return absl::InvalidArgumentError(absl::StrFormat(
      "'%s' is no moment such as 18:00, '2026-11-22 18:00', or 4h for so long after", text));
}

absl::Time FinishOf(absl::Time start, double seconds, const std::optional<Hours>& hours,
                    absl::TimeZone zone) {
  absl::Duration left = absl::Seconds(seconds);
  if (left > absl::Hours(24) * kMostDays) return absl::InfiniteFuture();
  if (!hours) return start + left;
  absl::Time finish = absl::InfiniteFuture();
  EachDay(start, *hours, zone, [&](absl::Time begin, absl::Time end) {
    if (begin + left <= end) {
      finish = begin + left;
      return false;
    }
    left -= end - begin;
    return true;
  });
  return finish;
}

double SecondsBetween(absl::Time start, absl::Time end, const std::optional<Hours>& hours,
                      absl::TimeZone zone) {
  if (end <= start) return 0;
  if (!hours) return absl::ToDoubleSeconds(end - start);
  absl::Duration allowed;
  EachDay(start, *hours, zone, [&](absl::Time from, absl::Time to) {
    if (from >= end) return false;
    allowed += std::min(to, end) - from;
    return true;
  });
  return absl::ToDoubleSeconds(allowed);
}

std::string MomentText(absl::Time moment, absl::TimeZone zone) {
  if (moment == absl::InfiniteFuture()) return "in more than a hundred years";
  return absl::FormatTime("%a %Y-%m-%d %H:%M:%S %Z", moment, zone);
}

}  // namespace salvo::plan
