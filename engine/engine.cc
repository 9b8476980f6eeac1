#include "salvo/engine.h"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "engine/log/logs.h"
#include "engine/shard/shard.h"
#include "io/cores.h"
#include "io/file_size_signal.h"
#include "io/thread_name.h"
#include "io/uring/uring_loop.h"

namespace salvo {
namespace {

// A log has that long to write its end; then its file hangs.
constexpr auto kLogEndTime = std::chrono::seconds(5);
// And so long when the engine is left at once.
constexpr auto kLogAbandonTime = std::chrono::milliseconds(500);
// Each rotation renames them all.
constexpr uint32_t kMostKeptLogs = 1000;
// Of a shard beside those of its binds: some may still be closing while others begin.
constexpr uint32_t kSpareStreams = 8;

// What Validate is for accounts.
Status Check(const EngineOptions& options) {
  const auto fault = [](const char* text) { return Status(StatusCode::kInvalidArgument, text); };
  if (!(options.rate >= 0 && options.rate <= engine::kHighestRate)) {
    return fault("rate must be from 0 to 100000000 segments a second");
  }
  const bool is_burst = options.burst >= 1 && options.burst <= engine::kHighestRate;
  if (options.burst != 0 && !is_burst) return fault("burst must be from 1 to 100000000 segments");
  if (!(options.brake_share >= 0 && options.brake_share <= 1)) {
    return fault("brake_share must be from 0 to 1");
  }
  if (options.log.keep > kMostKeptLogs) return fault("log.keep must be at most 1000");
  return {};
}

}  // namespace

using engine::Account;
using engine::BindAssignment;
using engine::Cursor;
using engine::Intake;
using engine::KeptBatch;
using engine::Reporter;
using engine::Shard;
using engine::SharedState;

void Stats::Add(const Stats& other) {
  messages += other.messages;
  accepted += other.accepted;
  rejected += other.rejected;
  unknown += other.unknown;
  unsent += other.unsent;
  invalid += other.invalid;
  segments += other.segments;
  segments_answered += other.segments_answered;
  in_flight += other.in_flight;
  throttled += other.throttled;
  retries += other.retries;
  retries_waiting += other.retries_waiting;
  timeouts += other.timeouts;
  late_answers += other.late_answers;
  receipts += other.receipts;
  delivered += other.delivered;
  receipts_waiting += other.receipts_waiting;
  receipts_parked += other.receipts_parked;
  receipts_repeated += other.receipts_repeated;
  receipts_on_disk += other.receipts_on_disk;
  receipts_unmatched += other.receipts_unmatched;
  receipts_probable += other.receipts_probable;
  accepted_without_id += other.accepted_without_id;
  inbound += other.inbound;
  protocol_errors += other.protocol_errors;
  lateness.Add(other.lateness);
  journal.batches += other.journal.batches;
  journal.octets += other.journal.octets;
  journal.syncs += other.journal.syncs;
  journal.sync_us += other.journal.sync_us;
  journal.longest_sync_us = std::max(journal.longest_sync_us, other.journal.longest_sync_us);
  log.pdus_written += other.log.pdus_written;
  log.pdus_sampled_out += other.log.pdus_sampled_out;
  log.pdus_dropped += other.log.pdus_dropped;
  binds.insert(binds.end(), other.binds.begin(), other.binds.end());
  accounts.insert(accounts.end(), other.accounts.begin(), other.accounts.end());
}

namespace {

Status NoMoreMessages() {
  return {StatusCode::kFailedPrecondition, "the engine takes no more messages"};
}

}  // namespace

class Engine::Impl {
 public:
  ~Impl() { Abandon(); }

  Status Start(const EngineOptions& options, std::vector<AccountOptions> accounts,
               Listener* listener);
  Status Submit(std::unique_ptr<MessageBatch>& batch, uint32_t account);
  Status TrySubmit(std::unique_ptr<MessageBatch>& batch);
  uint32_t FindAccount(std::string_view name) const;
  void Finish();
  void Drain() { shared_.Drain(); }
  bool WaitUntilDone(std::chrono::milliseconds at_most);
  Stats Snapshot() const;
  Status Update(const std::vector<AccountOptions>& accounts);
  void ReopenLogs();

