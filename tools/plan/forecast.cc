#include "tools/plan/forecast.h"

#include <algorithm>
#include <cmath>

#include "tools/plan/whole.h"

namespace salvo::plan {
namespace {

bool HasPlaces(const Demand& demand) { return demand.window && demand.binds; }

// What a bind with such a window carries.
double BindPerSecond(const Demand& demand, double window) {
  const double per_s = window * demand.segments_per_submit() / demand.hold_s();
  return demand.bind_rate > 0 ? std::min(demand.bind_rate, per_s) : per_s;
}

// The binds are those that are fixed, or as many as an account can have.
Ceiling BindRateCeiling(const Demand& demand) {
  return {Limit::kBindRate, demand.bind_rate * demand.binds.value_or(kMostBinds)};
}

// The same, and so of the windows.
Ceiling WindowCeiling(const Demand& demand) {
  const double places =
      static_cast<double>(demand.window.value_or(kMostWindow)) * demand.binds.value_or(kMostBinds);
  return {Limit::kWindow, places * demand.segments_per_submit() / demand.hold_s()};
}

void SortLowestFirst(std::vector<Ceiling>* ceilings) {
  std::stable_sort(ceilings->begin(), ceilings->end(), [](const Ceiling& a, const Ceiling& b) {
    return a.segments_per_s < b.segments_per_s;
  });
}

std::vector<Ceiling> FixedCeilings(const Demand& demand) {
  std::vector<Ceiling> ceilings;
  if (demand.rate) ceilings.push_back({Limit::kRate, *demand.rate});
  if (demand.bind_rate > 0 && demand.binds) ceilings.push_back(BindRateCeiling(demand));
  if (HasPlaces(demand)) ceilings.push_back(WindowCeiling(demand));
  if (demand.machine) ceilings.push_back({Limit::kMachine, demand.machine->segments_per_s});
  SortLowestFirst(&ceilings);
  return ceilings;
}

// `needed` 0: there is no deadline. `pace` is what meets it where nothing else is fixed.
std::vector<Ceiling> Ceilings(const Demand& demand, double needed, double pace) {
  std::vector<Ceiling> ceilings = FixedCeilings(demand);
  const double fixed = ceilings.empty() ? 0 : ceilings.front().segments_per_s;
  const double wanted = std::max(fixed, needed) * (1 - kHair);
  const auto add_if_lower = [&](const Ceiling& most) {
    if (most.segments_per_s < wanted) ceilings.push_back(most);
  };
  if (demand.bind_rate > 0 && !demand.binds) add_if_lower(BindRateCeiling(demand));
  if (!HasPlaces(demand)) add_if_lower(WindowCeiling(demand));
  if (ceilings.empty()) ceilings.push_back({Limit::kDeadline, pace});
  SortLowestFirst(&ceilings);
  return ceilings;
}

// What all but the windows allow; nullopt where that is not limited.
std::optional<double> RateWithoutWindows(const std::vector<Ceiling>& ceilings) {
  for (const Ceiling& ceiling : ceilings) {
    if (ceiling.limit != Limit::kWindow) return ceiling.segments_per_s;
  }
  return std::nullopt;
}

// The smallest number up to `most` that does, where all larger ones do, too; 0: none does.
template <class Does>
uint32_t Smallest(uint32_t most, Does does) {
  if (!does(most)) return 0;
  uint32_t too_few = 0;
  while (most - too_few > 1) {
    const uint32_t middle = too_few + (most - too_few) / 2;
    (does(middle) ? most : too_few) = middle;
  }
  return most;
}

// `does` tells of Binds whether they do.
template <class Does>
std::vector<Binds> WaysThat(const Demand& demand, Does does) {
  const auto window_for = [&](uint32_t binds) {
    return Smallest(kMostWindow, [&](uint32_t window) { return does(Binds{window, binds}); });
  };
  const auto binds_for = [&](uint32_t window) {
    return Smallest(kMostBinds, [&](uint32_t binds) { return does(Binds{window, binds}); });
  };
  std::vector<Binds> ways;
  const auto add = [&](const Binds& way) {
    const bool is_new = ways.empty() || ways.front().binds != way.binds;
    if (way.window > 0 && way.binds > 0 && is_new) ways.push_back(way);
  };
  if (demand.binds) add({window_for(*demand.binds), *demand.binds});
  if (demand.window) add({*demand.window, binds_for(*demand.window)});
  if (ways.empty()) {
    const uint32_t fewest = binds_for(kMostWindow);
    add({window_for(fewest), fewest});
  }
  return ways;
}

Need NeedOf(const Demand& demand, double rate) {
  Need need;
  need.segments_per_s = rate;
  need.places = Whole(rate / demand.segments_per_submit() * demand.hold_s());
  return need;
}

double Carried(const Demand& demand, const Binds& binds) {
  return BindPerSecond(demand, binds.window) * binds.binds;
}

// Once all are up.
Need NeedFor(const Demand& demand, double rate) {
  Need need = NeedOf(demand, rate);
  need.ways = WaysThat(
      demand, [&](const Binds& binds) { return Carried(demand, binds) >= rate * (1 - kHair); });
  return need;
}

// The way that keeps what is fixed; nullopt when there is none.
std::optional<Binds> Kept(const Demand& demand, const Need& need) {
  for (const Binds& way : need.ways) {
    const bool keeps_binds = !demand.binds || way.binds == *demand.binds;
    const bool keeps_window = !demand.window || way.window == *demand.window;
    if (keeps_binds && keeps_window) return way;
  }
  return std::nullopt;
}

// The same, or as near as an account comes to it.
Binds BindsFor(const Demand& demand, const Need& need) {
  const Binds most = {demand.window.value_or(kMostWindow), demand.binds.value_or(kMostBinds)};
  return Kept(demand, need).value_or(most);
}

Ramp RampOf(const Demand& demand, const Binds& binds, double rate) {
  Ramp ramp;
  ramp.interval_s = demand.bind_interval_s;
  ramp.binds = binds.binds;
  ramp.bind_per_s = BindPerSecond(demand, binds.window);
  ramp.full_per_s = rate;
  return ramp;
}

// From the first segment to the last that still has its answer in time.
double TimeToLeave(const Demand& demand) { return *demand.deadline_s - demand.hold_s(); }

bool IsInTime(const Demand& demand, const Ramp& ramp) {
  const double takes = ramp.SecondsFor(static_cast<double>(demand.segments));
  return takes <= TimeToLeave(demand) * (1 + kHair);
}

// Its ways make up for the time until all binds are up, as fast as all else allows where that is
// fast enough.
Need DeadlineNeed(const Demand& demand) {
  Need need = NeedOf(demand, static_cast<double>(demand.segments) / TimeToLeave(demand));
  const double rate = need.segments_per_s;
  const auto allowed = RateWithoutWindows(FixedCeilings(demand));
  const bool is_enough = allowed && *allowed > rate * (1 + kHair);
  need.ways = WaysThat(demand, [&](const Binds& binds) {
    const double carried = Carried(demand, binds);
    return IsInTime(demand,
                    RampOf(demand, binds, is_enough ? std::min(carried, *allowed) : carried));
  });
  return need;
}

// The lowest speed that is in time with what is fixed, or what is needed where none is.
double PaceOf(const Demand& demand, const Need& need) {
  constexpr int kHalvings = 60;
  const auto binds = Kept(demand, need);
  double low = need.segments_per_s;
  if (!binds || IsInTime(demand, RampOf(demand, *binds, low))) return low;
  double high = Carried(demand, *binds);
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = low + (high - low) / 2;
    (IsInTime(demand, RampOf(demand, *binds, middle)) ? high : low) = middle;
  }
  return high;
}

// To be as fast as all but the windows allow.
Need FullNeed(const Demand& demand, const Forecast& forecast) {
  const double rate =
      RateWithoutWindows(forecast.ceilings).value_or(forecast.bottleneck().segments_per_s);
  const bool is_for_deadline = forecast.bottleneck().limit == Limit::kDeadline;
  if (!is_for_deadline || !Kept(demand, *forecast.deadline)) return NeedFor(demand, rate);
  Need need = NeedOf(demand, rate);
  need.ways = forecast.deadline->ways;
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
    case Limit::kBindInterval:
      return "bind_interval";
    case Limit::kDeadline:
      return "deadline";
  }
  return "";
}

