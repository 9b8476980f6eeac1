#include "tools/bench/report/table.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_format.h"
#include "salvo/message.h"
#include "tools/common/human.h"

namespace salvo::bench {
namespace {

using tools::Counted;
using tools::HumanRate;
using tools::WithCommas;

constexpr double kKibPerMib = 1024;

std::string DelayText(io::Nanos delay) {
  return delay == 0 ? "0" : tools::HumanTime(static_cast<double>(delay) / io::kNanosPerSecond);
}

// "0.085", "12.3", "1,234": milliseconds.
std::string MillisText(double nanos) {
  const double millis = nanos / 1e6;
  if (millis < 10) return absl::StrFormat("%.3f", millis);
  if (millis < 1000) return absl::StrFormat("%.1f", millis);
  return WithCommas(static_cast<uint64_t>(std::llround(millis)));
}

std::string LatencyText(const Figures& figures, int64_t Latency::*part) {
  if (figures.latency.messages == 0) return "-";
  return MillisText(static_cast<double>(figures.latency.*part));
}

std::string CoresText(const std::vector<int>& cores) {
  std::string text = cores.size() == 1 ? "core " : "cores ";
  for (const int core : cores) text += (core == cores.front() ? "" : ",") + std::to_string(core);
  return text;
}

struct FigureColumn {
  const char* name;
  int width;
  std::string (*text)(const Figures&);
};

constexpr FigureColumn kFigureColumns[] = {
    {"floor/s", 10, [](const Figures& f) { return HumanRate(f.floor_per_s); }},
    {"segments/s", 10, [](const Figures& f) { return HumanRate(f.segments_per_s); }},
    {"spread", 6,
     [](const Figures& f) {
       return f.rounds > 1 ? absl::StrFormat("%.0f%%", f.spread_percent) : std::string("-");
     }},
    {"of floor", 8, [](const Figures& f) { return absl::StrFormat("%.2f", f.of_floor); }},
    {"CPU us", 6, [](const Figures& f) { return absl::StrFormat("%.2f", f.cpu_ns / 1000); }},
    {"floors", 6,
     [](const Figures& f) {
       return f.floor_cpu_ns > 0 ? absl::StrFormat("%.1f", f.cpu_ns / f.floor_cpu_ns)
                                 : std::string("-");
     }},
    {"MiB", 5,
     [](const Figures& f) {
       return absl::StrFormat("%.1f", static_cast<double>(f.anonymous_kib) / kKibPerMib);
     }},
    {"at/s", 9, [](const Figures& f) { return HumanRate(f.offered_per_s); }},
    {"p50 ms", 7, [](const Figures& f) { return LatencyText(f, &Latency::p50); }},
    {"p90", 7, [](const Figures& f) { return LatencyText(f, &Latency::p90); }},
    {"p99", 7, [](const Figures& f) { return LatencyText(f, &Latency::p99); }},
    {"p99.9", 7, [](const Figures& f) { return LatencyText(f, &Latency::p999); }},
    {"max", 7, [](const Figures& f) { return LatencyText(f, &Latency::longest); }},
};

}  // namespace

struct Table::Column {
  const char* name;
  int width;
  std::string (*cell)(const Setting&);
  std::string (*sentence)(const Setting&);  // where it is the same for all
};

const std::vector<Table::Column>& Table::SettingColumns() {
  static const std::vector<Column> columns = {
      {"window", 6, [](const Setting& s) { return WithCommas(s.window); },
       [](const Setting& s) { return "window " + WithCommas(s.window); }},
      {"binds", 5, [](const Setting& s) { return WithCommas(s.binds); },
       [](const Setting& s) { return Counted(s.binds, "bind"); }},
      {"shards", 6, [](const Setting& s) { return WithCommas(s.shards); },
       [](const Setting& s) { return Counted(s.shards, "shard"); }},
      {"text", 4, [](const Setting& s) { return WithCommas(s.text_octets); },
       [](const Setting& s) { return "texts of " + Counted(s.text_octets, "octet"); }},
      {"TLS", 3, [](const Setting& s) { return std::string(s.tls ? "on" : "off"); },
       [](const Setting& s) { return std::string(s.tls ? "TLS" : "no TLS"); }},
      {"journal", 7, [](const Setting& s) { return std::string(NameOf(s.journal)); },
       [](const Setting& s) { return "journal " + std::string(NameOf(s.journal)); }},
      {"delay", 7, [](const Setting& s) { return DelayText(s.delay); },
       [](const Setting& s) {
         return s.delay == 0 ? std::string("answers at once")
                             : "answers after " + DelayText(s.delay);
       }},
  };
  return columns;
}

Table::Table(const std::vector<Setting>& settings, const Method& method,
             const MachineFacts& machine)
    : method_(method), machine_(machine) {
  for (const Column& column : SettingColumns()) {
    const std::string first = column.cell(settings.front());
    const bool varies = std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
      return column.cell(setting) != first;
    });
    if (varies) {
      varying_.push_back(&column);
    } else {
      constant_ += (constant_.empty() ? "" : ", ") + column.sentence(settings.front());
    }
  }
}

