// salvo bench: what this machine and this sender can do, measured end to end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "salvo/account.h"
#include "tools/bench/figures.h"
#include "tools/bench/scan.h"

namespace salvo::bench {

struct Options {
  Scan scan;
  uint32_t repeats = 3;
  double warm_up_s = 0.5;
  double time_s = 2;
  double load_share = 0.5;  // of the full speed, at which latency is measured
  double rate = 0;          // messages a second instead of full speed; 0: none
  uint64_t most_messages = 0;
  bool spin = false;
  NoiseLimits noise;
  // A real SMSC; without a value a simulator of our own. Then `rate` and `to` are given.
  std::optional<AccountOptions> account;
  std::string to = "491701234567";
  std::string folder = ".";  // where journals are while they are measured
  std::string out;           // file for the summary; "": none
  bool json = false;
  std::string version;
};

// Measures and tells; returns the exit code. REQUIRES: the process has one thread.
int RunBench(const Options& options);

}  // namespace salvo::bench
