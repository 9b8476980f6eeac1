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
  constexpr double kMostTooMuch = 1e-3;
  const double too_much = std::min(number * kHair, kMostTooMuch);
  return static_cast<uint64_t>(std::ceil(std::clamp(number - too_much, 1.0, kMost)));
}

}  // namespace salvo::plan
