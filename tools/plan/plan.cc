#include "tools/plan/plan.h"

#include <cmath>

namespace salvo::plan {

absl::StatusOr<Plan> MakePlan(const Demand& demand, const Times& times) {
  Plan plan;
  plan.demand = demand;
  plan.times = times;
  if (times.deadline) {
    plan.demand.deadline_s = SecondsBetween(times.start, *times.deadline, times.hours, times.zone);
  }
  const std::string fault = FaultOf(plan.demand);
  if (!fault.empty()) return absl::InvalidArgumentError(fault);
  plan.forecast = Foresee(plan.demand);
  plan.disk = DiskFor(plan.demand, plan.forecast);
  plan.memory = MemoryFor(plan.demand, plan.forecast);
  plan.finish = FinishOf(times.start, plan.forecast.sending_s, times.hours, times.zone);
  plan.missed = Missed(plan.forecast);
  if (plan.demand.deadline_s) {
    const double answered_s = *plan.demand.deadline_s - plan.demand.hold_s();
    const double answered = std::floor(plan.forecast.ramp.SegmentsIn(answered_s));
    plan.segments_by_deadline =
        plan.missed.empty() ? demand.segments : static_cast<uint64_t>(answered);
  }
  return plan;
}

}  // namespace salvo::plan
