#include "tests/sim/campaign_world.h"

#include <gtest/gtest.h>

#include <charconv>
#include <set>
#include <utility>

#include "tests/sim/recovery.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

// By then all octets that were on their way have arrived.
constexpr Nanos kNetworkTime = io::kNanosPerMilli;

// One that was started again does not give the ids of the one before.
constexpr uint64_t kIdsOfAnSmsc = 1'000'000;
// Small, so that a campaign reserves more than once.
constexpr uint64_t kReserve = 1024;

io::SocketAddress SmscAddress() { return *io::SocketAddress::FromNumeric({kSmscHost, kSmscPort}); }

std::string NumberOf(uint64_t key) { return std::to_string(kFirstNumber + key); }

// The value of a key in a ledger line: ours are flat and have no escapes.
std::string_view ValueOf(std::string_view line, const std::string& key) {
  const std::string quoted = "\"" + key + "\":";
  size_t at = line.find(quoted);
  if (at == std::string_view::npos) return {};
  at += quoted.size();
  const bool is_text = line[at] == '"';
  if (is_text) ++at;
  return line.substr(at, line.find_first_of(is_text ? "\"" : ",}", at) - at);
}

int64_t NumberIn(std::string_view digits) {
  int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

CampaignOptions Complete(CampaignOptions options) {
  if (options.account.hosts.empty()) options.account.hosts = {{kSmscHost, kSmscPort}};
  options.account.system_id = "demo";
  options.account.password = "demo";
  options.account.source_addr = "SALVO";
  options.smsc.seed = options.seed;
  return options;
}

Promised PromisedBy(const CampaignOptions& options) {
  Promised promised;
  promised.messages = options.messages;
  promised.binds = options.account.binds;
  promised.window = options.believed_window > 0 ? options.believed_window : options.account.window;
  if (options.account.rate > 0) promised.rates.push_back(options.account.rate);
  if (options.global_rate > 0) promised.rates.push_back(options.global_rate);
  if (options.believed_rate > 0) promised.rates = {options.believed_rate};
  promised.response_timeout = options.account.response_timeout.count() * io::kNanosPerMilli;
  promised.retry = options.account.retry;
  promised.resends = options.on_unknown == OnUnknown::kResend;
  return promised;
}

}  // namespace

CampaignWorld::CampaignWorld(CampaignOptions options, Tally* tally)
    : options_(Complete(std::move(options))),
      tally_(tally == nullptr ? own_tally_ : *tally),
      world_(options_.seed, options_.network),
      disk_(world_, options_.disk, &tally_),
      model_(PromisedBy(options_)),
      receipt_model_(tally_),
      network_(world_, model_, receipt_model_) {
  world_.UseTally(&tally_);
  world_.UseTap(&network_);
  network_.SetOnRefused(
      [this](const pdu::SubmitSm& submit, uint32_t sequence, pdu::CommandStatus status) {
        OnRefusedUnderWay(submit, sequence, status);
      });
  auto logs = engine::Logs::Open(options_.log, options_.shards, world_.clock(),
                                 [this](const std::string& failure) { Find(failure); });
  EXPECT_TRUE(logs.ok()) << logs.status();
  logs_ = *std::move(logs);
  smsc_loop_ = &world_.AddLoop("smsc");
  StartSmsc();
  EXPECT_TRUE(StartSender());
}

void CampaignWorld::Sender::OnOutcomes(std::span<const Outcome> outcomes) {
  if (!dead) world.OnOutcomes(outcomes);
}

void CampaignWorld::Sender::OnEvent(const Event& event) {
  if (!dead) world.OnEvent(event);
}

void CampaignWorld::Sender::OnReceipts(std::span<const Receipt> receipts) {
  if (!dead) world.OnReceipts(receipts);
}

