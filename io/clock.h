// Time as the engine sees it. Whoever needs it gets it as an argument or asks this interface, so
// that a test can let it run as it likes.
#pragma once

#include <chrono>
#include <cstdint>

namespace salvo::io {

// Nanoseconds: a time span, or a point of a clock that the context names.
using Nanos = int64_t;

inline constexpr Nanos kNanosPerMilli = 1'000'000;
inline constexpr Nanos kNanosPerSecond = 1'000'000'000;
// What any longer span counts as: a hundred years, which any time of either clock can be added to.
inline constexpr Nanos kLongestSpan = 36'500LL * 24 * 3600 * kNanosPerSecond;
constexpr Nanos ToNanos(std::chrono::milliseconds span) {
  constexpr int64_t kMost = kLongestSpan / kNanosPerMilli;
  const int64_t count = span.count() < kMost ? span.count() : kMost;
  return (count > -kMost ? count : -kMost) * kNanosPerMilli;
}

// Later than any deadline.
inline constexpr Nanos kNever = INT64_MAX;

// `span` (at least 0) after `now`; kNever where that is beyond all deadlines.
constexpr Nanos Later(Nanos now, Nanos span) { return span < kNever - now ? now + span : kNever; }

class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes back; its zero is arbitrary. For all deadlines and durations.
  virtual Nanos Monotonic() = 0;
  // Nanoseconds since 1970 UTC; jumps. For time stamps that people read, nothing else.
  virtual Nanos Wall() = 0;
};

// The machine's clocks. Stateless; any thread.
Clock& SystemClock();

}  // namespace salvo::io