std::vector<std::string> Table::Preface() const {
  std::vector<std::string> lines;
  if (!machine_.processor.empty()) {
    lines.push_back(absl::StrFormat("%s, Linux %s", machine_.processor, machine_.kernel));
  }
  lines.push_back(absl::StrFormat(
      "sender on %s, salvo sim on %s%s", CoresText(machine_.sender_cores),
      CoresText(machine_.peer_cores),
      method_.host.empty() ? "" : " for the floor alone: messages go to " + method_.host));
  lines.push_back(constant_);
  const std::string latency =
      method_.rate > 0
          ? absl::StrFormat("at %s a second", tools::CountedRate(method_.rate, "message"))
          : absl::StrFormat("at %.0f %% of the speed", 100 * method_.load_share);
  lines.push_back(
      absl::StrFormat("medians of %s of %s; latency in ms, %s, from when a message was "
                      "due to its answer",
                      Counted(method_.repeats, "run"), tools::HumanTime(method_.time_s), latency));
  const auto cores = static_cast<double>(machine_.sender_cores.size() + machine_.peer_cores.size());
  if (machine_.shares_core()) {
    lines.push_back("WARNING: sender and simulator share the only core: each waits for the other");
  }
  constexpr double kMuch = 0.25;
  if (machine_.load_average > kMuch * cores) {
    lines.push_back(
        absl::StrFormat("WARNING: this machine is busy (load average %.1f): the figures "
                        "are those of what is left of it",
                        machine_.load_average));
  }
  return lines;
}

std::vector<std::string> Table::Heading() const {
  std::string names;
  for (const Column* column : varying_) {
    names += absl::StrFormat("%*s ", column->width, column->name);
  }
  for (const FigureColumn& column : kFigureColumns) {
    names += absl::StrFormat(" %*s", column.width, column.name);
  }
  return {names, std::string(names.size(), '-')};
}

std::string Table::Row(const Figures& figures) const {
  std::string row;
  for (const Column* column : varying_) {
    row += absl::StrFormat("%*s ", column->width, column->cell(figures.setting));
  }
  for (const FigureColumn& column : kFigureColumns) {
    row += absl::StrFormat(" %*s", column.width, column.text(figures));
  }
  return row + (figures.noisy() ? "  !" : "");
}

std::string Table::Where(const Setting& setting) const {
  std::string where;
  for (const Column* column : varying_) {
    where += (where.empty() ? "" : ", ") + column->sentence(setting);
  }
  return where.empty() ? "all of it" : where;
}

std::vector<std::string> Table::Epilogue(const std::vector<Figures>& all) const {
  std::vector<std::string> lines;
  const bool any = std::any_of(all.begin(), all.end(), [](const Figures& f) { return f.noisy(); });
  if (any) lines.emplace_back("! too noisy to say:");
  for (const Figures& figures : all) {
    if (!figures.noisy()) continue;
    const std::string why =
        std::accumulate(figures.noise.begin() + 1, figures.noise.end(), figures.noise.front(),
                        [](const std::string& a, const std::string& b) { return a + "; " + b; });
    lines.push_back(absl::StrFormat("  %s: %s", Where(figures.setting), why));
  }
  uint64_t rejected = 0;
  uint32_t refusal = 0;
  for (const Figures& figures : all) {
    rejected += figures.rejected;
    if (figures.refusal != 0) refusal = figures.refusal;
  }
  if (rejected == 0) return lines;
  std::string line =
      Counted(rejected, "message") + (rejected == 1 ? " was not accepted" : " were not accepted");
  if (refusal != 0) {
    line +=
        absl::StrFormat("; the SMSC refused with %s (0x%02X)", CommandStatusName(refusal), refusal);
  }
  lines.push_back(line);
  return lines;
}

}  // namespace salvo::bench
