#include "tools/send/run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "io/thread_name.h"
#include "tools/account/account_file.h"
#include "tools/common/exit_code.h"
#include "tools/common/replace_file.h"
#include "tools/common/signals.h"
#include "tools/send/conclusion.h"
#include "tools/send/console.h"
#include "tools/send/event_text.h"
#include "tools/send/receipt_columns.h"
#include "tools/send/receipt_recovery.h"
#include "tools/send/request.h"

namespace salvo::tools {
namespace {

using Clock = std::chrono::steady_clock;

// Of an error of reading the campaign.
int CodeOf(const absl::Status& status) {
  return absl::IsResourceExhausted(status) ? kExitDisk : kExitCampaign;
}

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Segments a second that all limits together allow; 0: no limit.
double TargetRate(const SendOptions& options, const Stats& stats) {
  double accounts = 0;
  bool limited = true;
  for (const AccountStats& account : stats.accounts) {
    limited = limited && account.rate > 0;
    accounts += account.rate;
  }
  if (!limited) return options.rate;
  return options.rate > 0 ? std::min(options.rate, accounts) : accounts;
}

double ShortestRetryDelay(const std::vector<AccountOptions>& accounts) {
  std::chrono::duration<double> shortest = std::chrono::duration<double>::max();
  for (const AccountOptions& account : accounts) {
    shortest = std::min<std::chrono::duration<double>>(shortest, account.retry.schedule.delay);
  }
  return shortest.count();
}

// Whether no bind is up, and none will be any more.
bool HasUnbound(const Stats& stats) {
  const auto has_stopped = [](const BindStats& bind) { return bind.state == BindState::kStopped; };
  return std::all_of(stats.binds.begin(), stats.binds.end(), has_stopped);
}

class Run {
 public:
  explicit Run(const SendOptions& options)
      : options_(options),
        console_(options.style),
        rejects_(options.rejects, options.max_bad_rows) {}

  int Execute();

 private:
  int Open();
  int OpenJournal();
  bool KeepsReceipts() const {
    return !options_.results.empty() && CanBeReplaced(options_.results);
  }
  int OpenInput();
  int OpenCampaignFrom(const ByteSourceOptions& source);
  void Feed();
  void ReportRestUnsent(std::unique_ptr<MessageBatch> batch);
  void ReportUnsent(MessageBatch& batch);
  void Watch();
  bool WaitsForReader();
  void TellOfReader();
  void WaitForReader();
  void OnEvent(const Event& event);
  Progress Look();
  void ShowProgress();
  int Conclude();
  absl::Status KeepState(const Conclusion& conclusion);
  void StopOnce(std::string_view why);
  void StopBySignal();
  bool OnlyReceiptsAreLeft() const;
  absl::Status FillReceipts(Progress* progress);
  void ReadAccountsAnew();

