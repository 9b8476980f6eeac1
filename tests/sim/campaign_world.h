// A whole campaign in the simulated world: shards of the engine on one side, the simulator's own
// server on the other, and a model that knows what must hold at the end.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/logs.h"
#include "engine/shard/shard.h"
#include "tests/sim/faults.h"
#include "tests/sim/faulty_network.h"
#include "tests/sim/model.h"
#include "tests/sim/receipt_model.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_loop.h"
#include "tests/support/temp_dir.h"
#include "tools/sim/server.h"

namespace salvo::test {

// Where the SMSC listens.
inline constexpr const char* kSmscHost = "10.0.0.1";
inline constexpr uint16_t kSmscPort = 2775;

struct CampaignOptions {
  uint64_t seed = 1;
  uint32_t messages = 300;
  uint32_t batch = 17;  // messages of one
  uint32_t shards = 2;
  double global_rate = 0;
  uint32_t brake_count = 0;
  double brake_share = 0.9;
  // Every message's text; "" makes texts of one segment that name the message.
  std::string text;
  AccountOptions account;  // its login is filled in, and its host where it has none
  sim::Options smsc;
  NetworkOptions network;
  bool journal = false;
  Sync sync = Sync::kProcess;
  DiskOptions disk;
  OnUnknown on_unknown = OnUnknown::kHold;
  Nanos wait_receipts = 0;
  uint64_t max_waiting_receipts = 1'000'000;
  LogOptions log;  // written when EndLogs is called
  // What the model believes the limits to be, where that is not what the sender was told.
  double believed_rate = 0;
  uint32_t believed_window = 0;
};

// What was told of a message's receipts.
struct ToldReceipts {
  uint32_t finals = 0;        // of segments
  uint32_t finals_again = 0;  // of an earlier run's
  uint32_t intermediates = 0;
  bool settled = false;
  DeliveryState state = DeliveryState::kUnknown;  // of the message, when settled
};

class CampaignWorld {
 public:
  // Counts into `tally`, which may be nullptr.
  explicit CampaignWorld(CampaignOptions options, Tally* tally = nullptr);
  ~CampaignWorld();

  const CampaignOptions& options() const { return options_; }
  SimWorld& world() { return world_; }
  SimDisk& disk() { return disk_; }
  FaultyNetwork& network() { return network_; }
  SimLoop& smsc_loop() { return *smsc_loop_; }
  // The incarnation that runs; REQUIRES: one does.
  const sim::Server& smsc() const { return *smsc_; }
  // Whether a sender runs; REQUIRES of all that is said of one.
  bool has_sender() const { return sender_ != nullptr; }
  bool has_smsc() const { return smsc_ != nullptr; }
  // Its journal was refused although nobody had spoiled it: none can start any more.
  bool journal_is_refused() const { return journal_is_refused_; }
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
  // The same of its machine: the disk keeps what was synced and some of the rest; nobody says good
  // bye to the SMSC. At the level `process` the model asks for less from then on.
  void LosePower();
  // It has come to its end in order; another one may follow.
  void EndSender();
  // False when it could not start, because its journal cannot be written.
  bool StartSender();
  // The sender's process dies within the n-th operation on its files from now; then `died` is
  // called.
  void CrashAtFileOperation(uint64_t n, std::function<void()> died);
  // Before it starts the next time, its journal is spoiled in that way: kBitFlipped, kStaleBatch or
  // kOtherVersion. It must refuse it, and finds it restored afterwards.
  void SpoilJournal(FaultKind how) { spoils_ = how; }
  // All that the shards of all senders have logged is in the files. REQUIRES: none runs any more.
  void EndLogs() { logs_->Stop({}); }
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

  // What does not hold of what is promised, one sentence each. `finished`: the campaign came to its
  // end.
  std::vector<std::string> Judge(bool finished = true);
  // Adds a test failure for each of these.
  void CheckPromises();

 private:
  // A process that sends: what dies with it.
  struct Sender : Listener {
    explicit Sender(CampaignWorld& w) : world(w) {}
    void OnOutcomes(std::span<const Outcome> outcomes) override;
    void OnEvent(const Event& event) override;
    void OnReceipts(std::span<const Receipt> receipts) override;

    CampaignWorld& world;
    bool dead = false;  // in the middle of a turn
    engine::SharedState shared;
    std::unique_ptr<engine::JournalDirectory> journal;
    std::vector<SimLoop*> loops;
    std::vector<std::unique_ptr<engine::Shard>> shards;
    std::vector<bool> ended;    // its journal was brought to its end
    size_t journals_ended = 0;  // that have it
  };

  void OnOutcomes(std::span<const Outcome> outcomes);
  void OnEvent(const Event& event);
  void OnReceipts(std::span<const Receipt> receipts);
  bool OpenJournal(std::vector<std::string>* files);
  void CheckRecovery(const engine::JournalDirectory& journal);
  void CheckThatSpoiledIsRefused(const JournalOptions& options);
  bool StartShards(const std::vector<std::string>& files);
  std::unique_ptr<engine::ShardJournal> StartJournal(SimLoop& loop, const std::string& file,
                                                     uint32_t shard);
  void TakeTurn(Sender& sender, size_t shard);
  void LetSenderGo();
  std::string TextOf(uint64_t key) const;
  void OnRefusedUnderWay(const pdu::SubmitSm& submit, uint32_t sequence, pdu::CommandStatus status);
  void Find(std::string what) { findings_.push_back(std::move(what)); }

  const CampaignOptions options_;
  Tally own_tally_;
  Tally& tally_;
  SimWorld world_;
  SimDisk disk_;
  Model model_;
  ReceiptModel receipt_model_;
  FaultyNetwork network_;
  SimLoop* smsc_loop_ = nullptr;
  std::unique_ptr<sim::Server> smsc_;
  std::vector<std::unique_ptr<sim::Server>> dead_smscs_;
  std::vector<SimFileContents> ledgers_;
  TempDir directory_;
  std::unique_ptr<engine::Logs> logs_;  // nullptr: there are none
  std::unique_ptr<Sender> sender_;
  std::vector<std::unique_ptr<Sender>> dead_senders_;
  uint64_t kills_ = 0;
  FaultKind spoils_ = FaultKind::kCount;  // nothing
  bool journal_is_refused_ = false;
  std::vector<std::string> findings_;
  std::map<uint64_t, Outcome> outcomes_;
  std::map<uint64_t, std::string> ids_;
  std::map<uint64_t, ToldReceipts> receipts_;
  uint64_t losses_ = 0;
  std::map<Event::Kind, uint64_t> events_;
};

}  // namespace salvo::test
