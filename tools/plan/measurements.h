// What `salvo bench --out FILE` measured on this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/plan/demand.h"

namespace salvo::plan {

// One setting that was measured; medians.
struct MeasuredCase {
  uint32_t window = 0;
  uint32_t binds = 0;
  uint32_t text_octets = 0;
  bool tls = false;
  JournalLevel journal = JournalLevel::kOff;
  double segments_per_s = 0;
  double cpu_ns = 0;    // of the sender, a segment
  double sync_s = 0;    // of the disk, where the level is power
  bool waited = false;  // for answers that came late on purpose: no limit of the machine
  bool noisy = false;
};

// Of what --out wrote, or --json printed. The error names the file and what is wrong with it.
absl::StatusOr<std::vector<MeasuredCase>> ReadMeasurements(const std::string& path);
// The same of a text; `path` is for messages.
absl::StatusOr<std::vector<MeasuredCase>> ParseMeasurements(std::string_view json,
                                                            const std::string& path);

// The fastest with this journal and with or without TLS, and answers at once; nullopt when none was
// measured so.
std::optional<MeasuredCase> FastestCase(const std::vector<MeasuredCase>& cases,
                                        JournalLevel journal, bool tls);

// "window 100, 1 bind, 100 octets, journal process"
std::string Describe(const MeasuredCase& measured);

}  // namespace salvo::plan
