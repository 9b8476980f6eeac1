// A plan: demand, forecast and costs, on a calendar.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/plan/calendar.h"
#include "tools/plan/costs.h"
#include "tools/plan/demand.h"
#include "tools/plan/forecast.h"

namespace salvo::plan {

struct Times {
  absl::Time start;
  std::optional<absl::Time> deadline;
  std::optional<Hours> hours;  // without a value day and night
  absl::TimeZone zone;
};

struct Plan {
  Demand demand;
  Times times;
  Forecast forecast;
  Disk disk;
  Memory memory;
  absl::Time finish;
  std::vector<Ceiling> missed;        // what keeps the deadline from being met; empty: it is
  uint64_t segments_by_deadline = 0;  // with their answers
};

// The error names the flag that puts it right.
absl::StatusOr<Plan> MakePlan(const Demand& demand, const Times& times);

}  // namespace salvo::plan