  const SendOptions& options_;
  Console console_;
  Rejects rejects_;
  std::unique_ptr<CampaignJournal> journal_;  // nullptr: none is kept
  JournalCounts before_;                      // by earlier runs
  std::unique_ptr<Results> results_;
  ReceiptStore receipts_;
  std::unique_ptr<Tally> tally_;
  std::unique_ptr<Campaign> campaign_;  // nullptr: the single message of --to
  std::unique_ptr<Engine> engine_;
  View view_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point looked_;
  Clock::time_point shown_;
  bool stopping_ = false;
  bool wait_ended_ = false;  // of receipts, by a signal
  int told_of_reader_ = -1;  // stop signals that had come when it was said that he is waited for
  bool cut_short_ = false;   // the engine ended before a pipe did
  int hangups_ = 0;          // acted upon
  std::string change_;       // what became of the campaign file meanwhile; "": nothing
  bool journal_removed_ = false;
  std::atomic<bool> fed_ = false;
  std::mutex feed_mutex_;
  absl::Status feed_status_;  // why the campaign could not be read on
};

int Run::OpenJournal() {
  if (options_.journal.empty()) return kExitOk;
  CampaignJournal::Options options;
  options.directory = options_.journal;
  options.record = options_.record;
  options.results = options_.results;
  options.sync = options_.sync;
  options.on_unknown = options_.on_unknown;
  options.goes_on = options_.goes_on;
  options.again = options_.again;
  if (KeepsReceipts()) options.on_receipt = [this](const Receipt& r) { receipts_.Add(r); };
  options.receipts = ReceiptsOf(options_.accounts);
  options.max_waiting_receipts = options_.max_waiting_receipts;
  JournalFault fault;
  journal_ = CampaignJournal::Open(options, &fault);
  return journal_ != nullptr ? static_cast<int>(kExitOk)
                             : Fail(options_, fault.exit_code, fault.sentence);
}

int Run::OpenCampaignFrom(const ByteSourceOptions& source) {
  auto campaign = Campaign::Open(CampaignOf(options_, source), &rejects_);
  if (!campaign.ok()) return Fail(options_, CodeOf(campaign.status()), campaign.status());
  campaign_ = *std::move(campaign);
  return kExitOk;
}

// A file is looked at before there is a journal, and read through it; of a pipe no octet is read
// that is not kept.
int Run::OpenInput() {
  const bool is_kept_pipe = !options_.journal.empty() && options_.record.spooled;
  if (options_.to.empty() && !is_kept_pipe) {
    if (const int code = OpenCampaignFrom({options_.campaign}); code != kExitOk) return code;
  }
  if (const int code = OpenJournal(); code != kExitOk) return code;
  if (journal_ == nullptr || !options_.to.empty()) return kExitOk;
  const auto source = journal_->Source();
  if (!source.ok()) return Fail(options_, CodeOf(source.status()), source.status());
  return OpenCampaignFrom(*source);
}

int Run::Open() {
  if (const int code = OpenInput(); code != kExitOk) return code;
  if (!options_.results.empty()) {
    auto results = options_.goes_on ? Results::GoOn(options_.results, journal_->reported())
                                    : Results::Create(options_.results);
    if (!results.ok()) return Fail(options_, kExitDisk, results.status());
    results_ = *std::move(results);
  }
  tally_ = std::make_unique<Tally>(results_.get(), KeepsReceipts() ? &receipts_ : nullptr,
                                   [this](const Event& e) { OnEvent(e); });
  EngineOptions engine;
  if (journal_ != nullptr) {
    engine.journal = &journal_->journal();
    before_ = journal_->journal().counts();
  }
  engine.shards = options_.shards;
  engine.spin = options_.spin;
  engine.rate = options_.rate;
  engine.wait_receipts = options_.wait_receipts;
  engine.max_waiting_receipts = options_.max_waiting_receipts;
  engine.brake_count = options_.brake_count;
  engine.brake_share = options_.brake_share;
  engine.log = options_.log;
  // From here on there is something to stop in order.
  WatchStopSignals([](int count) {
    if (count > 1) _exit(kExitInterrupted);
  });
  WatchHangups();
  const Status status = Engine::Create(engine, options_.accounts, tally_.get(), &engine_);
  if (status.ok() && journal_ != nullptr) {
    const absl::Status begun = journal_->SetState(CampaignRecord::State::kBegun);
    if (!begun.ok()) return Fail(options_, kExitDisk, begun);
  }
  if (status.ok()) return kExitOk;
  return Fail(options_,
              status.code() == StatusCode::kPlatform   ? kExitPlatform
              : status.code() == StatusCode::kDataLoss ? kExitDisk
                                                       : kExitUsage,
              status.message());
}

int Run::Execute() {
  if (const int code = Open(); code != kExitOk) return code;
  if (options_.lacks_journal) {
    console_.Note("no journal: a pipe cannot be read again; --journal DIR keeps what it brings");
  }
  started_ = shown_ = Clock::now();
  std::thread feeder;
  try {
    feeder = std::thread([this] { Feed(); });
  } catch (const std::system_error& error) {
    engine_.reset();
    if (journal_ != nullptr) journal_->SetState(CampaignRecord::State::kStopped).IgnoreError();
    return Fail(options_, kExitPlatform, "cannot start a thread: " + error.code().message());
  }
  Watch();
  feeder.join();
  return Conclude();
}

// The reader's thread: batches to the engine, and what it no longer takes to the results.
void Run::Feed() {
  io::NameThread("salvo-reader");
  if (campaign_ == nullptr) {
    std::unique_ptr<MessageBatch> batch = SingleMessage(options_);
    if (!engine_->Submit(std::move(batch)).ok()) ReportUnsent(*batch);
  }
  while (campaign_ != nullptr) {
    auto batch = campaign_->NextBatch();
    if (!batch.ok()) {
      const std::lock_guard lock(feed_mutex_);
      if (!absl::IsCancelled(batch.status())) feed_status_ = batch.status();
      break;
    }
    if (*batch == nullptr) break;
    if (engine_->Submit(*std::move(batch)).ok()) continue;
    ReportRestUnsent(*std::move(batch));
    break;
  }
  fed_.store(true);
  engine_->Finish();
}

void Run::ReportRestUnsent(std::unique_ptr<MessageBatch> batch) {
  ReportUnsent(*batch);
  batch.reset();
  // Nobody should have to wait for the end of a pipe.
  while (campaign_->regular()) {
    auto next = campaign_->NextBatch();
    if (!next.ok() || *next == nullptr) return;
    ReportUnsent(**next);
  }
}

void Run::ReportUnsent(MessageBatch& batch) {
  Message message;
  while (batch.Next(&message)) {
    Outcome outcome;
    outcome.key = message.key;
    outcome.result = Result::kUnsent;
    const bool settled = journal_ != nullptr && !journal_->journal().IsOpen(message.key);
    if (settled) outcome = journal_->journal().OutcomeOf(message.key);
    outcome.tag = message.tag;
    outcome.to = message.to.substr(message.to.starts_with('+') ? 1 : 0);
    tally_->AddUnsent({&outcome, 1});
  }
}

void Run::OnEvent(const Event& event) {
  if (options_.json) {
    std::fputs(EventJson(event).c_str(), stdout);
    std::fflush(stdout);
  }
  if (event.kind == Event::Kind::kBound && console_.live()) return;  // the view shows it
  console_.Note(IsGood(event) ? EventLine(event) : console_.Bad(EventLine(event)));
}

void Run::StopOnce(std::string_view why) {
  if (stopping_) return;
  stopping_ = true;
  console_.Note(why);
  engine_->Drain();
  if (campaign_ != nullptr) campaign_->Stop();
}

void Run::StopBySignal() {
  if (stopping_ || wait_ended_) return;
  // Nothing is under way any more: it ends by itself, once its results are read.
  if (HasUnbound(engine_->Snapshot())) return;
  if (!OnlyReceiptsAreLeft()) {
    return StopOnce("stopping: finishing what is under way (again to leave at once)");
  }
  // The campaign itself is finished.
  wait_ended_ = true;
  console_.Note("no longer waiting for receipts");
  engine_->Drain();
}

bool Run::OnlyReceiptsAreLeft() const {
  if (!fed_.load()) return false;
  const uint64_t rows = campaign_ == nullptr ? 1 : campaign_->rows_read();
  return tally_->counts().done() + rejects_.count() >= rows;
}

void Run::ReadAccountsAnew() {
  if (Hangups() == hangups_) return;
  hangups_ = Hangups();
  engine_->ReopenLogs();
  std::vector<std::string> warnings;
  auto accounts = ReadAccountFile(options_.account_file, &warnings);
  const Status status = accounts.ok() ? engine_->Update(*accounts)
                                      : Status(StatusCode::kInvalidArgument,
                                               std::string(accounts.status().message()));
  console_.Note(status.ok() ? "read the account file anew: [retry] and rate are taken over"
                            : console_.Bad("read the account file anew, and nothing is changed: " +
                                           status.message()));
}

void Run::Watch() {
  while (!engine_->WaitUntilDone(kLookInterval)) {
    ReadAccountsAnew();
    if (tally_->failure().braked) StopOnce("stopping: most of the first answers are refusals");
    if (StopSignals() > 0) StopBySignal();
    if (rejects_.too_many()) StopOnce("stopping: too many bad rows");
    if (!stopping_ && journal_ != nullptr && !OnlyReceiptsAreLeft()) {
      change_ = journal_->Change();
      if (!change_.empty()) StopOnce("stopping: the campaign was changed");
      journal_removed_ = journal_->WasRemoved();
      if (journal_removed_) StopOnce("stopping: the journal was removed");
    }
    {
      const std::lock_guard lock(feed_mutex_);
      if (!feed_status_.ok()) StopOnce("stopping: the campaign cannot be read on");
    }
    if (results_ != nullptr && !results_->Flush().ok()) {
      StopOnce("stopping: the results cannot be written");
    }
    if (WaitsForReader() && HasUnbound(engine_->Snapshot())) TellOfReader();
    ShowProgress();
  }
  // Nobody should have to wait for the end of a pipe.
  if (fed_.load() || campaign_ == nullptr) return;
  cut_short_ = !campaign_->regular();
  if (cut_short_ || tally_->failure().braked) campaign_->Stop();
}

bool Run::WaitsForReader() {
  return results_ != nullptr && !results_->WaitUntilRead(std::chrono::milliseconds(0));
}

// Once, and once more when somebody wants to go.
void Run::TellOfReader() {
  const int signals = std::min(StopSignals(), 1);
  if (signals <= told_of_reader_) return;
  told_of_reader_ = signals;
  console_.Note(signals == 0 ? "the results wait for whoever reads them"
                             : "the results wait for whoever reads them (again to leave at once)");
}

// When there is nothing else left to do.
void Run::WaitForReader() {
  while (results_ != nullptr && !results_->WaitUntilRead(kLookInterval)) TellOfReader();
}

Progress Run::Look() {
  Progress progress;
  progress.campaign = campaign_ == nullptr ? options_.to : options_.campaign;
  progress.counts = tally_->counts();
  progress.stats = engine_->Snapshot();
  // As the outcomes of earlier runs are counted, too.
  progress.stats.delivered += before_.delivered;
  progress.counts.undelivered += before_.undelivered;
  progress.rows_read = campaign_ == nullptr ? 1 : campaign_->rows_read();
  progress.bad_rows = rejects_.count();
  progress.share_read = campaign_ == nullptr ? 1 : campaign_->Progress();
  progress.all_read = fed_.load();
  progress.only_receipts = OnlyReceiptsAreLeft() && progress.stats.receipts_waiting > 0;
  progress.elapsed_s = SecondsSince(started_);
  progress.target = TargetRate(options_, progress.stats);
  progress.retry_delay_s = ShortestRetryDelay(options_.accounts);
  return progress;
}

void Run::ShowProgress() {
  // Where nobody looks on, fewer looks are enough: of a thousand binds one costs a tenth of a
  // millisecond and more.
  constexpr double kUnseenPause = 1;  // seconds
  const double pause = console_.live() ? 0 : std::min(kUnseenPause, options_.stats_s);
  if (SecondsSince(looked_) < pause) return;
  looked_ = Clock::now();
  view_.Update(Look());
  if (console_.live()) console_.Show(view_.Lines(console_));
  if (SecondsSince(shown_) < options_.stats_s) return;
  shown_ = Clock::now();
  if (!console_.live()) console_.Note(view_.Line());
  if (options_.json) {
    std::fputs(view_.Json().c_str(), stdout);
    std::fflush(stdout);
  }
}

// What the next `salvo send` or `salvo resume` of this campaign has to know.
absl::Status Run::KeepState(const Conclusion& conclusion) {
  if (journal_ == nullptr) return absl::OkStatus();
  if (journal_removed_) {
    return absl::DataLossError(absl::StrFormat(
        "the journal '%s' was removed: what is left cannot be told any more", options_.journal));
  }
  const bool finished = conclusion.progress.counts.unsent == 0 && !stopping_ && !cut_short_ &&
                        !conclusion.disk_failed && !conclusion.campaign_failed;
  const auto state = finished ? CampaignRecord::State::kFinished : CampaignRecord::State::kStopped;
  return journal_->SetState(state);
}

// What memory had no room for is read from the journal.
absl::Status Run::FillReceipts(Progress* progress) {
  if (progress->stats.receipts_on_disk > 0 && journal_ != nullptr && !journal_removed_) {
    ReceiptStore ignored;
    const auto totals =
        ReadReceipts(options_.journal, options_.accounts, options_.max_waiting_receipts,
                     KeepsReceipts() ? &receipts_ : &ignored);
    if (!totals.ok()) return totals.status();
    progress->stats.delivered = totals->delivered;
    progress->stats.receipts_waiting = totals->receipts_waiting;
    progress->counts.undelivered = totals->undelivered;
  }
  if (receipts_.empty()) return absl::OkStatus();
  results_.reset();
  return FillReceiptColumns(options_.results, receipts_);
}

int Run::Conclude() {
  WaitForReader();
  view_.Update(Look());
  if (console_.live()) console_.Show(view_.Lines(console_));
  console_.Finish();
  absl::Status results = results_ == nullptr ? absl::OkStatus() : results_->Close();
  Conclusion conclusion;
  conclusion.progress = Look();
  if (results.ok()) results = FillReceipts(&conclusion.progress);
  conclusion.failure = tally_->failure();
  conclusion.stopped = stopping_;
  conclusion.cut_short = cut_short_;
  conclusion.disk_failed = !results.ok() || !rejects_.Failure().empty() ||
                           tally_->failure().journal_failed || journal_removed_ ||
                           absl::IsResourceExhausted(feed_status_);
  conclusion.campaign_failed = !feed_status_.ok() || rejects_.too_many() || !change_.empty();
  conclusion.has_too_many_bad_rows = rejects_.too_many();
  conclusion.max_bad_rows = options_.max_bad_rows;
  conclusion.goes_on = options_.goes_on;
  conclusion.waited_for_receipts = options_.wait_receipts.count() > 0;
  conclusion.pipe_is_open =
      campaign_ != nullptr && !campaign_->regular() && !campaign_->ended() && feed_status_.ok();
  conclusion.broke_off = campaign_ != nullptr && campaign_->broke_off();
  conclusion.account_file = options_.account_file;
  conclusion.rejects_path = rejects_.path();
  conclusion.first_bad_row = rejects_.FirstReason();
  conclusion.has_older_rejects =
      options_.to.empty() && !options_.goes_on && rejects_.AreOfEarlierRun();
  const absl::Status kept = KeepState(conclusion);
  conclusion.disk_failed = conclusion.disk_failed || !kept.ok();
  if (journal_ != nullptr && !journal_removed_) conclusion.journal = options_.journal;
  if (options_.json) {
    std::fputs(conclusion.Json().c_str(), stdout);
    std::fflush(stdout);
  }
  for (const std::string& line : conclusion.Lines()) console_.Note(line);
  const int code = conclusion.ExitCode();
  if (!kept.ok()) Fail(options_, code, kept);
  if (!change_.empty()) Fail(options_, code, change_);
  if (!feed_status_.ok()) Fail(options_, code, feed_status_);
  if (rejects_.too_many()) Fail(options_, code, TooManyBadRows(rejects_, options_));
  if (!rejects_.Failure().empty()) Fail(options_, code, rejects_.Failure());
  if (!results.ok()) Fail(options_, code, results);
  return code;
}

}  // namespace

int RunSend(const SendOptions& options) {
  const std::string fault = FaultOf(options);
  return fault.empty() ? Run(options).Execute() : Fail(options, kExitUsage, fault);
}

}  // namespace salvo::tools
