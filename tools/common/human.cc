#include "tools/common/human.h"

#include <cmath>

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

std::string HumanTime(double seconds) {
  constexpr double kMinute = 60;
  constexpr double kHour = 3600;
  if (seconds < 1) return absl::StrFormat("%.0f ms", seconds * 1000);
  if (seconds < kMinute) return absl::StrFormat("%.1f s", seconds);
  const auto whole = static_cast<uint64_t>(std::llround(seconds));
  if (seconds < kHour) return absl::StrFormat("%d min %02d s", whole / 60, whole % 60);
  return absl::StrFormat("%d h %02d min", whole / 3600, whole % 3600 / 60);
}

}  // namespace salvo::tools
