// A campaign of a random kind and the faults that befall it, all told from one seed: first the
// faults come, then they end, and then the campaign must come to its end, too.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/sim/campaign_world.h"

namespace salvo::test {

// What a seed is about; the faults are not in it.
CampaignOptions RandomCampaign(uint64_t seed);

class FaultCampaign {
 public:
  // Counts into `tally`, which is not owned.
  FaultCampaign(uint64_t seed, Tally* tally);

  // Runs it to its end and returns what did not hold.
  std::vector<std::string> Run();

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  // Between two times, or for how long.
  Nanos Between(Nanos least, Nanos most);
  void Schedule();
  void Strike(FaultKind kind);
  void StrikeNetwork(FaultKind kind);
  void StrikeProcess(FaultKind kind);
  void StrikeDisk(FaultKind kind);
  void StallOneShard();
  void KillSmsc();
  void KillSender(bool with_its_machine);
  void StartSenderAfter(Nanos pause);
  void TryToStart();
  // An engine that stopped for its journal is followed by another one, as `salvo resume` does.
  void GoOn();
  bool HasMore();
  void Heal();

  Tally& tally_;
  std::mt19937_64 random_;
  CampaignWorld world_;
  Nanos faults_end_ = 0;
  bool smsc_is_down_ = false;
  uint64_t journal_failures_ = 0;
  std::vector<SimLoop*> stalled_;
};

}  // namespace salvo::test
