#include "tools/common/human.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/str_format.h"

namespace salvo::tools {
std::string WithCommas(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string Counted(uint64_t number, std::string_view noun) {
  return absl::StrFormat("%s %s%s", WithCommas(number), noun, number == 1 ? "" : "s");
}

std::string Digits(double number, int digits) {
  constexpr double kLeast = 1e-12;
  if (number < kLeast) return "0";
  const int before = static_cast<int>(std::floor(std::log10(number))) + 1;
  std::string text = absl::StrFormat("%.*f", std::max(digits - before, 0), number);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string HumanRate(double per_second) {
  constexpr double kMostWithFraction = 99.95;
  if (per_second < kMostWithFraction) return Digits(per_second, 3);
  return WithCommas(static_cast<uint64_t>(std::llround(per_second)));
}

std::string CountedRate(double per_second, std::string_view noun) {
  const std::string rate = HumanRate(per_second);
  return absl::StrFormat("%s %s%s", rate, noun, rate == "1" ? "" : "s");
}

std::string HumanTime(double seconds) {
  // Where the rounded figure would be a whole one of the next unit, that unit is taken.
  constexpr double kTenMilliseconds = 0.00995;
  constexpr double kSecond = 0.9995;
  constexpr double kMinute = 59.95;
  constexpr double kHour = 3599.5;
  if (seconds > 0 && seconds < kTenMilliseconds) return absl::StrFormat("%.1f ms", seconds * 1000);
  if (seconds < kSecond) return absl::StrFormat("%.0f ms", seconds * 1000);
  if (seconds < kMinute) return absl::StrFormat("%.1f s", seconds);
  const auto whole = static_cast<uint64_t>(std::llround(seconds));
  if (seconds < kHour) return absl::StrFormat("%d min %02d s", whole / 60, whole % 60);
  return absl::StrFormat("%d h %02d min", whole / 3600, whole % 3600 / 60);
}

std::string HumanOctets(uint64_t octets) {
  constexpr double kNext = 999.5;  // rounds to the next unit
  if (octets < 1000) return Counted(octets, "octet");
  double size = static_cast<double>(octets) / 1000;
  const char* const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  const auto* unit = std::begin(units);
  for (; size >= kNext && unit + 1 != std::end(units); ++unit) size /= 1000;
  constexpr double kWithPoint = 99.95;
  return size < kWithPoint ? absl::StrFormat("%.1f %s", size, *unit)
                           : absl::StrFormat("%.0f %s", size, *unit);
}

}  // namespace salvo::tools
