// Texts that list parts, and shares that add up.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace salvo::sim {

// Shares are sums of binary fractions.
inline constexpr double kShareRounding = 1e-9;

// Calls `take` with each part of a list with commas; stops at the first error.
absl::Status ForEachPart(std::string_view text, auto take) {
  for (;;) {
    const size_t comma = text.find(',');
    absl::Status status = take(text.substr(0, comma));
    if (!status.ok() || comma == std::string_view::npos) return status;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace salvo::sim
