#include "tools/plan/ramp.h"

#include <algorithm>

#include "tools/plan/whole.h"

namespace salvo::plan {

uint32_t Ramp::steps() const {
  if (interval_s <= 0) return 0;
  return static_cast<uint32_t>(std::min<uint64_t>(Whole(full_per_s / bind_per_s), binds)) - 1;
}

double Ramp::seconds() const { return steps() * interval_s; }

double Ramp::SegmentsIn(double seconds) const {
  double segments = 0;
  for (uint32_t up = 1; up <= steps() && seconds > 0; ++up) {
    segments += up * bind_per_s * std::min(seconds, interval_s);
    seconds -= interval_s;
  }
  return segments + full_per_s * std::max(seconds, 0.0);
}

double Ramp::SecondsFor(double segments) const {
  for (uint32_t up = 1; up <= steps(); ++up) {
    const double rate = up * bind_per_s;
    if (segments <= rate * interval_s) return (up - 1) * interval_s + segments / rate;
    segments -= rate * interval_s;
  }
  return seconds() + segments / full_per_s;
}

}  // namespace salvo::plan
