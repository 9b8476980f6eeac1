#include "tools/doctor/steps/machine.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <sys/utsname.h>

#include <array>
#include <ctime>
#include <fstream>

#include "absl/strings/str_format.h"

namespace salvo::doctor {
namespace {

// Files beside the connections: journal, results, the rings of shards.
constexpr uint64_t kOtherFiles = 64;
// Before Linux 5.12 rings count as locked memory.
constexpr uint64_t kLockedForRings = uint64_t{64} << 10;
// 2026-01-01: before that, the clock was never set.
constexpr int64_t kEarliestSeconds = 1'767'225'600;

uint64_t LimitOf(__rlimit_resource resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  return limit.rlim_cur;
}

std::string NumberText(uint64_t number) {
  return number == UINT64_MAX ? "unlimited" : std::to_string(number);
}

std::string WallTimeText(int64_t seconds) {
  const std::time_t time = seconds;
  tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts)};
}

}  // namespace

MachineFacts ReadMachineFacts() {
  MachineFacts facts;
  utsname name{};
  if (uname(&name) == 0) {
    facts.kernel = absl::StrFormat("%s %s %s", name.sysname, name.release, name.machine);
  }
  facts.open_files = LimitOf(RLIMIT_NOFILE);
  facts.locked_octets = LimitOf(RLIMIT_MEMLOCK);
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (sched_getaffinity(0, sizeof cores, &cores) == 0) {
    facts.cores = static_cast<unsigned>(CPU_COUNT(&cores));
  }
  timex state{};  // asks and changes nothing
  facts.clock_is_kept = adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
  facts.wall_seconds = std::time(nullptr);
  std::ifstream("/proc/sys/kernel/io_uring_disabled") >> facts.ring_restriction;
  return facts;
}

std::vector<std::string> DescribeMachine(const MachineFacts& facts) {
  std::vector<std::string> lines;
  lines.push_back(absl::StrFormat("%s, %d cores for this process", facts.kernel, facts.cores));
  lines.push_back("open files: " + NumberText(facts.open_files) +
                  ", locked memory: " + NumberText(facts.locked_octets));
  lines.push_back("clock: " + WallTimeText(facts.wall_seconds) +
                  (facts.clock_is_kept ? ", kept in step" : ", not kept in step by anybody"));
  if (!facts.ring_restriction.empty()) {
    lines.push_back("kernel.io_uring_disabled = " + facts.ring_restriction);
  }
  return lines;
}

StepResult JudgeMachine(const MachineFacts& facts, const absl::Status& ring,
                        const AccountOptions& account) {
  StepResult step;
  step.id = StepId::kMachine;
  step.title = "this machine";
  step.tried = "io_uring, limits, the clock";
  step.raw = DescribeMachine(facts);
  if (!ring.ok()) {
    step.raw.push_back(std::string(ring.message()));
    step.Fail(Symptom::kNoRing);
    return step;
  }
  step.raw.push_back("io_uring: works");
  const bool has_two = account.bind_type == BindType::kTransmitterAndReceiver;
  const uint64_t wanted = uint64_t{account.binds} * (has_two ? 2 : 1) + kOtherFiles;
  if (facts.open_files < wanted) {
    step.found.push_back(absl::StrFormat("%d binds want %d open files", account.binds, wanted));
  }
  if (facts.locked_octets < kLockedForRings) {
    step.found.push_back("hardly any memory may be locked, which older kernels want for a ring");
  }
  if (!step.found.empty()) step.Warn(Symptom::kLowLimits);
  if (!facts.clock_is_kept || facts.wall_seconds < kEarliestSeconds) step.Warn(Symptom::kClock);
  return step;
}

}  // namespace salvo::doctor
