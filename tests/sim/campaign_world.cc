#include "tests/sim/campaign_world.h"

#include <gtest/gtest.h>

#include <charconv>
#include <set>

namespace salvo::test {
namespace {

constexpr const char* kSmscHost = "10.0.0.1";
constexpr uint16_t kSmscPort = 2775;

io::SocketAddress SmscAddress() { return *io::SocketAddress::FromNumeric({kSmscHost, kSmscPort}); }

std::string NumberOf(uint64_t key) { return std::to_string(490'000'000'000 + key); }

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
  options.account.hosts = {{kSmscHost, kSmscPort}};
  options.account.system_id = "demo";
  options.account.password = "demo";
  options.account.source_addr = "SALVO";
  options.smsc.seed = options.seed;
  return options;
}

}  // namespace

CampaignWorld::CampaignWorld(CampaignOptions options)
    : options_(Complete(std::move(options))), world_(options_.seed, options_.network) {
  world_.SetDisk(options_.disk);
  smsc_loop_ = &world_.AddLoop("smsc");
  StartSmsc();

  StartSender();
}

void CampaignWorld::StartSender() {
  sender_ = std::make_unique<Sender>();
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
  shared.brake = std::make_unique<engine::Brake>(options_.brake_count, options_.brake_share);
  shared.intake = std::make_unique<engine::Intake>(1, 1'000'000);
  shared.reporter = std::make_unique<engine::Reporter>(static_cast<Listener*>(this));
  shared.wake_all = [sender = sender_.get()] {
    for (SimLoop* loop : sender->loops) loop->Wake();
  };
  shared.reporter->OnNews(shared.wake_all);
  StartShards();
}

void CampaignWorld::StartShards() {
  Sender& sender = *sender_;
  std::vector<std::string> journals;
  if (options_.journal) {
    JournalOptions journal_options;
    journal_options.directory = directory_.Path("journal");
    journal_options.sync = options_.sync;
    journal_options.on_unknown = options_.on_unknown;
    journal_options.wants_details = [](uint64_t) { return true; };
    journal_options.on_receipt = [this](const Receipt& receipt) { OnReceipts({&receipt, 1}); };
    auto journal = engine::JournalDirectory::Open(journal_options);
    ASSERT_TRUE(journal.ok()) << journal.status().message();
    sender.journal = *std::move(journal);
    journals = *sender.journal->BeginRun(options_.shards);
  }
  sender.shared.wait_receipts = options_.wait_receipts;
  sender.shared.ConfigureReceipts(
      options_.max_waiting_receipts, options_.journal,
      sender.journal == nullptr ? nullptr : sender.journal->TakeMatcher(), world_.clock());
  for (uint32_t i = 0; i < options_.shards; ++i) {
    std::vector<engine::BindAssignment> binds;
    for (uint32_t bind = i; bind < options_.account.binds; bind += options_.shards) {
      binds.push_back({0, bind});
    }
    SimLoop& loop = world_.AddLoop("shard" + std::to_string(i));
    sender.loops.push_back(&loop);
    sender.shards.push_back(std::make_unique<engine::Shard>(
        sender.shared, binds, loop, static_cast<uint32_t>(options_.seed + i), i));
    engine::Shard* shard = sender.shards.back().get();
    if (sender.journal != nullptr) {
      auto journal = engine::ShardJournal::Start(
          *loop.OpenForAppend(journals[i]),
          {sender.journal->run(), i, 1 << 16, options_.sync, &loop.clock()});
      shard->UseJournal(*std::move(journal), *sender.journal);
    }
    world_.SetTurn(loop, [shard, &loop, &sender] {
      if (shard->done()) return loop.Turn(io::kNever);
      shard->Turn();
      sender.shared.reporter->RunOnce();
    });
    shard->Start();
  }
}

void CampaignWorld::LosePower() {
  for (SimLoop* loop : sender_->loops) loop->LosePower();
  KillSender();
}

void CampaignWorld::KillSender() {
  for (SimLoop* loop : sender_->loops) world_.SetTurn(*loop, nullptr);
  world_.ResetAll();
  // The lock goes with the process.
  sender_->journal = nullptr;
  dead_senders_.push_back(std::move(sender_));
  ++kills_;
}

CampaignWorld::~CampaignWorld() = default;

std::string CampaignWorld::TextOf(uint64_t key) const {
  return options_.text.empty() ? "message " + std::to_string(key) : options_.text;
}

void CampaignWorld::SubmitAll() {
  constexpr uint64_t kBatch = 17;
  for (uint64_t first = 1; first <= options_.messages; first += kBatch) {
    std::vector<OwnedMessage> messages;
    for (uint64_t key = first; key < first + kBatch && key <= options_.messages; ++key) {
      OwnedMessage message;
      message.key = key;
      message.to = NumberOf(key);
      message.text = TextOf(key);
      messages.push_back(std::move(message));
    }
    engine::Cursor cursor;
    cursor.batch = MakeBatch(std::move(messages));
    EXPECT_TRUE(sender_->shared.intake->TryPut(cursor, engine::Intake::kAnyAccount));
  }
  Finish();
}

void CampaignWorld::Finish() {
  sender_->shared.intake->Close();
  sender_->shared.finishing.store(true);
  sender_->shared.wake_all();
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
  smsc_ = std::make_unique<sim::Server>(*smsc_loop_, options, *std::move(file), nullptr);
  EXPECT_TRUE(smsc_->Listen(SmscAddress()).ok());
  world_.SetTurn(*smsc_loop_, [this] { smsc_loop_->Turn(io::kNever); });
}

bool CampaignWorld::AllDone() const {
  return sender_ != nullptr && std::all_of(sender_->shards.begin(), sender_->shards.end(),
                                           [](const auto& shard) { return shard->done(); });
}

bool CampaignWorld::Run(Nanos most) {
  const bool done = world_.RunUntil([this] { return AllDone(); }, world_.now() + most);
  sender_->shared.reporter->RunOnce();
  if (done) sender_->shared.reporter->desk().Finish();
  return done;
}

void CampaignWorld::OnOutcomes(std::span<const Outcome> outcomes) {
  for (const Outcome& outcome : outcomes) {
    Outcome kept = outcome;
    kept.to = {};
    kept.detail = {};
    ids_[outcome.key] = outcome.message_ids;
    kept.message_ids = ids_[outcome.key];
    const auto [known, is_new] = outcomes_.emplace(outcome.key, kept);
    if (is_new) continue;
    // Another run tells it again; what was unknown or unsent may have become more since.
    const bool may_change =
        known->second.result == Result::kUnknown || known->second.result == Result::kUnsent;
    const bool told_again = kept.earlier && kept.result == known->second.result;
    if (!told_again && !(may_change && kills_ > 0)) ++duplicate_outcomes_;
    known->second = kept;
  }
}

void CampaignWorld::OnReceipts(std::span<const Receipt> receipts) {
  for (const Receipt& receipt : receipts) {
    ToldReceipts& told = receipts_[receipt.key];
    if (IsFinal(receipt.state)) {
      ++(receipt.earlier ? told.finals_again : told.finals);
      if (receipt.settled) told.state = receipt.message_state, told.settled = true;
    } else {
      ++told.intermediates;
    }
    const auto outcome = outcomes_.find(receipt.key);
    const bool is_known = outcome != outcomes_.end() || receipt.segments > 1;
    EXPECT_TRUE(is_known || receipt.earlier) << "before its outcome: " << receipt.key;
  }
}

void CampaignWorld::OnEvent(const Event& event) {
  if (event.kind == Event::Kind::kDisconnected) ++losses_;
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
                       static_cast<uint64_t>(NumberIn(ValueOf(line, "bind")))});
    }
  }
  return lines;
}

