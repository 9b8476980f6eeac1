// A whole campaign in the simulated world: shards of the engine on one side, the simulator's own
// server on the other, and a model that knows what must hold at the end.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/shard/shard.h"
#include "tests/sim/sim_loop.h"
#include "tests/support/temp_dir.h"
#include "tools/sim/server.h"

namespace salvo::test {

// One submission as the simulated SMSC recorded it.
struct LedgerLine {
  int64_t t_ns = 0;
  std::string dest;
  std::string message_hex;
  uint32_t status = 0;
  uint64_t bind = 0;
};

struct CampaignOptions {
  uint64_t seed = 1;
  uint32_t messages = 300;
  uint32_t shards = 2;
  double global_rate = 0;
  uint32_t brake_count = 0;
  double brake_share = 0.9;
  // Every message's text; "" makes texts of one segment that name the message.
  std::string text;
  AccountOptions account;  // hosts and login are filled in
  sim::Options smsc;
  NetworkOptions network;
  bool journal = false;
  Sync sync = Sync::kProcess;
  DiskOptions disk;
  OnUnknown on_unknown = OnUnknown::kHold;
  Nanos wait_receipts = 0;
  uint64_t max_waiting_receipts = 1'000'000;
};

// What was told of a message's receipts.
struct ToldReceipts {
  uint32_t finals = 0;        // of segments
  uint32_t finals_again = 0;  // of an earlier run's
  uint32_t intermediates = 0;
  bool settled = false;
  DeliveryState state = DeliveryState::kUnknown;  // of the message, when settled
};

class CampaignWorld : private Listener {
 public:
  explicit CampaignWorld(CampaignOptions options);
  ~CampaignWorld() override;

  SimWorld& world() { return world_; }
  SimLoop& smsc_loop() { return *smsc_loop_; }
  // The incarnation that runs; REQUIRES: one does.
  const sim::Server& smsc() const { return *smsc_; }
  std::vector<SimLoop*>& shard_loops() { return sender_->loops; }
  engine::SharedState& shared() { return sender_->shared; }

  // Submits all messages and says that no more come.
  void SubmitAll();
  // Says so without submitting any.
  void Finish();
  // Stops and starts the SMSC's process: connections are reset, nobody listens meanwhile.
  void KillSmsc();
  void StartSmsc();
  // The sender's process dies on the spot, with what it had in memory; another one goes on from the
  // journal and is given all messages again. REQUIRES: a journal.
  void KillSender();
  // The same, and the power fails: what was not synced is lost in whole or in part.
  void LosePower();
  void StartSender();
  // Runs until every shard is done; false when that takes longer than `most` virtual time.
  bool Run(Nanos most);
  bool AllDone() const;

  const std::map<uint64_t, Outcome>& outcomes() const { return outcomes_; }
  const std::map<uint64_t, ToldReceipts>& receipts() const { return receipts_; }
  uint64_t Count(Event::Kind kind) const;
  uint64_t Count(Result result) const;
  Stats stats() const;
  // What all incarnations of the SMSC recorded, in order.
  std::vector<LedgerLine> Ledger() const;
  uint64_t losses() const { return losses_; }  // sessions that were bound and got lost
  uint64_t kills() const { return kills_; }

  // What holds for every campaign, whatever happened: exactly one outcome a message; accepted ones
  // stand in the ledger; no segment was submitted again unless that attempt was refused, and never
  // after a refusal for good; attempts are counted; unknown ones are bounded by the windows of the
  // sessions that were lost. Adds a test failure for each that does not.
  void CheckPromises() const;

 private:
  // A process that sends: what dies with it.
  struct Sender {
    engine::SharedState shared;
    std::unique_ptr<engine::JournalDirectory> journal;
    std::vector<SimLoop*> loops;
    std::vector<std::unique_ptr<engine::Shard>> shards;
  };

  void OnOutcomes(std::span<const Outcome> outcomes) override;
  void OnEvent(const Event& event) override;
  void OnReceipts(std::span<const Receipt> receipts) override;
  void StartShards();
  std::string TextOf(uint64_t key) const;
  void CheckSubmissions(const std::vector<LedgerLine>& ledger) const;

  const CampaignOptions options_;
  SimWorld world_;
  SimLoop* smsc_loop_ = nullptr;
  std::unique_ptr<sim::Server> smsc_;
  std::vector<std::unique_ptr<sim::Server>> dead_smscs_;
  std::vector<SimFileContents> ledgers_;
  TempDir directory_;
  std::unique_ptr<Sender> sender_;
  std::vector<std::unique_ptr<Sender>> dead_senders_;
  uint64_t kills_ = 0;
  std::map<uint64_t, Outcome> outcomes_;
  std::map<uint64_t, std::string> ids_;
  std::map<uint64_t, ToldReceipts> receipts_;
  uint64_t duplicate_outcomes_ = 0;
  uint64_t losses_ = 0;
  std::map<Event::Kind, uint64_t> events_;
};

}  // namespace salvo::test