 private:
  // A shard with its thread. The loop and the shard live on that thread's stack; what others see of
  // them is guarded by `mutex_`.
  struct ShardThread {
    std::vector<BindAssignment> binds;
    uint32_t sessions = 0;  // of the binds: two where they transmit and receive apart
    uint32_t index = 0;
    std::string journal_path;  // "": keeps none
    int core = -1;             // -1: not pinned
    bool spins = false;
    bool watches = false;  // stays awake for a while where answers are near
    io::Loop* loop = nullptr;
    const Shard* shard = nullptr;
    Stats last;  // once the shard is gone
    std::thread thread;
  };

  // How a batch's messages are kept on their way in, and why they were not.
  struct Keeping {
    Intake::Keep keep;
    Status status;
  };

  Status CheckCanSend(const MessageBatch* batch, uint32_t account) const;
  Status PrepareToKeep(std::unique_ptr<MessageBatch>& batch, uint32_t account, Keeping* keeping);
  Status CreateAccounts(std::vector<AccountOptions> accounts, uint32_t shards);
  Status AssignBinds(uint32_t shards, bool pin);
  Status OpenLogs(const LogOptions& options, uint32_t shards);
  Status BeginJournal(Journal* journal);
  Status GiveJournal(Shard& shard, const ShardThread& self, io::Loop& loop);
  void RunShard(ShardThread& self, uint32_t seed, std::promise<Status> started);
  void TellAll();
  void WakeAll();
  void Abandon();