void CampaignWorld::CheckSubmissions(const std::vector<LedgerLine>& ledger) const {
  std::map<std::string, std::map<std::string, std::vector<uint32_t>>> statuses;
  for (const LedgerLine& line : ledger) {
    statuses[line.dest][line.message_hex].push_back(line.status);
  }
  for (const auto& [key, outcome] : outcomes_) {
    size_t attempts = 0;
    for (const auto& [segment, of_segment] : statuses[NumberOf(key)]) {
      attempts = std::max(attempts, of_segment.size());
      for (size_t i = 0; i + 1 < of_segment.size(); ++i) {
        const StatusClass status_class =
            RuleFor(options_.account.retry, of_segment[i]).status_class;
        EXPECT_NE(of_segment[i], 0u) << "submitted again although it was taken: " << key;
        EXPECT_TRUE(IsRetried(status_class)) << "submitted again after a final refusal: " << key;
      }
    }
    const bool accepted = outcome.result == Result::kAccepted;
    EXPECT_TRUE(outcome.attempts == attempts || (!accepted && outcome.attempts > attempts)) << key;
  }
}

void CampaignWorld::CheckPromises() const {
  EXPECT_EQ(outcomes_.size(), options_.messages) << "every message gets an outcome";
  EXPECT_EQ(duplicate_outcomes_, 0u) << "and just one";
  std::map<std::string, std::multiset<std::string>> taken;
  const std::vector<LedgerLine> ledger = Ledger();
  for (const LedgerLine& line : ledger) {
    if (line.status == 0) taken[line.dest].insert(line.message_hex);
  }
  CheckSubmissions(ledger);
  for (const auto& [key, outcome] : outcomes_) {
    const size_t segments_taken = taken.contains(NumberOf(key)) ? taken[NumberOf(key)].size() : 0;
    if (outcome.result == Result::kAccepted) {
      EXPECT_EQ(segments_taken, outcome.segments) << "accepted and not in the ledger: " << key;
    }
    EXPECT_EQ(outcome.command_status != 0, outcome.result == Result::kRejected) << key;
    if (outcome.result == Result::kUnsent && outcome.message_ids.empty()) {
      EXPECT_EQ(segments_taken, 0u) << "unsent and in the ledger: " << key;
    }
  }
  const uint64_t sessions_lost = losses_ + kills_ * options_.account.binds;
  const uint64_t most_unknown = sessions_lost * options_.account.window + stats().timeouts;
  EXPECT_LE(Count(Result::kUnknown), most_unknown) << "unknown is bounded by the windows lost";
}

}  // namespace salvo::test
