// What this machine gives the sender: the ring, limits, the clock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "salvo/account.h"
#include "tools/doctor/step.h"

namespace salvo::doctor {

struct MachineFacts {
  std::string kernel;            // "Linux 6.1.0-18-amd64 x86_64"
  uint64_t open_files = 0;       // that this process may have
  uint64_t locked_octets = 0;    // of memory; UINT64_MAX: any number
  unsigned cores = 0;            // that this process may run on
  bool clock_is_kept = false;    // in step with others, as the kernel says
  int64_t wall_seconds = 0;      // since 1970
  std::string ring_restriction;  // the sysctl kernel.io_uring_disabled; "": there is none
};

MachineFacts ReadMachineFacts();
// A line each.
std::vector<std::string> DescribeMachine(const MachineFacts& facts);

// `ring`: what came of setting one up as the sender does.
StepResult JudgeMachine(const MachineFacts& facts, const absl::Status& ring,
                        const AccountOptions& account);

}  // namespace salvo::doctor