  std::unique_ptr<engine::Logs> logs_;  // nullptr: none is written
  SharedState shared_;
  engine::JournalDirectory* journal_ = nullptr;  // not owned
  std::vector<std::unique_ptr<ShardThread>> shards_;
  std::atomic<bool> abandoned_ = false;
  std::atomic<bool> journals_ended_ = true;  // false when a shard's has no end
  mutable std::mutex mutex_;  // guards the pointers in ShardThread, `running_` and `all_told_`
  std::condition_variable changed_;
  size_t running_ = 0;
  bool all_told_ = false;
};

Status Engine::Impl::CreateAccounts(std::vector<AccountOptions> accounts, uint32_t shards) {
  const io::Nanos now = io::SystemClock().Monotonic();
  for (AccountOptions& options : accounts) {
    const auto index = static_cast<uint32_t>(shared_.accounts.size());
    const std::string& name = options.name;
    for (const auto& other : shared_.accounts) {
      if (other->options().name == name) {
        return {StatusCode::kInvalidArgument, "two accounts have the name '" + name + "'"};
      }
    }
    const uint32_t holders = std::min(shards, options.binds);
    std::unique_ptr<Account> account;
    Status status = Account::Create(std::move(options), index, holders, now, &account);
    if (!status.ok()) return status;
    shared_.accounts.push_back(std::move(account));
  }
  return {};
}

// Round about, so that every shard gets its share of every account.
Status Engine::Impl::AssignBinds(uint32_t shards, bool pin) {
  const std::vector<int> cores = io::AllowedCores();
  for (uint32_t i = 0; i < shards; ++i) {
    shards_.push_back(std::make_unique<ShardThread>());
    shards_.back()->index = i;
    if (pin) shards_.back()->core = cores[i % cores.size()];
    // An SMSC that answers so soon is on this machine, and its work wants cores as well.
    shards_.back()->watches = shards == 1 || 2 * shards <= cores.size();
  }
  uint32_t next = 0;
  for (const auto& account : shared_.accounts) {
    const bool is_pair = account->options().bind_type == BindType::kTransmitterAndReceiver;
    for (uint32_t bind = 0; bind < account->options().binds; ++bind) {
      ShardThread& shard = *shards_[next++ % shards];
      shard.binds.push_back({account->index(), bind});
      shard.sessions += is_pair ? 2 : 1;
    }
  }
  const uint32_t most = io::Ring::MostStreams(io::UringLoopOptions().receive_buffers);
  const uint32_t sessions = shards_.front()->sessions;
  if (sessions + kSpareStreams <= most) return {};
  return {StatusCode::kInvalidArgument,
          absl::StrFormat("the binds of all accounts are %d connections a shard, and it has %d at "
                          "most: take more shards",
                          sessions, most - kSpareStreams)};
}

Status Engine::Impl::Start(const EngineOptions& options, std::vector<AccountOptions> accounts,
                           Listener* listener) {
  if (Status status = Check(options); !status.ok()) return status;
  if (accounts.empty()) return {StatusCode::kInvalidArgument, "there is no account"};
  if (listener == nullptr) return {StatusCode::kInvalidArgument, "there is no listener"};
  uint32_t binds = 0;
  for (const AccountOptions& account : accounts) binds += account.binds;
  const auto cores = static_cast<uint32_t>(io::AllowedCores().size());
  const uint32_t wanted = options.shards == 0 ? cores : options.shards;
  const uint32_t shards = std::clamp(wanted, 1u, std::max(binds, 1u));
  Status status = CreateAccounts(std::move(accounts), shards);
  if (!status.ok()) return status;
  const io::Nanos now = io::SystemClock().Monotonic();
  if (options.rate > 0) {
    shared_.global_budget = std::make_unique<ratelimit::TokenBucket>(
        ratelimit::BucketOptions{options.rate, options.burst, shards}, now);
  }
  shared_.shards = shards;
  shared_.intake = std::make_unique<Intake>(static_cast<uint32_t>(shared_.accounts.size()),
                                            std::max(options.queued_batches, 1u));
  shared_.reporter = std::make_unique<Reporter>(listener);
  shared_.brake = std::make_unique<engine::Brake>(options.brake_count, options.brake_share);
  shared_.reporter->OnNews([this] { WakeAll(); });
  shared_.wait_receipts = io::ToNanos(options.wait_receipts);
  shared_.wake_all = [this] { WakeAll(); };
  status = OpenLogs(options.log, shards);
  if (!status.ok()) return status;
  status = AssignBinds(shards, options.pin_threads);
  if (!status.ok()) return status;
  for (auto& shard : shards_) shard->spins = options.spin;
  status = BeginJournal(options.journal);
  if (!status.ok()) return status;

  shared_.ConfigureReceipts(options.max_waiting_receipts, journal_ != nullptr,
                            journal_ == nullptr ? nullptr : journal_->TakeMatcher(),
                            io::SystemClock());
  shared_.reporter->Start();
  if (logs_ != nullptr) logs_->Start();
  running_ = shards;
  std::vector<std::future<Status>> started;
  auto seed = static_cast<uint32_t>(now);
  for (auto& shard : shards_) {
    std::promise<Status> promise;
    started.push_back(promise.get_future());
    seed += 1'000'003;
    shard->thread = std::thread([this, &self = *shard, seed](
                                    std::promise<Status> p) { RunShard(self, seed, std::move(p)); },
                                std::move(promise));
  }
  for (std::future<Status>& result : started) {
    Status one = result.get();
    if (status.ok()) status = std::move(one);
  }
  return status;
}

Status Engine::Impl::OpenLogs(const LogOptions& options, uint32_t shards) {
  auto logs = engine::Logs::Open(options, shards, io::SystemClock(), [this](const auto& sentence) {
    Event event;
    event.kind = Event::Kind::kLogFailed;
    event.at_ns = io::SystemClock().Wall();
    event.text = sentence;
    shared_.reporter->Deliver(event);
  });
  if (!logs.ok()) {
    const bool is_fault = absl::IsInvalidArgument(logs.status());
    return {is_fault ? StatusCode::kInvalidArgument : StatusCode::kDataLoss,
            std::string(logs.status().message())};
  }
  logs_ = *std::move(logs);
  shared_.logs = logs_.get();
  return {};
}

Status Engine::Impl::BeginJournal(Journal* journal) {
  if (journal == nullptr) return {};
  journal_ = &journal->implementation();
  std::vector<std::string> names;
  for (const auto& account : shared_.accounts) names.push_back(account->options().name);
  const auto paths = journal_->BeginRun(static_cast<uint32_t>(shards_.size()), names);
  if (!paths.ok()) {
    StatusCode code = StatusCode::kDataLoss;
    if (absl::IsFailedPrecondition(paths.status())) code = StatusCode::kFailedPrecondition;
    if (absl::IsInvalidArgument(paths.status())) code = StatusCode::kInvalidArgument;
    return {code, std::string(paths.status().message())};
  }
  for (auto& shard : shards_) shard->journal_path = (*paths)[shard->index];
  return {};
}

Status Engine::Impl::GiveJournal(Shard& shard, const ShardThread& self, io::Loop& loop) {
  if (self.journal_path.empty()) return {};
  uint64_t segments = 0;  // that can be under way at once
  for (const BindAssignment& bind : self.binds) {
    segments += shared_.accounts[bind.account]->options().window;
  }
  engine::ShardJournal::Options options;
  options.epoch = journal_->run();
  options.shard = self.index;
  options.sync = journal_->sync();
  options.clock = &loop.clock();
  // An intent and a result each, and the receipts of a turn: their records are shorter than they
  // are.
  options.reserve = 2 * segments * engine::kMostRecordOctets + engine::kBatchHeaderOctets +
                    self.binds.size() * io::kMaxReceiveOctets;
  auto file = loop.OpenForAppend(self.journal_path);
  absl::Status status = file.status();
  if (status.ok()) {
    auto journal = engine::ShardJournal::Start(*std::move(file), options);
    status = journal.status();
    if (status.ok()) shard.UseJournal(*std::move(journal), *journal_);
  }
  if (status.ok()) return {};
  return {StatusCode::kDataLoss, std::string(status.message())};
}

void Engine::Impl::RunShard(ShardThread& self, uint32_t seed, std::promise<Status> started) {
  io::NameThread("salvo-shard-" + std::to_string(self.index));
  const io::NoFileSizeSignal no_file_size_signal;
  if (self.core >= 0) io::StayOn({self.core});
  io::UringLoopOptions options;
  options.max_streams = self.sessions + kSpareStreams;
  options.spin = self.spins;
  options.watch = self.watches;
  absl::StatusOr<std::unique_ptr<io::UringLoop>> loop = io::UringLoop::Create(options);
  if (loop.ok()) {
    Shard shard(shared_, self.binds, **loop, seed, self.index);
    {
      std::lock_guard lock(mutex_);
      self.loop = loop->get();
      self.shard = &shard;
    }
    Status status = GiveJournal(shard, self, **loop);
    const bool begun = status.ok();
    if (begun) shard.Start();
    started.set_value(std::move(status));
    while (begun && !shard.done() && !abandoned_.load()) shard.Turn();
    const bool ended = shard.done() && shard.EndJournal();
    if (!shard.done()) shard.Abandon();
    if (!ended) journals_ended_.store(false);
    std::lock_guard lock(mutex_);
    self.last = shard.counters().Read();
    self.loop = nullptr;
    self.shard = nullptr;
  } else {
    journals_ended_.store(false);
    started.set_value({StatusCode::kPlatform, std::string(loop.status().message())});
  }
  const auto is_last = [this] {
    std::lock_guard lock(mutex_);
    return --running_ == 0;
  };
  if (is_last()) TellAll();
}

// All that there is reaches the listener and the logs.
void Engine::Impl::TellAll() {
  // One that is not said to have ended is still read, and less is known of damage.
  if (journal_ != nullptr && journals_ended_.load()) journal_->EndRun().IgnoreError();
  if (logs_ != nullptr) logs_->Stop(abandoned_.load() ? kLogAbandonTime : kLogEndTime);
  shared_.reporter->Stop();
  std::lock_guard lock(mutex_);
  all_told_ = true;
  changed_.notify_all();
}

void Engine::Impl::WakeAll() {
  std::lock_guard lock(mutex_);
  for (auto& shard : shards_) {
    if (shard->loop != nullptr) shard->loop->Wake();
  }
}

// Makes `batch` one that holds its messages as they are kept, unless it is one. What keeps them is
// to be called once the intake has room for them; empty: nothing keeps them, or they are kept here.
Status Engine::Impl::PrepareToKeep(std::unique_ptr<MessageBatch>& batch, uint32_t account,
                                   Keeping* keeping) {
  engine::MessageSpool* const spool = journal_ == nullptr ? nullptr : journal_->spool();
  if (spool == nullptr) return {};
  auto* kept = dynamic_cast<KeptBatch*>(batch.get());
  if (kept != nullptr && kept->kept_in() == journal_) return {};
  const bool any = account == Intake::kAnyAccount;
  const std::string name = any ? "" : shared_.accounts[account]->options().name;
  const bool fits = kept != nullptr && kept->kept_in() == nullptr && kept->account() == name;
  if (!fits) {
    auto made = KeptBatch::Of(*batch, name);
    if (made == nullptr) {
      return {StatusCode::kInvalidArgument, "a message of more than 1 MiB cannot be kept"};
    }
    kept = made.get();
    batch = std::move(made);
  }
  keeping->keep = [this, keeping, kept, spool] {
    const absl::Status status = spool->Append(*kept);
    if (status.ok()) kept->set_kept_in(journal_);
    if (!status.ok()) keeping->status = {StatusCode::kDataLoss, std::string(status.message())};
    return status.ok();
  };
  return {};
}

// Messages that no account could send would never have an outcome.
Status Engine::Impl::CheckCanSend(const MessageBatch* batch, uint32_t account) const {
  if (batch == nullptr) return {StatusCode::kInvalidArgument, "there is no batch"};
  if (account == Intake::kAnyAccount ? shared_.can_send() : shared_.accounts[account]->can_send()) {
    return {};
  }
  return {StatusCode::kInvalidArgument,
          account == Intake::kAnyAccount
              ? "all accounts are of bind_type \"receiver\", which cannot send"
              : "account '" + shared_.accounts[account]->options().name +
                    "' is of bind_type \"receiver\", which cannot send"};
}

Status Engine::Impl::Submit(std::unique_ptr<MessageBatch>& batch, uint32_t account) {
  if (Status status = CheckCanSend(batch.get(), account); !status.ok()) return status;
  Keeping keeping;
  if (Status status = PrepareToKeep(batch, account, &keeping); !status.ok()) return status;
  Cursor cursor;
  cursor.batch = std::move(batch);
  if (!shared_.intake->Put(cursor, account, keeping.keep)) {
    batch = std::move(cursor.batch);
    if (!keeping.status.ok()) return keeping.status;
    return NoMoreMessages();
  }
  WakeAll();
  return {};
}

Status Engine::Impl::TrySubmit(std::unique_ptr<MessageBatch>& batch) {
  if (Status status = CheckCanSend(batch.get(), Intake::kAnyAccount); !status.ok()) return status;
  Keeping keeping;
  if (Status status = PrepareToKeep(batch, Intake::kAnyAccount, &keeping); !status.ok()) {
    return status;
  }
  Cursor cursor;
  cursor.batch = std::move(batch);
  const Intake::Answer answer = shared_.intake->TryPut(cursor, Intake::kAnyAccount, keeping.keep);
  if (answer == Intake::Answer::kTaken) {
    WakeAll();
    return {};
  }
  batch = std::move(cursor.batch);
  if (!keeping.status.ok()) return keeping.status;
  return answer == Intake::Answer::kFull ? Status(StatusCode::kQueueFull, "the queue is full")
                                         : NoMoreMessages();
}

uint32_t Engine::Impl::FindAccount(std::string_view name) const {
  for (const auto& account : shared_.accounts) {
    if (account->options().name == name) return account->index();
  }
  return Intake::kAnyAccount;
}

void Engine::Impl::Finish() {
  shared_.intake->Close();
  shared_.finishing.store(true);
  WakeAll();
}

bool Engine::Impl::WaitUntilDone(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  const auto all_told = [this] { return all_told_; };
  if (at_most == std::chrono::milliseconds::max()) {
    changed_.wait(lock, all_told);
    return true;
  }
  return changed_.wait_for(lock, std::chrono::nanoseconds(io::ToNanos(at_most)), all_told);
}

Stats Engine::Impl::Snapshot() const {
  Stats stats;
  {
    std::lock_guard lock(mutex_);
    for (const auto& shard : shards_) {
      stats.Add(shard->shard != nullptr ? shard->shard->counters().Read() : shard->last);
    }
  }
  // Without the lock, which shards take to wake one another: a log's thread may hold this one up.
  if (logs_ != nullptr) stats.log = logs_->stats();
  shared_.reporter->desk().AddTo(&stats);
  for (const auto& account : shared_.accounts) {
    const ratelimit::Throttle& throttle = account->throttle();
    stats.accounts.push_back({account->options().name, throttle.ceiling(), throttle.rate()});
  }
  const auto comes_before = [](const BindStats& a, const BindStats& b) {
    return std::tie(a.account, a.bind) < std::tie(b.account, b.bind);
  };
  // Those of one shard mostly are: a view asks ten times a second, of a thousand binds.
  const bool in_order = std::is_sorted(stats.binds.begin(), stats.binds.end(), comes_before);
  if (!in_order) std::stable_sort(stats.binds.begin(), stats.binds.end(), comes_before);
  return stats;
}

Status Engine::Impl::Update(const std::vector<AccountOptions>& accounts) {
  for (const AccountOptions& options : accounts) {
    if (FindAccount(options.name) == Intake::kAnyAccount) {
      return {StatusCode::kInvalidArgument, "no account has the name '" + options.name + "'"};
    }
    Status status = Validate(options);
    if (!status.ok()) return status;
  }
  const io::Nanos now = io::SystemClock().Monotonic();
  for (const AccountOptions& options : accounts) {
    shared_.accounts[FindAccount(options.name)]->Update(options, now);
  }
  WakeAll();
  return {};
}

void Engine::Impl::ReopenLogs() {
  if (logs_ != nullptr) logs_->Reopen();
}

void Engine::Impl::Abandon() {
  abandoned_.store(true);
  if (shared_.intake != nullptr) shared_.intake->Close();
  WakeAll();
  for (auto& shard : shards_) {
    if (shard->thread.joinable()) shard->thread.join();
  }
  if (logs_ != nullptr) logs_->Stop(kLogAbandonTime);
  if (shared_.reporter != nullptr) shared_.reporter->Stop();
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

Status Engine::Create(const EngineOptions& options, std::vector<AccountOptions> accounts,
                      Listener* listener, std::unique_ptr<Engine>* engine) {
  auto impl = std::make_unique<Impl>();
  Status status;
  try {
    status = impl->Start(options, std::move(accounts), listener);
  } catch (const std::system_error& error) {
    status = {StatusCode::kPlatform, "cannot start a thread: " + error.code().message() +
                                         ": raise the limit of processes (ulimit -u, or TasksMax= "
                                         "of its systemd unit)"};
  }
  if (!status.ok()) return status;
  engine->reset(new Engine(std::move(impl)));
  return {};
}

Status Engine::Submit(std::unique_ptr<MessageBatch>&& batch) {
  return impl_->Submit(batch, Intake::kAnyAccount);
}

Status Engine::Submit(std::unique_ptr<MessageBatch>&& batch, std::string_view account) {
  const uint32_t index = impl_->FindAccount(account);
  if (index == Intake::kAnyAccount) {
    return {StatusCode::kInvalidArgument, "no account has the name '" + std::string(account) + "'"};
  }
  return impl_->Submit(batch, index);
}

Status Engine::TrySubmit(std::unique_ptr<MessageBatch>&& batch) { return impl_->TrySubmit(batch); }
Status Engine::Update(const std::vector<AccountOptions>& accounts) {
  return impl_->Update(accounts);
}
void Engine::ReopenLogs() { impl_->ReopenLogs(); }
void Engine::Finish() { impl_->Finish(); }
void Engine::Drain() { impl_->Drain(); }
bool Engine::WaitUntilDone(std::chrono::milliseconds at_most) {
  return impl_->WaitUntilDone(at_most);
}
Stats Engine::Snapshot() const { return impl_->Snapshot(); }

}  // namespace salvo