bool CampaignWorld::StartSender() {
  sender_ = std::make_unique<Sender>(*this);
  engine::SharedState& shared = sender_->shared;
  const uint32_t shards = options_.shards;
  std::unique_ptr<engine::Account> account;
  const Status status = engine::Account::Create(
      options_.account, 0, std::min(shards, options_.account.binds), world_.now(), &account);
  EXPECT_TRUE(status.ok()) << status.message();
  shared.accounts.push_back(std::move(account));
  if (options_.global_rate > 0) {
    shared.global_budget = std::make_unique<ratelimit::TokenBucket>(
        ratelimit::BucketOptions{options_.global_rate, 0, shards}, world_.now());
  }
  shared.shards = shards;
  shared.logs = logs_.get();
  shared.brake = std::make_unique<engine::Brake>(options_.brake_count, options_.brake_share);
  shared.intake = std::make_unique<engine::Intake>(1, 1'000'000);
  shared.reporter = std::make_unique<engine::Reporter>(sender_.get());
  shared.wake_all = [sender = sender_.get()] {
    for (SimLoop* loop : sender->loops) loop->Wake();
  };
  shared.reporter->OnNews(shared.wake_all);
  network_.OnSenderStarts();
  std::vector<std::string> files;
  if (options_.journal && !OpenJournal(&files)) return false;
  if (!options_.journal) model_.OnSenderStarts(world_.now(), {});
  shared.wait_receipts = options_.wait_receipts;
  shared.ConfigureReceipts(options_.max_waiting_receipts, options_.journal,
                           sender_->journal == nullptr ? nullptr : sender_->journal->TakeMatcher(),
                           world_.clock());
  if (StartShards(files)) return true;
  LetSenderGo();
  return false;
}

bool CampaignWorld::OpenJournal(std::vector<std::string>* files) {
  JournalOptions journal_options;
  journal_options.directory = directory_.Path("journal");
  journal_options.sync = options_.sync;
  journal_options.on_unknown = options_.on_unknown;
  journal_options.receipts = {options_.account.receipts};
  journal_options.wants_details = [](uint64_t) { return true; };
  journal_options.on_receipt = [this](const Receipt& receipt) { OnReceipts({&receipt, 1}); };
  disk_.WriteRealFiles();
  if (spoils_ != FaultKind::kCount) CheckThatSpoiledIsRefused(journal_options);
  auto journal = engine::JournalDirectory::Open(journal_options);
  if (!journal.ok()) {
    Find("the journal is refused: " + std::string(journal.status().message()));
    sender_ = nullptr;
    journal_is_refused_ = true;
    return false;
  }
  sender_->journal = *std::move(journal);
  CheckRecovery(*sender_->journal);
  // At that level Open has synced what it read.
  if (options_.sync == Sync::kPower) disk_.SyncRealFiles();
  *files = *sender_->journal->BeginRun(options_.shards, {"default"});
  return true;
}

// The journal, as the product reads it and as the plain reader does.
void CampaignWorld::CheckRecovery(const engine::JournalDirectory& journal) {
  const Recovery recovery = Recover(disk_, &tally_);
  if (journal.earlier_runs() > 0) ++tally_.restarts;
  for (uint64_t key = 1; key <= options_.messages; ++key) {
    const auto known = recovery.states.find(key);
    const engine::RowState expected =
        known == recovery.states.end() ? engine::RowState::kOpen : known->second;
    if (journal.rows().StateOf(key) != expected) {
      Find("P1: the journal is read otherwise than its table says, message " + std::to_string(key));
    }
  }
  for (const auto& [path, file] : disk_.files()) {
    if (recovery.good.at(path) < file.acknowledged) {
      Find("P1: what was synced is not read: " + path);
    }
  }
  const bool resends = options_.on_unknown == OnUnknown::kResend;
  model_.OnSenderStarts(world_.now(), resends ? recovery.unknown : std::set<uint64_t>());
  std::set<uint64_t> accepted;
  for (const auto& [key, state] : recovery.states) {
    if (state == engine::RowState::kAccepted) accepted.insert(key);
  }
  receipt_model_.OnSenderStarts(std::move(accepted));
}

