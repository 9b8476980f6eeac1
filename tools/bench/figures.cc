#include "tools/bench/figures.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "tools/bench/statistics.h"

namespace salvo::bench {
namespace {

// What `take` takes of each round.
template <class Take>
std::vector<double> Each(const std::vector<Round>& rounds, Take take) {
  std::vector<double> values;
  for (const Round& round : rounds) values.push_back(static_cast<double>(take(round)));
  return values;
}

Latency LatencyOf(const std::vector<Round>& rounds) {
  std::vector<Round> measured;
  for (const Round& round : rounds) {
    if (round.paced.latency.messages > 0) measured.push_back(round);
  }
  const auto median = [&](auto member) {
    return std::llround(
        Median(Each(measured, [&](const Round& r) { return r.paced.latency.*member; })));
  };
  Latency latency;
  latency.p50 = median(&Latency::p50);
  latency.p90 = median(&Latency::p90);
  latency.p99 = median(&Latency::p99);
  latency.p999 = median(&Latency::p999);
  for (const Round& round : rounds) {
    latency.longest = std::max(latency.longest, round.paced.latency.longest);
    latency.messages += round.paced.latency.messages;
  }
  return latency;
}

std::vector<std::string> NoiseOf(const Figures& figures, const std::vector<Round>& rounds,
                                 const NoiseLimits& limits) {
  std::vector<std::string> noise;
  if (figures.spread_percent > limits.spread_percent) {
    noise.push_back(absl::StrFormat("the runs differ by %.0f %%", figures.spread_percent));
  }
  if (figures.floor_spread_percent > limits.spread_percent) {
    noise.push_back(
        absl::StrFormat("those of the floor differ by %.0f %%", figures.floor_spread_percent));
  }
  if (figures.latency.messages == 0) {
    noise.emplace_back(
        "no message was due and accepted while it was measured: give a longer --time");
  }
  if (std::ranges::any_of(rounds, [](const Round& round) { return round.full.ran_out; })) {
    noise.emplace_back("the messages ran out before the time was over: give more --messages");
  }
  if (figures.carried < limits.carried) {
    noise.push_back(absl::StrFormat(
        "%.0f %% of the load was carried: its latency is that of a queue that grows",
        100 * figures.carried));
  }
  double stolen = 0;
  for (const Round& round : rounds) stolen = std::max(stolen, round.stolen_percent);
  if (stolen > limits.stolen_percent) {
    noise.push_back(absl::StrFormat("the hypervisor took %.0f %% of the processors", stolen));
  }
  return noise;
}

}  // namespace

Figures Summarize(const Setting& setting, const std::vector<Round>& rounds, bool is_limited,
                  const NoiseLimits& limits) {
  const auto speed = [&](const Round& round) -> const Sample& {
    return is_limited ? round.paced : round.full;
  };
  const auto shares = Each(rounds, [&](const Round& round) {
    return speed(round).segments_per_s / round.floor.segments_per_s;
  });
  const auto rates = Each(rounds, [&](const Round& r) { return speed(r).segments_per_s; });
  Figures figures;
  figures.setting = setting;
  figures.rounds = rounds.size();
  figures.segments_per_s = Median(rates);
  figures.least = *std::min_element(rates.begin(), rates.end());
  figures.most = *std::max_element(rates.begin(), rates.end());
  figures.spread_percent = SpreadPercent(rates);
  const auto floors = Each(rounds, [](const Round& r) { return r.floor.segments_per_s; });
  figures.floor_per_s = Median(floors);
  figures.floor_spread_percent = SpreadPercent(floors);
  figures.of_floor = Median(shares);
  figures.cpu_ns = Median(Each(rounds, [&](const Round& r) { return speed(r).cpu_ns; }));
  figures.floor_cpu_ns = Median(Each(rounds, [](const Round& r) { return r.floor.cpu_ns; }));
  figures.sync_us = Median(Each(rounds, [&](const Round& r) { return speed(r).sync_us; }));
  figures.offered_per_s =
      Median(Each(rounds, [](const Round& r) { return r.paced.offered_per_s; }));
  figures.carried = Median(Each(rounds, [](const Round& r) { return r.paced.carried; }));
  figures.lag_p99 = Median(Each(rounds, [](const Round& r) { return r.paced.lag_p99; }));
  figures.latency = LatencyOf(rounds);
  for (const Round& round : rounds) {
    figures.peak_rss_kib = std::max(figures.peak_rss_kib, speed(round).peak_rss_kib);
    figures.anonymous_kib = std::max(figures.anonymous_kib, speed(round).anonymous_kib);
    figures.rejected += round.full.rejected + round.paced.rejected;
    for (const uint32_t refusal : {round.full.refusal, round.paced.refusal}) {
      if (refusal != 0) figures.refusal = refusal;
    }
  }
  figures.noise = NoiseOf(figures, rounds, limits);
  return figures;
}

}  // namespace salvo::bench
