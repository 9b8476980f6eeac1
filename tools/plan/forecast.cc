#include "tools/plan/forecast.h"

#include <algorithm>
#include <cmath>

namespace salvo::plan {
namespace {

// Rates and places that differ by less are the same: they went through divisions.
constexpr double kHair = 1e-9;

// As many whole things.
uint64_t Whole(double number) {
  constexpr double kMost = 1e15;
  return static_cast<uint64_t>(std::ceil(std::clamp(number * (1 - kHair), 1.0, kMost)));
}

uint32_t Whole32(double number) {
  return static_cast<uint32_t>(std::min<uint64_t>(Whole(number), UINT32_MAX));
}

double DeadlineRate(const Demand& demand) {
  // The last answer is still to come within it.
  return static_cast<double>(demand.segments) / (*demand.deadline_s - demand.hold_s());
}

bool HasPlaces(const Demand& demand) { return demand.window && demand.binds; }

// All that is fixed, the lowest first.
std::vector<Ceiling> Ceilings(const Demand& demand) {
  std::vector<Ceiling> ceilings;
  if (demand.rate) ceilings.push_back({Limit::kRate, *demand.rate});
  if (demand.bind_rate > 0 && demand.binds) {
    ceilings.push_back({Limit::kBindRate, demand.bind_rate * *demand.binds});
  }
  if (HasPlaces(demand)) {
    const double places = static_cast<double>(*demand.window) * *demand.binds;
    ceilings.push_back({Limit::kWindow, places / demand.hold_s()});
  }
  if (demand.machine) ceilings.push_back({Limit::kMachine, demand.machine->segments_per_s});
  std::stable_sort(ceilings.begin(), ceilings.end(), [](const Ceiling& a, const Ceiling& b) {
    return a.segments_per_s < b.segments_per_s;
  });
  return ceilings;
}

// What all but the windows allow.
double RateWithoutWindows(const std::vector<Ceiling>& ceilings) {
  for (const Ceiling& ceiling : ceilings) {
    if (ceiling.limit != Limit::kWindow) return ceiling.segments_per_s;
  }
  return ceilings.front().segments_per_s;
}

Need NeedFor(const Demand& demand, double rate) {
  const double places = rate * demand.hold_s();
  Need need;
  need.segments_per_s = rate;
  need.places = Whole(places);
  need.binds = demand.bind_rate > 0 ? Whole32(rate / demand.bind_rate) : 1;
  need.binds = std::max(need.binds, Whole32(places / demand.window.value_or(kMostWindow)));
  const uint32_t fixed = demand.binds.value_or(0);
  need.fixed_binds_do = (demand.bind_rate == 0 || fixed * demand.bind_rate >= rate * (1 - kHair)) &&
                        fixed > 0 && Whole(places / fixed) <= kMostWindow;
  need.window = Whole32(places / (need.fixed_binds_do ? fixed : need.binds));
  return need;
}

}  // namespace

std::string_view NameOf(Limit limit) {
  switch (limit) {
    case Limit::kRate:
      return "rate";
    case Limit::kBindRate:
      return "bind_rate";
    case Limit::kWindow:
      return "window";
    case Limit::kMachine:
      return "machine";
    case Limit::kDeadline:
      return "deadline";
  }
  return "";
}

std::vector<Ceiling> Missed(const Forecast& forecast) {
  std::vector<Ceiling> missed;
  if (!forecast.deadline) return missed;
  const double wanted = forecast.deadline->segments_per_s * (1 - kHair);
  for (const Ceiling& ceiling : forecast.ceilings) {
    if (ceiling.segments_per_s < wanted) missed.push_back(ceiling);
  }
  return missed;
}

Forecast Foresee(const Demand& demand) {
  Forecast forecast;
  forecast.ceilings = Ceilings(demand);
  if (demand.deadline_s) forecast.deadline = NeedFor(demand, DeadlineRate(demand));
  if (forecast.ceilings.empty()) {
    forecast.ceilings.push_back({Limit::kDeadline, forecast.deadline->segments_per_s});
  }
  forecast.segments_per_s = forecast.bottleneck().segments_per_s;
  forecast.full = NeedFor(demand, RateWithoutWindows(forecast.ceilings));
  forecast.window = demand.window.value_or(forecast.full.window);
  forecast.binds = demand.binds.value_or(forecast.full.binds);
  const auto segments = static_cast<double>(demand.segments);
  const auto messages = static_cast<double>(demand.messages);
  forecast.messages_per_s = forecast.segments_per_s * messages / segments;
  forecast.sending_s = segments / forecast.segments_per_s + demand.hold_s();
  forecast.in_flight = std::min(segments, forecast.segments_per_s * demand.hold_s());
  forecast.receipts_per_s = forecast.segments_per_s * demand.receipts;
  if (demand.machine) forecast.busy_cores = forecast.segments_per_s * demand.machine->cpu_ns / 1e9;
  return forecast;
}

std::string FaultOf(const Demand& demand) {
  if (demand.segments == 0) return "there is nothing to send: give --messages, or a campaign";
  if (demand.round_trip_s <= 0) {
    return "give --rtt, the time from a submit_sm to its answer, such as 80ms: salvo doctor "
           "measures it with --to";
  }
  if (demand.rate && *demand.rate <= 0)
    return "--rate 0 would send nothing: leave it out where there is no limit";
  const bool is_bounded = demand.rate || HasPlaces(demand) || demand.machine || demand.deadline_s ||
                          (demand.bind_rate > 0 && demand.binds);
  if (!is_bounded) {
    return "nothing limits the rate: give --rate as the provider allows it, or --window and "
           "--binds, or --deadline";
  }
  if (demand.deadline_s && *demand.deadline_s <= 0) {
    return "no time is left for sending until --deadline: give a later one, or other --hours";
  }
  if (demand.deadline_s && *demand.deadline_s <= demand.hold_s()) {
    return "--deadline is nearer than the first answer, one --rtt away: give a later one, or other "
           "--hours";
  }
  return "";
}

}  // namespace salvo::plan