void CampaignWorld::CheckThatSpoiledIsRefused(const JournalOptions& options) {
  const FaultKind how = std::exchange(spoils_, FaultKind::kCount);
  const std::map<std::string, SimDisk::State> good = disk_.Copy();
  const std::string path = how == FaultKind::kBitFlipped   ? FlipDurableBit(disk_, world_)
                           : how == FaultKind::kStaleBatch ? PutStaleBatch(disk_, world_)
                                                           : PutOtherVersion(disk_, world_);
  if (path.empty()) return;
  disk_.WriteRealFiles();
  const auto journal = engine::JournalDirectory::Open(options);
  const bool refused = journal.status().code() == absl::StatusCode::kDataLoss;
  if (!refused) Find("P2: a spoiled journal is believed: " + std::string(NameOf(how)));
  tally_.Hit(how);
  tally_.Hit(how == FaultKind::kBitFlipped   ? RecoveryRow::kFileDamaged
             : how == FaultKind::kStaleBatch ? RecoveryRow::kFileOfAnotherRun
                                             : RecoveryRow::kFileForeign);
  *disk_.files()[path].contents = *good.at(path).contents;
  disk_.files()[path].real_is_stale = true;
  disk_.WriteRealFiles();
}

std::unique_ptr<engine::ShardJournal> CampaignWorld::StartJournal(SimLoop& loop,
                                                                  const std::string& file,
                                                                  uint32_t shard) {
  auto journal = engine::ShardJournal::Start(
      *loop.OpenForAppend(file),
      {sender_->journal->run(), shard, kReserve, options_.sync, &loop.clock()});
  return journal.ok() ? *std::move(journal) : nullptr;
}

bool CampaignWorld::StartShards(const std::vector<std::string>& files) {
  Sender& sender = *sender_;
  for (uint32_t i = 0; i < options_.shards; ++i) {
    std::vector<engine::BindAssignment> binds;
    for (uint32_t bind = i; bind < options_.account.binds; bind += options_.shards) {
      binds.push_back({0, bind});
    }
    SimLoop& loop = world_.AddLoop("shard" + std::to_string(i));
    loop.UseDisk(disk_);
    sender.loops.push_back(&loop);
    sender.ended.push_back(false);
    sender.shards.push_back(std::make_unique<engine::Shard>(
        sender.shared, binds, loop, static_cast<uint32_t>(options_.seed + i), i));
    if (sender.journal != nullptr) {
      auto journal = StartJournal(loop, files[i], i);
      if (journal == nullptr) return false;
      sender.shards[i]->UseJournal(std::move(journal), *sender.journal);
    }
  }
  for (size_t i = 0; i < sender.shards.size(); ++i) {
    world_.SetTurn(*sender.loops[i], [this, &sender, i] { TakeTurn(sender, i); });
    sender.shards[i]->Start();
  }
  return true;
}

void CampaignWorld::TakeTurn(Sender& sender, size_t shard) {
  if (!sender.shards[shard]->done()) {
    sender.shards[shard]->Turn();
    sender.shared.reporter->RunOnce();
    return;
  }
  if (!sender.ended[shard]) {
    sender.ended[shard] = true;
    disk_.HurrySyncs(true);
    const bool has_end = sender.shards[shard]->EndJournal() && !sender.dead;
    disk_.HurrySyncs(false);
    sender.journals_ended += has_end ? 1 : 0;
    if (sender.journal != nullptr && sender.journals_ended == sender.shards.size()) {
      EXPECT_TRUE(sender.journal->EndRun().ok());
    }
  }
  sender.loops[shard]->Turn(io::kNever);
}

