#include "tools/common/parse.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

struct Unit {
  std::string_view name;
  double nanos;
};

constexpr Unit kUnits[] = {{"ns", 1},   {"us", 1e3},   {"ms", 1e6},   {"s", 1e9},
                           {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
constexpr double kLongestNanos = 9e18;

// The number at the start of `text`, which is moved behind it; negative when there is none.
double TakeNumber(std::string_view* text) {
  double number = -1;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc()) return -1;
  text->remove_prefix(static_cast<size_t>(stop - text->data()));
  return number;
}

}  // namespace

absl::StatusOr<io::Nanos> ParseTime(std::string_view text) {
  std::string_view rest = text;
  const double number = TakeNumber(&rest);
  if (number == 0 && rest.empty()) return 0;
  for (const Unit& unit : kUnits) {
    const double nanos = number * unit.nanos;
    if (rest == unit.name && nanos >= 0 && nanos < kLongestNanos) {
      return static_cast<io::Nanos>(std::llround(nanos));
    }
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("'%s' is not a time such as 30s, 500ms or 24h", text));
}

absl::StatusOr<double> ParseShare(std::string_view text) {
  std::string_view rest = text;
  double share = TakeNumber(&rest);
  if (rest == "%") {
    share /= 100;
    rest = {};
  }
  if (rest.empty() && share >= 0 && share <= 1) return share;
  return absl::InvalidArgumentError(
      absl::StrFormat("'%s' is not a share such as 5%% or 0.05", text));
}

}  // namespace salvo::tools
