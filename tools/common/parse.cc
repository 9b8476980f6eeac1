#include "tools/common/parse.h"

#include <algorithm>
#include <cctype>
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

struct SizeUnit {
  std::string_view name;
  double octets;
};

constexpr SizeUnit kSizeUnits[] = {{"", 1},
                                   {"kB", 1e3},
                                   {"MB", 1e6},
                                   {"GB", 1e9},
                                   {"TB", 1e12},
                                   {"KiB", 1024.0},
                                   {"MiB", 1024.0 * 1024},
                                   {"GiB", 1024.0 * 1024 * 1024},
                                   {"TiB", 1024.0 * 1024 * 1024 * 1024}};
constexpr double kMostOctets = 9e18;

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

absl::StatusOr<uint64_t> ParseOctets(std::string_view text) {
  std::string_view rest = text;
  const double number = TakeNumber(&rest);
  for (const SizeUnit& unit : kSizeUnits) {
    const double octets = number * unit.octets;
    const bool is_same =
        std::equal(rest.begin(), rest.end(), unit.name.begin(), unit.name.end(),
                   [](char a, char b) { return std::tolower(a) == std::tolower(b); });
    if (is_same && octets >= 0 && octets < kMostOctets) return std::llround(octets);
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("'%s' is not a size such as 500MB or 2GiB", text));
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

std::string FaultOfWhole(std::string_view text, uint64_t least, uint64_t most) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool good = error == std::errc() && stop == end && number >= least && number <= most;
  if (good) return "";
  if (most == UINT64_MAX) {
    return absl::StrFormat("'%s' is not a whole number from %d on", text, least);
  }
  return absl::StrFormat("'%s' is not a whole number from %d to %d", text, least, most);
}

std::string FaultOfNumber(std::string_view text, double most) {
  std::string_view rest = text;
  const double number = TakeNumber(&rest);
  const bool good = rest.empty() && number >= 0 && number <= most;
  return good ? "" : absl::StrFormat("'%s' is not a number from 0 to %.0f", text, most);
}

}  // namespace salvo::tools