// What is left of it does nothing any more.
void CampaignWorld::LetSenderGo() {
  for (SimLoop* loop : sender_->loops) {
    loop->Die();
    world_.SetTurn(*loop, nullptr);
  }
  sender_->dead = true;
  receipt_model_.OnSenderEnds();
  disk_.EndProcess();
  // The lock goes with the process.
  sender_->journal = nullptr;
  dead_senders_.push_back(std::move(sender_));
}

void CampaignWorld::KillSender() {
  world_.ResetAll();
  LetSenderGo();
  model_.OnSenderDies(/*unsynced_lost=*/false);
  ++kills_;
}

void CampaignWorld::LosePower() {
  world_.SilenceAll();
  LetSenderGo();
  disk_.LosePower();
  model_.OnSenderDies(/*unsynced_lost=*/options_.sync == Sync::kProcess);
  if (options_.sync == Sync::kProcess) receipt_model_.OnForgotten();
  ++kills_;
}

void CampaignWorld::EndSender() { LetSenderGo(); }

void CampaignWorld::CrashAtFileOperation(uint64_t n, std::function<void()> died) {
  disk_.CrashAt(n, [this, died = std::move(died)] {
    sender_->dead = true;
    for (SimLoop* loop : sender_->loops) loop->Die();
    // What it had handed to the kernel is lost with it, or still arrives.
    const Nanos lingers = world_.Chance(0.5) ? 0 : kNetworkTime;
    world_.At(world_.now() + lingers, [this, died, dead = sender_.get()] {
      // Unless it died before it had quite started.
      if (sender_.get() == dead) KillSender();
      died();
    });
  });
}

CampaignWorld::~CampaignWorld() = default;

std::string CampaignWorld::TextOf(uint64_t key) const {
  return options_.text.empty() ? "message " + std::to_string(key) : options_.text;
}

void CampaignWorld::SubmitAll() {
  const uint64_t batch = options_.batch;
  for (uint64_t first = 1; first <= options_.messages; first += batch) {
    std::vector<OwnedMessage> messages;
    for (uint64_t key = first; key < first + batch && key <= options_.messages; ++key) {
      OwnedMessage message;
      message.key = key;
      message.to = NumberOf(key);
      message.text = TextOf(key);
      messages.push_back(std::move(message));
    }
    engine::Cursor cursor;
    cursor.batch = MakeBatch(std::move(messages));
    EXPECT_EQ(sender_->shared.intake->TryPut(cursor, engine::Intake::kAnyAccount),
              engine::Intake::Answer::kTaken);
  }
  Finish();
}

void CampaignWorld::Finish() {
  sender_->shared.intake->Close();
  sender_->shared.finishing.store(true);
  sender_->shared.wake_all();
}

// The SMSC has not seen it, and yet the sender was told: so it stands in the ledger.
void CampaignWorld::OnRefusedUnderWay(const pdu::SubmitSm& submit, uint32_t sequence,
                                      pdu::CommandStatus status) {
  sim::Ledger ledger(*smsc_loop_->OpenForAppend("ledger" + std::to_string(ledgers_.size() - 1)));
  ledger.Add({smsc_->WallNow(), options_.account.system_id, 0, sequence, &submit, {}, status});
  EXPECT_TRUE(ledger.Write().ok());
}

void CampaignWorld::KillSmsc() {
  world_.RemoveListener(SmscAddress());
  world_.ResetAll();
  dead_smscs_.push_back(std::move(smsc_));
}

void CampaignWorld::StartSmsc() {
  const std::string path = "ledger" + std::to_string(ledgers_.size());
  auto file = smsc_loop_->OpenForAppend(path);
  ledgers_.push_back(smsc_loop_->contents(path));
  sim::Options options = options_.smsc;
  options.seed += ledgers_.size();
  options.ids_before = kIdsOfAnSmsc * (ledgers_.size() - 1);
  smsc_ = std::make_unique<sim::Server>(*smsc_loop_, options, *std::move(file));
  EXPECT_TRUE(smsc_->Listen(SmscAddress()).ok());
  world_.SetTurn(*smsc_loop_, [this] { smsc_loop_->Turn(io::kNever); });
}

