#include "tests/sim/seed_runner.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <thread>

#include "tests/sim/fault_campaign.h"

namespace salvo::test {
namespace {

// Below this a second process is not worth its start.
constexpr size_t kSeedsForProcesses = 1000;
constexpr size_t kMostFailures = 5;
constexpr size_t kMostText = 4000;

// What a process has to say, in memory that outlives it.
struct Share {
  Tally tally;
  uint64_t at_seed = 0;
  uint64_t failures = 0;
  uint64_t failed_seeds[kMostFailures] = {};
  char texts[kMostFailures][kMostText] = {};
};

void RunShare(const std::vector<uint64_t>& seeds, size_t first, size_t step, Share* share) {
  for (size_t i = first; i < seeds.size() && share->failures < kMostFailures; i += step) {
    share->at_seed = seeds[i];
    Tally tally;
    const std::vector<std::string> findings = FaultCampaign(seeds[i], &tally).Run();
    if (findings.empty()) {
      share->tally.Add(tally);
      continue;
    }
    std::string text;
    for (const std::string& finding : findings) text += "\n  " + finding;
    share->failed_seeds[share->failures] = seeds[i];
    std::strncpy(share->texts[share->failures], text.c_str(), kMostText - 1);
    ++share->failures;
  }
}

void Collect(const Share& share, SeedReport* report) {
  report->tally.Add(share.tally);
  for (uint64_t i = 0; i < share.failures; ++i) {
    report->failures.push_back({share.failed_seeds[i], share.texts[i]});
  }
}

SeedReport RunInProcesses(const std::vector<uint64_t>& seeds, size_t processes) {
  const size_t octets = processes * sizeof(Share);
  void* memory = mmap(nullptr, octets, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  SeedReport report;
  if (memory == MAP_FAILED) {
    report.failures.push_back({0, "no memory for the processes"});
    return report;
  }
  auto* shares = static_cast<Share*>(memory);
  std::vector<pid_t> children;
  std::fflush(nullptr);
  for (size_t i = 0; i < processes; ++i) {
    Share* share = new (&shares[i]) Share;
    const pid_t child = fork();
    if (child == 0) {
      RunShare(seeds, i, processes, share);
      std::fflush(nullptr);
      _exit(0);
    }
    children.push_back(child);
  }
  for (size_t i = 0; i < processes; ++i) {
    int status = 0;
    waitpid(children[i], &status, 0);
    Collect(shares[i], &report);
    if (status == 0) continue;
    report.failures.push_back(
        {shares[i].at_seed, "its process ended with wait status " + std::to_string(status)});
  }
  munmap(memory, octets);
  return report;
}

}  // namespace

SeedReport RunSeeds(const std::vector<uint64_t>& seeds) {
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  if (seeds.size() >= kSeedsForProcesses && cores > 1) return RunInProcesses(seeds, cores);
  const auto share = std::make_unique<Share>();
  RunShare(seeds, 0, 1, share.get());
  SeedReport report;
  Collect(*share, &report);
  return report;
}

}  // namespace salvo::test