std::vector<Ceiling> Missed(const Forecast& forecast) {
  std::vector<Ceiling> missed;
  if (!forecast.is_late) return missed;
  const double wanted = forecast.deadline->segments_per_s * (1 - kHair);
  for (const Ceiling& ceiling : forecast.ceilings) {
    if (ceiling.segments_per_s < wanted) missed.push_back(ceiling);
  }
  if (missed.empty()) missed.push_back({Limit::kBindInterval, forecast.average_per_s});
  return missed;
}

Forecast Foresee(const Demand& demand) {
  Forecast forecast;
  double needed = 0;
  double pace = 0;
  if (demand.deadline_s) {
    forecast.deadline = DeadlineNeed(demand);
    needed = forecast.deadline->segments_per_s;
    pace = PaceOf(demand, *forecast.deadline);
  }
  forecast.ceilings = Ceilings(demand, needed, pace);
  forecast.segments_per_s = forecast.bottleneck().segments_per_s;
  forecast.full = FullNeed(demand, forecast);
  forecast.binds = BindsFor(demand, forecast.full);
  forecast.ramp = RampOf(demand, forecast.binds, forecast.segments_per_s);
  const auto segments = static_cast<double>(demand.segments);
  const auto messages = static_cast<double>(demand.messages);
  forecast.messages_per_s = forecast.segments_per_s * messages / segments;
  forecast.submits_per_s = forecast.segments_per_s / demand.segments_per_submit();
  const double leaving_s = forecast.ramp.SecondsFor(segments);
  forecast.average_per_s = segments / leaving_s;
  forecast.sending_s = leaving_s + demand.hold_s();
  forecast.is_late = demand.deadline_s && !IsInTime(demand, forecast.ramp);
  forecast.in_flight =
      std::min(static_cast<double>(demand.submits()), forecast.submits_per_s * demand.hold_s());
  forecast.receipts_per_s = forecast.submits_per_s * demand.receipts;
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