bool CampaignWorld::AllDone() const {
  if (sender_ == nullptr || sender_->dead) return false;
  return std::all_of(sender_->shards.begin(), sender_->shards.end(),
                     [](const auto& shard) { return shard->done(); });
}

bool CampaignWorld::Run(Nanos most) {
  const bool done = world_.RunUntil([this] { return AllDone(); }, world_.now() + most);
  if (sender_ != nullptr) sender_->shared.reporter->RunOnce();
  if (done) sender_->shared.reporter->desk().Finish();
  return done;
}

void CampaignWorld::OnOutcomes(std::span<const Outcome> outcomes) {
  for (const Outcome& outcome : outcomes) {
    model_.OnOutcome(outcome);
    receipt_model_.OnOutcome(outcome.key);
    Outcome kept = outcome;
    kept.to = {};
    kept.detail = {};
    ids_[outcome.key] = outcome.message_ids;
    kept.message_ids = ids_[outcome.key];
    outcomes_[outcome.key] = kept;
  }
}

void CampaignWorld::OnReceipts(std::span<const Receipt> receipts) {
  for (const Receipt& receipt : receipts) {
    receipt_model_.OnTold(receipt);
    ToldReceipts& told = receipts_[receipt.key];
    if (IsFinal(receipt.state)) {
      ++(receipt.earlier ? told.finals_again : told.finals);
      if (receipt.settled) told.state = receipt.message_state, told.settled = true;
    } else {
      ++told.intermediates;
    }
  }
}

void CampaignWorld::OnEvent(const Event& event) {
  if (event.kind == Event::Kind::kDisconnected) ++losses_;
  if (event.kind == Event::Kind::kJournalFailed) model_.OnJournalFails();
  ++events_[event.kind];
}

uint64_t CampaignWorld::Count(Event::Kind kind) const {
  const auto found = events_.find(kind);
  return found == events_.end() ? 0 : found->second;
}

uint64_t CampaignWorld::Count(Result result) const {
  return static_cast<uint64_t>(
      std::count_if(outcomes_.begin(), outcomes_.end(),
                    [&](const auto& entry) { return entry.second.result == result; }));
}

Stats CampaignWorld::stats() const {
  Stats stats;
  for (const auto& shard : sender_->shards) stats.Add(shard->counters().Read());
  sender_->shared.reporter->desk().AddTo(&stats);
  return stats;
}

std::vector<LedgerLine> CampaignWorld::Ledger() const {
  std::vector<LedgerLine> lines;
  for (const SimFileContents& contents : ledgers_) {
    std::string_view rest = *contents;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size() + 1);
      lines.push_back({NumberIn(ValueOf(line, "t_ns")), std::string(ValueOf(line, "dest")),
                       std::string(ValueOf(line, "message_hex")),
                       static_cast<uint32_t>(NumberIn(ValueOf(line, "status"))),
                       static_cast<uint64_t>(NumberIn(ValueOf(line, "bind"))),
                       std::string(ValueOf(line, "message_id"))});
    }
  }
  return lines;
}

std::vector<std::string> CampaignWorld::Judge(bool finished) {
  std::vector<std::string> findings = model_.Judge(Ledger(), finished);
  std::map<uint64_t, std::string> accepted;
  for (const auto& [key, outcome] : outcomes_) {
    if (outcome.result == Result::kAccepted) accepted[key] = outcome.message_ids;
  }
  for (std::string& finding : receipt_model_.Judge(accepted)) {
    findings.push_back(std::move(finding));
  }
  findings.insert(findings.end(), findings_.begin(), findings_.end());
  return findings;
}

void CampaignWorld::CheckPromises() {
  for (const std::string& finding : Judge()) ADD_FAILURE() << finding;
}

}  // namespace salvo::test
