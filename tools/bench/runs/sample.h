// What one run measured. It crosses from the process that ran to the one that asked as it lies in
// memory: plain values only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace salvo::bench {

// Nanoseconds from when a message was due to its answer.
struct Latency {
  int64_t p50 = 0;
  int64_t p90 = 0;
  int64_t p99 = 0;
  int64_t p999 = 0;
  int64_t longest = 0;
  uint64_t messages = 0;
};

struct Sample {
  int exit_code = 0;  // of a run that failed; `fault` tells why then, and the rest means nothing
  std::array<char, 400> fault{};

  double seconds = 0;         // that were measured, without the warm-up
  double segments_per_s = 0;  // answered
  double messages_per_s = 0;  // settled
  double cpu_ns = 0;          // of the process, a segment
  uint64_t rejected = 0;      // messages, in all of the run
  uint32_t refusal = 0;       // command_status of the first of them; 0: that had none
  uint64_t peak_rss_kib = 0;
  uint64_t anonymous_kib = 0;  // most
  double sync_us = 0;          // of the journal's disk, a sync
  bool ran_out = false;        // of messages, before the time was over
  // Where messages were sent at their times:
  double offered_per_s = 0;
  double carried = 1;  // share of those that were due that was answered meanwhile
  Latency latency;
  int64_t lag_p99 = 0;  // by how much messages were given to the engine late

  void Fail(int code, std::string_view why) {
    if (exit_code != 0) return;  // the first reason counts
    exit_code = code;
    std::memcpy(fault.data(), why.data(), std::min(why.size(), fault.size() - 1));
  }
};

}  // namespace salvo::bench
