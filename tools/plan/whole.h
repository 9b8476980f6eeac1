// Whole things of what went through divisions.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace salvo::plan {

// Numbers that differ by a smaller share are the same.
inline constexpr double kHair = 1e-9;

// As few as are enough, at least 1.
inline uint64_t Whole(double number) {
  constexpr double kMost = 1e15;
  return static_cast<uint64_t>(std::ceil(std::clamp(number * (1 - kHair), 1.0, kMost)));
}

}  // namespace salvo::plan
