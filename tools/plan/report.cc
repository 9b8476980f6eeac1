#include "tools/plan/report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"
#include "tools/plan/whole.h"

namespace salvo::plan {
namespace {

using tools::Counted;
using tools::Digits;
using tools::HumanOctets;
using tools::HumanTime;
using tools::JsonLine;
using tools::WithCommas;

std::string Line(std::string_view label, const std::string& text) {
  return absl::StrFormat("%-12s %s", label, text);
}

constexpr double kMostWithFraction = 1000;
constexpr int kDigits = 4;      // that count of what has a fraction
constexpr int kJsonDigits = 6;  // the same in JSON, below 1

// As exact as what is derived from it in the same line.
std::string RateText(double per_second) {
  constexpr double kShownWhole = kMostWithFraction - 0.05;  // rounds up to it
  return per_second < kShownWhole ? Digits(per_second, kDigits) : tools::HumanRate(per_second);
}

std::string CountedRate(double per_second, std::string_view noun) {
  const std::string rate = RateText(per_second);
  return absl::StrFormat("%s %s%s", rate, noun, rate == "1" ? "" : "s");
}

// How many of the last of so many digits that count make one.
double PartsOf(double number, int digits) {
  return std::pow(10, digits - 1 - std::floor(std::log10(number)));
}

// Never less than `number`: who takes what is shown has enough.
double RoundedUp(double number, double parts) {
  return std::ceil(number * parts * (1 - kHair)) / parts;
}
double RoundedDown(double number, double parts) {
  return std::floor(number * parts * (1 + kHair)) / parts;
}

std::string NeededRate(double per_second) {
  if (per_second >= kMostWithFraction) return RateText(RoundedUp(per_second, 1));
  return Digits(RoundedUp(per_second, PartsOf(per_second, kDigits)), kDigits);
}

// Below what is needed wherever it is less than that.
std::string AllowedRate(double per_second) {
  if (per_second >= kMostWithFraction) return RateText(RoundedDown(per_second, 1));
  return Digits(RoundedDown(per_second, PartsOf(per_second, kDigits)), kDigits);
}

// What holds a place of a window.
std::string_view Submit(const Demand& demand) { return demand.in_one ? "message" : "segment"; }

// " x 3 segments a message"
std::string PerSubmit(const Demand& demand, const char* sign) {
  if (!demand.in_one) return "";
  return absl::StrFormat(" %s %s a message", sign,
                         CountedRate(demand.segments_per_submit(), "segment"));
}

// "80 ms", "(80 ms + 1.5 syncs of 1.0 ms)"
std::string HoldText(const Demand& demand) {
  const std::string round_trip = HumanTime(demand.round_trip_s);
  if (demand.hold_s() <= demand.round_trip_s) return round_trip;
  return absl::StrFormat("(%s + %.1f syncs of %s)", round_trip, Demand::kSyncsAwaited,
                         HumanTime(demand.sync_s));
}

// "the rate limit"
std::string_view Called(Limit limit) {
  switch (limit) {
    case Limit::kRate:
      return "the rate limit";
    case Limit::kBindRate:
      return "the rate of the binds";
    case Limit::kWindow:
      return "the window";
    case Limit::kMachine:
      return "this machine";
    case Limit::kBindInterval:
      return "the time until all binds are up";
    case Limit::kDeadline:
      return "the deadline";
  }
  return "";
}

std::string BindsText(const Demand& demand) {
  return demand.binds ? Counted(*demand.binds, "bind")
                      : absl::StrFormat("at most %s binds", WithCommas(kMostBinds));
}

std::string WindowText(const Demand& demand) {
  return demand.window ? "window " + WithCommas(*demand.window)
                       : absl::StrFormat("window %s at most", WithCommas(kMostWindow));
}

// Where the figure of a ceiling comes from.
std::string Origin(const Plan& plan, const Ceiling& ceiling) {
  const Demand& demand = plan.demand;
  switch (ceiling.limit) {
    case Limit::kRate:
      return "";
    case Limit::kBindRate:
      return absl::StrFormat(" (%s of %s)", BindsText(demand), RateText(demand.bind_rate));
    case Limit::kWindow:
      return absl::StrFormat(" (%s x %s / %s%s)", BindsText(demand), WindowText(demand),
                             HoldText(demand), PerSubmit(demand, "x"));
    case Limit::kMachine:
      return absl::StrFormat(" (measured: %s)", demand.machine->measured_as);
    case Limit::kBindInterval:
      return "";
    case Limit::kDeadline:
      return " (nothing else is fixed)";
  }
  return "";
}

std::string CeilingText(const Plan& plan, const Ceiling& ceiling) {
  return absl::StrFormat("%s: %s a second%s", Called(ceiling.limit),
                         RateText(ceiling.segments_per_s), Origin(plan, ceiling));
}

// "window 80 with 1 bind, or 2 binds with window 50"
std::string NeedText(const Need& need) {
  if (need.ways.empty()) return "more than the binds of one account do";
  const Binds& first = need.ways.front();
  std::string text =
      absl::StrFormat("window %s with %s", WithCommas(first.window), Counted(first.binds, "bind"));
  for (size_t i = 1; i < need.ways.size(); ++i) {
    text += absl::StrFormat(", or %s with window %s", Counted(need.ways[i].binds, "bind"),
                            WithCommas(need.ways[i].window));
  }
  return text;
}

std::string Remedy(const Need& need, Limit limit) {
  constexpr const char* kFurther = "send over a further account";
  switch (limit) {
    case Limit::kRate:
      return absl::StrFormat("ask the provider for more, or %s", kFurther);
    case Limit::kBindRate:
      return need.ways.empty()
                 ? kFurther
                 : absl::StrFormat("%s would do", Counted(need.ways.back().binds, "bind"));
    case Limit::kWindow:
      return need.ways.empty() ? kFurther : NeedText(need) + " would do";
    case Limit::kMachine:
      return "more cores and --shards, or a further machine";
    case Limit::kBindInterval:
      return "larger windows, so that fewer binds do, or a shorter reconnect.bind_interval";
    case Limit::kDeadline:
      break;
  }
  return "";
}

void AddSpeed(const Plan& plan, std::vector<std::string>* lines) {
  const Forecast& forecast = plan.forecast;
  lines->push_back(Line(
      "finish", absl::StrFormat("%s, after %s of sending", MomentText(plan.finish, plan.times.zone),
                                HumanTime(forecast.sending_s))));
  std::string speed = CountedRate(forecast.segments_per_s, "segment") + " a second";
  if (plan.demand.segments != plan.demand.messages) {
    speed += ", " + CountedRate(forecast.messages_per_s, "message");
  }
  lines->push_back(Line("throughput", speed));
  lines->push_back(Line("bottleneck", CeilingText(plan, forecast.bottleneck())));
  for (size_t i = 1; i < forecast.ceilings.size(); ++i) {
    lines->push_back(Line(i == 1 ? "then" : "", CeilingText(plan, forecast.ceilings[i])));
  }
}

// How long the binds take to come up, where that counts.
void AddRamp(const Plan& plan, std::vector<std::string>* lines) {
  const Ramp& ramp = plan.forecast.ramp;
  if (ramp.seconds() <= 0) return;
  lines->push_back(Line(
      "binds", absl::StrFormat("come up one every %s: full speed after %s, %s a second on average",
                               HumanTime(ramp.interval_s), HumanTime(ramp.seconds()),
                               RateText(plan.forecast.average_per_s))));
}

void AddWindows(const Plan& plan, std::vector<std::string>* lines) {
  const Demand& demand = plan.demand;
  const Need& need = plan.forecast.full;
  lines->push_back(
      Line("window",
           absl::StrFormat("%s a second x %s%s = %s under way: %s", RateText(need.segments_per_s),
                           HoldText(demand), PerSubmit(demand, "/"),
                           Counted(need.places, Submit(demand)), NeedText(need))));
  AddRamp(plan, lines);
  lines->push_back(Line("in flight", Counted(Whole(plan.forecast.in_flight), Submit(demand))));
  if (plan.demand.receipts > 0) {
    const std::string rate = RateText(plan.forecast.receipts_per_s);
    lines->push_back(
        Line("receipts", rate + (rate == "1" ? " a second comes back" : " a second come back")));
  }
}

void AddDisk(const Plan& plan, std::vector<std::string>* lines) {
  const Disk& disk = plan.disk;
  lines->push_back(
      Line("disk", disk.most() == 0
                       ? "nothing"
                       : absl::StrFormat("%s, with message ids of %s", HumanOctets(disk.most()),
                                         Counted(plan.demand.id_length, "character"))));
  if (disk.journal > 0) {
    lines->push_back(Line("", absl::StrFormat("%s journal, %s reserved ahead while it runs",
                                              HumanOctets(disk.journal), HumanOctets(disk.ahead))));
  }
  if (disk.results > 0) {
    const char* more = disk.results_copy > 0 ? ", and once more while receipts are filled in" : "";
    lines->push_back(Line("", absl::StrFormat("%s results%s", HumanOctets(disk.results), more)));
  }
}

std::string MemoryText(const Plan& plan) {
  const Memory& memory = plan.memory;
  std::string text = "about " + HumanOctets(memory.most());
  if (memory.submits_waiting > 0) {
    text += absl::StrFormat(
        "; up to %s %s", Counted(memory.submits_waiting, Submit(plan.demand)),
        memory.submits_waiting == 1 ? "waits for its receipt" : "wait for their receipts");
    if (plan.demand.receipt_delay_s < 0) text += " (less with --receipt-delay)";
  }
  const bool has_journal = plan.demand.journal != JournalLevel::kOff;
  if (memory.overflows && has_journal) text += ", further ones in the journal";
  return text;
}

// "0.18 cores"
std::string CoresText(double cores) {
  constexpr double kLeast = 0.001;
  if (cores < kLeast) return absl::StrFormat("less than %.3f cores", kLeast);
  const std::string number = Digits(cores, 2);
  return number + (number == "1" ? " core" : " cores");
}

void AddCosts(const Plan& plan, std::vector<std::string>* lines) {
  AddDisk(plan, lines);
  lines->push_back(Line("memory", MemoryText(plan)));
  if (plan.forecast.busy_cores >= 0) {
    lines->push_back(
        Line("processor", absl::StrFormat("%s busy (%s)", CoresText(plan.forecast.busy_cores),
                                          plan.demand.machine->measured_as)));
  } else {
    lines->push_back(
        Line("machine", "not measured: salvo bench --out bench.json, then --from bench.json"));
  }
}

void AddDeadline(const Plan& plan, std::vector<std::string>* lines) {
  if (!plan.forecast.deadline) return;
  const Need& need = *plan.forecast.deadline;
  const std::string places =
      plan.demand.in_one ? Counted(need.places, "message") : WithCommas(need.places);
  lines->push_back(Line(
      "deadline",
      absl::StrFormat("%s, %s of sending away", MomentText(*plan.times.deadline, plan.times.zone),
                      HumanTime(*plan.demand.deadline_s))));
  lines->push_back(
      Line("", absl::StrFormat("needs %s segments a second, %s under way: %s",
                               NeededRate(need.segments_per_s), places, NeedText(need))));
  for (const Ceiling& ceiling : plan.missed) {
    lines->push_back(Line(
        "", absl::StrFormat("%s allows %s: %s", Called(ceiling.limit),
                            AllowedRate(ceiling.segments_per_s), Remedy(need, ceiling.limit))));
  }
  if (plan.missed.empty()) {
    const double spare = *plan.demand.deadline_s - plan.forecast.sending_s;
    lines->push_back(Line(
        "", spare < 1 ? "met, with nothing to spare"
                      : absl::StrFormat("met, with %s of sending to spare", HumanTime(spare))));
    return;
  }
  // What is missed is never all of it.
  constexpr double kMostPercent = 99.9;
  const double percent =
      std::min(kMostPercent, 100 * static_cast<double>(plan.segments_by_deadline) /
                                 static_cast<double>(plan.demand.segments));
  lines->push_back(
      Line("", absl::StrFormat("MISSED: %s of %s (%s %%) would be through",
                               WithCommas(plan.segments_by_deadline),
                               Counted(plan.demand.segments, "segment"), Digits(percent, 3))));
}

std::string MomentJson(absl::Time moment, absl::TimeZone zone) {
  return absl::FormatTime(absl::RFC3339_sec, moment, zone);
}

void AddMoment(std::string_view key, absl::Time moment, const Plan& plan, JsonLine* line) {
  if (moment == absl::InfiniteFuture()) return line->AddNull(key);
  line->Add(key, MomentJson(moment, plan.times.zone));
}

std::string LimitsJson(const Forecast& forecast) {
  std::string text;
  JsonLine line(&text);
  for (const Ceiling& ceiling : forecast.ceilings) {
    line.Add(NameOf(ceiling.limit), ceiling.segments_per_s);
  }
  return text + "}";
}

std::string NeedJson(const Need& need) {
  std::string text;
  JsonLine line(&text);
  const double rate = need.segments_per_s;
  line.Add("segments_per_s", RoundedUp(rate, rate < 1 ? PartsOf(rate, kJsonDigits) : 1000));
  line.Add("places", need.places);
  std::string ways = "[";
  for (const Binds& way : need.ways) {
    if (ways.size() > 1) ways += ',';
    JsonLine object(&ways);
    object.Add("window", way.window);
    object.Add("binds", way.binds);
    ways += '}';
  }
  line.AddJson("ways", ways + "]");
  return text + "}";
}

void AddDeadlineJson(const Plan& plan, JsonLine* line) {
  if (!plan.forecast.deadline) return;
  AddMoment("deadline", *plan.times.deadline, plan, line);
  line->Add("deadline_met", plan.missed.empty());
  line->Add("deadline_sending_s", *plan.demand.deadline_s);
  line->AddJson("deadline_needs", NeedJson(*plan.forecast.deadline));
  std::vector<std::string> missed;
  for (const Ceiling& ceiling : plan.missed) missed.emplace_back(NameOf(ceiling.limit));
  line->Add("deadline_missed_by", missed);
  line->Add("segments_by_deadline", plan.segments_by_deadline);
}

}  // namespace

std::vector<std::string> Lines(const Plan& plan) {
  std::vector<std::string> lines;
  lines.push_back(absl::StrFormat("%s, %s, from %s", Counted(plan.demand.messages, "message"),
                                  Counted(plan.demand.segments, "segment"),
                                  MomentText(plan.times.start, plan.times.zone)));
  AddSpeed(plan, &lines);
  AddWindows(plan, &lines);
  AddCosts(plan, &lines);
  AddDeadline(plan, &lines);
  return lines;
}

std::string Json(const Plan& plan) {
  const Forecast& forecast = plan.forecast;
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "plan");
  line.Add("schema", 1);
  line.Add("messages", plan.demand.messages);
  line.Add("segments", plan.demand.segments);
  AddMoment("start", plan.times.start, plan, &line);
  AddMoment("finish", plan.finish, plan, &line);
  line.Add("sending_s", forecast.sending_s);
  line.Add("segments_per_s", forecast.segments_per_s);
  line.Add("messages_per_s", forecast.messages_per_s);
  line.Add("bottleneck", NameOf(forecast.bottleneck().limit));
  line.AddJson("limits", LimitsJson(forecast));
  line.Add("round_trip_s", plan.demand.round_trip_s);
  line.Add("window", forecast.binds.window);
  line.Add("binds", forecast.binds.binds);
  line.Add("full_speed_after_s", forecast.ramp.seconds());
  line.AddJson("needs", NeedJson(forecast.full));
  line.Add("in_flight", forecast.in_flight);
  line.Add("receipts_per_s", forecast.receipts_per_s);
  line.Add("id_length", plan.demand.id_length);
  line.Add("disk_octets", plan.disk.most());
  line.Add("journal_octets", plan.disk.journal);
  line.Add("journal_ahead_octets", plan.disk.ahead);
  line.Add("results_octets", plan.disk.results);
  line.Add("memory_octets", plan.memory.most());
  line.Add("receipts_waiting", plan.memory.submits_waiting);
  if (forecast.busy_cores >= 0) line.Add("busy_cores", forecast.busy_cores);
  AddDeadlineJson(plan, &line);
  line.End();
  return text;
}

}  // namespace salvo::plan
