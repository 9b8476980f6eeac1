// What the repeated runs of one setting say together. Pure.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/runs/sample.h"
#include "tools/bench/setting.h"

namespace salvo::bench {

// One round: the floor, and the product beside it.
struct Round {
  Sample floor;
  Sample full;   // without a rate that limits it
  Sample paced;  // at its times
  double stolen_percent = 0;
};

struct NoiseLimits {
  double spread_percent = 15;
  double stolen_percent = 2;
  double carried = 0.95;
};

// Medians, where nothing else is said.
struct Figures {
  Setting setting;
  size_t rounds = 0;
  double segments_per_s = 0;
  double least = 0;
  double most = 0;
  double spread_percent = 0;  // from least to most
  double floor_per_s = 0;
  double floor_spread_percent = 0;
  double of_floor = 0;  // of each round's own floor
  double cpu_ns = 0;
  double floor_cpu_ns = 0;
  uint64_t peak_rss_kib = 0;  // the highest, and so the next
  uint64_t anonymous_kib = 0;
  double sync_us = 0;
  double offered_per_s = 0;        // messages, for the latency
  double carried = 1;              // share of those that was answered meanwhile
  Latency latency;                 // `longest` is the longest of all; without messages nothing
  double lag_p99 = 0;              // nanoseconds
  uint64_t rejected = 0;           // of all rounds
  uint32_t refusal = 0;            // command_status of one of these; 0: none was refused
  std::vector<std::string> noise;  // why the figures say little; empty: they do not

  bool noisy() const { return !noise.empty(); }
};

// `is_limited`: only paced runs were made. REQUIRES: there is a round.
Figures Summarize(const Setting& setting, const std::vector<Round>& rounds, bool is_limited,
                  const NoiseLimits& limits);

}  // namespace salvo::bench
