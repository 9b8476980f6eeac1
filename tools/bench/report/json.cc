#include "tools/bench/report/json.h"

#include <cmath>

#include "tools/common/json_line.h"

namespace salvo::bench {
namespace {

using tools::JsonLine;

double Micros(int64_t nanos) { return static_cast<double>(nanos) / 1000; }

std::string LatencyJson(const Latency& latency) {
  std::string text;
  JsonLine line(&text);
  line.Add("messages", latency.messages);
  const auto add = [&](std::string_view key, int64_t nanos) {
    if (latency.messages == 0) return line.AddNull(key);
    line.Add(key, Micros(nanos));
  };
  add("p50", latency.p50);
  add("p90", latency.p90);
  add("p99", latency.p99);
  add("p99_9", latency.p999);
  add("max", latency.longest);
  return text + "}";
}

void AddSetting(const Setting& setting, JsonLine* line) {
  line->Add("window", setting.window);
  line->Add("binds", setting.binds);
  line->Add("shards", setting.shards);
  line->Add("text_octets", setting.text_octets);
  line->Add("tls", setting.tls);
  line->Add("journal", NameOf(setting.journal));
  line->Add("delay_ms", static_cast<double>(setting.delay) / io::kNanosPerMilli);
}

void AddFigures(const Figures& figures, JsonLine* line) {
  AddSetting(figures.setting, line);
  line->Add("rounds", figures.rounds);
  line->Add("segments_per_s", figures.segments_per_s);
  line->Add("segments_per_s_least", figures.least);
  line->Add("segments_per_s_most", figures.most);
  line->Add("spread_percent", figures.spread_percent);
  line->Add("floor_segments_per_s", figures.floor_per_s);
  line->Add("floor_spread_percent", figures.floor_spread_percent);
  line->Add("share_of_floor", figures.of_floor);
  line->Add("cpu_ns", figures.cpu_ns);
  line->Add("floor_cpu_ns", figures.floor_cpu_ns);
  line->Add("peak_rss_kib", figures.peak_rss_kib);
  line->Add("anonymous_kib", figures.anonymous_kib);
  line->Add("sync_us", figures.sync_us);
  line->Add("latency_at_per_s", figures.offered_per_s);
  line->Add("latency_load_carried", figures.carried);
  line->AddJson("latency_us", LatencyJson(figures.latency));
  line->Add("schedule_lag_p99_us", figures.lag_p99 / 1000);
  line->Add("not_accepted", figures.rejected);
  line->Add("noisy", figures.noisy());
  line->Add("noise", figures.noise);
}

std::vector<uint64_t> Numbers(const std::vector<int>& cores) {
  return {cores.begin(), cores.end()};
}

}  // namespace

std::string CaseJson(const Figures& figures) {
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "case");
  line.Add("schema", 1);
  AddFigures(figures, &line);
  line.End();
  return text;
}

std::string SummaryJson(const std::vector<Figures>& all, const Method& method,
                        const MachineFacts& machine) {
  std::string cases = "[";
  for (const Figures& figures : all) {
    if (&figures != &all.front()) cases += ',';
    JsonLine line(&cases);
    AddFigures(figures, &line);
    cases += '}';
  }
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "summary");
  line.Add("schema", 1);
  line.Add("salvo", machine.version);
  line.Add("processor", machine.processor);
  line.Add("kernel", machine.kernel);
  line.Add("sender_cores", Numbers(machine.sender_cores));
  line.Add("simulator_cores", Numbers(machine.peer_cores));
  line.Add("load_average", machine.load_average);
  line.Add("host", method.host);
  line.Add("repeats", method.repeats);
  line.Add("warm_up_s", method.warm_up_s);
  line.Add("time_s", method.time_s);
  line.Add("load_share", method.load_share);
  line.Add("rate", method.rate);
  line.Add("spin", method.spin);
  line.AddJson("cases", cases + "]");
  line.End();
  return text;
}

}  // namespace salvo::bench
