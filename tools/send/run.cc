#include "tools/send/run.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"
#include "tools/common/signals.h"
#include "tools/send/dry_run.h"

namespace salvo::tools {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLookInterval = std::chrono::milliseconds(100);

int Fail(int code, std::string_view sentence) {
  std::fprintf(stderr, "salvo send: %s\n", std::string(sentence).c_str());
  return code;
}

int Fail(int code, const absl::Status& status) {
  const absl::string_view message = status.message();
  return Fail(code, std::string_view(message.data(), message.size()));
}

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Segments a second that all limits together allow; 0: no limit.
double TargetRate(const SendOptions& options) {
  double accounts = 0;
  bool limited = true;
  for (const AccountOptions& account : options.accounts) {
    limited = limited && account.rate > 0;
    accounts += account.rate;
  }
  if (!limited) return options.rate;
  return options.rate > 0 ? std::min(options.rate, accounts) : accounts;
}

std::string EventLine(const Event& event) {
  std::string line = absl::StrFormat("%s/%d: %s", event.account, event.bind, event.text);
  if (event.retry_in.count() > 0) {
    line += absl::StrFormat("; next attempt in %s",
                            HumanTime(static_cast<double>(event.retry_in.count()) / 1000));
  }
  return line;
}

std::string EventJson(const Event& event) {
  constexpr std::string_view kKinds[] = {"connect_failed", "tls_failed",   "bound",
                                         "bind_refused",   "disconnected", "account_stopped"};
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "event");
  line.Add("schema", 1);
  line.Add("event", kKinds[static_cast<size_t>(event.kind)]);
  line.Add("account", event.account);
  line.Add("bind", event.bind);
  line.Add("command_status", event.command_status);
  line.Add("errno", event.error_number);
  line.Add("text", event.text);
  line.Add("retry_in_ms", event.retry_in.count());
  line.End();
  return text;
}

// The one message of --to.
std::unique_ptr<MessageBatch> SingleMessage(const SendOptions& options) {
  OwnedMessage message;
  message.key = 1;
  message.tag = 1;
  message.to = options.to;
  message.from = options.from;
  message.text = options.text.value_or("");
  std::vector<OwnedMessage> messages;
  messages.push_back(std::move(message));
  return MakeBatch(std::move(messages));
}

absl::StatusOr<std::unique_ptr<Campaign>> OpenCampaign(const SendOptions& options,
                                                       Rejects* rejects) {
  CampaignOptions campaign;
  campaign.path = options.campaign;
  campaign.text_template = options.text;
  campaign.from = options.from;
  campaign.limit = options.limit;
  return Campaign::Open(campaign, rejects);
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
  void Feed();
  void ReportRestUnsent(std::unique_ptr<MessageBatch> batch);
  void ReportUnsent(MessageBatch& batch);
  void Watch();
  void OnEvent(const Event& event);
  Progress Look();
  void ShowProgress();
  int Conclude();
  void Summarize(const Progress& progress, int exit_code);
  int ExitCode(const Progress& progress) const;
  void StopOnce(std::string_view why);

  const SendOptions& options_;
  Console console_;
  Rejects rejects_;
  std::unique_ptr<Results> results_;
  std::unique_ptr<Tally> tally_;
  std::unique_ptr<Campaign> campaign_;  // nullptr: the single message of --to
  std::unique_ptr<Engine> engine_;
  View view_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_;
  bool stopping_ = false;
  std::atomic<bool> fed_ = false;
  std::mutex feed_mutex_;
  absl::Status feed_status_;  // why the campaign could not be read on
};

int Run::Open() {
  if (!options_.results.empty()) {
    auto results = Results::Create(options_.results);
    if (!results.ok()) return Fail(kExitDisk, results.status());
    results_ = *std::move(results);
  }
  if (options_.to.empty()) {
    auto campaign = OpenCampaign(options_, &rejects_);
    if (!campaign.ok()) return Fail(kExitCampaign, campaign.status());
    campaign_ = *std::move(campaign);
  }
  tally_ = std::make_unique<Tally>(results_.get(), [this](const Event& e) { OnEvent(e); });
  EngineOptions engine;
  engine.shards = options_.shards;
  engine.rate = options_.rate;
  const Status status = Engine::Create(engine, options_.accounts, tally_.get(), &engine_);
  if (status.ok()) return kExitOk;
  return Fail(status.code() == StatusCode::kPlatform ? kExitPlatform : kExitUsage,
              status.message());
}

int Run::Execute() {
  if (const int code = Open(); code != kExitOk) return code;
  WatchStopSignals([](int count) {
    if (count > 1) _exit(kExitInterrupted);
  });
  started_ = shown_ = Clock::now();
  std::thread feeder([this] { Feed(); });
  Watch();
  feeder.join();
  return Conclude();
}

// The reader's thread: batches to the engine, and what it no longer takes to the results.
void Run::Feed() {
  if (campaign_ == nullptr) {
    std::unique_ptr<MessageBatch> batch = SingleMessage(options_);
    if (!engine_->Submit(std::move(batch)).ok()) ReportUnsent(*batch);
  }
  while (campaign_ != nullptr) {
    auto batch = campaign_->NextBatch();
    if (!batch.ok()) {
      const std::lock_guard lock(feed_mutex_);
      feed_status_ = batch.status();
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
    outcome.tag = message.tag;
    outcome.to = message.to;
    outcome.result = Result::kUnsent;
    tally_->AddUnsent({&outcome, 1});
  }
}

void Run::OnEvent(const Event& event) {
  if (options_.json) {
    std::fputs(EventJson(event).c_str(), stdout);
    std::fflush(stdout);
  }
  const bool good = event.kind == Event::Kind::kBound;
  if (good && console_.live()) return;  // the view shows it
  console_.Note(good ? EventLine(event) : console_.Bad(EventLine(event)));
}

void Run::StopOnce(std::string_view why) {
  if (stopping_) return;
  stopping_ = true;
  console_.Note(why);
  engine_->Drain();
}

void Run::Watch() {
  while (!engine_->WaitUntilDone(kLookInterval)) {
    if (StopSignals() > 0) {
      StopOnce("stopping: finishing what is under way (again to leave at once)");
    }
    if (rejects_.too_many()) StopOnce("stopping: too many bad rows");
    {
      const std::lock_guard lock(feed_mutex_);
      if (!feed_status_.ok()) StopOnce("stopping: the campaign cannot be read on");
    }
    if (results_ != nullptr && !results_->Flush().ok()) {
      StopOnce("stopping: the results cannot be written");
    }
    ShowProgress();
  }
}

Progress Run::Look() {
  Progress progress;
  progress.campaign = campaign_ == nullptr ? options_.to : options_.campaign;
  progress.counts = tally_->counts();
  progress.stats = engine_->Snapshot();
  progress.rows_read = campaign_ == nullptr ? 1 : campaign_->rows_read();
  progress.bad_rows = rejects_.count();
  progress.share_read = campaign_ == nullptr ? 1 : campaign_->Progress();
  progress.all_read = fed_.load();
  progress.elapsed_s = SecondsSince(started_);
  progress.target = TargetRate(options_);
  return progress;
}

void Run::ShowProgress() {
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

int Run::Conclude() {
  view_.Update(Look());
  if (console_.live()) console_.Show(view_.Lines(console_));
  console_.Finish();
  const Progress progress = Look();
  const int exit_code = ExitCode(progress);
  Summarize(progress, exit_code);
  return exit_code;
}

// The first that applies, in the order of interfaces: a machine's trouble before the campaign's.
int Run::ExitCode(const Progress& progress) const {
  const Counts& counts = progress.counts;
  const Failure failure = tally_->failure();
  const bool disk_failed =
      (results_ != nullptr && !results_->Flush().ok()) || !rejects_.Failure().empty();
  if (disk_failed) return kExitDisk;
  if (!feed_status_.ok() || rejects_.too_many()) return kExitCampaign;
  const bool stuck = counts.unsent > 0 && !stopping_;
  if (stuck && failure.any_refused) return kExitBindRefused;
  if (stuck && failure.any_unreachable) return kExitCannotConnect;
  if (counts.unsent > 0 || stopping_) return kExitStoppedWithRest;
  if (counts.unknown > 0) return kExitUnknownHeld;
  if (counts.rejected > 0 || progress.bad_rows > 0) return kExitSomeRejected;
  return progress.rows_read == 0 ? kExitNothingToDo : kExitOk;
}

void Run::Summarize(const Progress& progress, int exit_code) {
  const Counts& counts = progress.counts;
  const Stats& stats = progress.stats;
  const double sending_s =
      static_cast<double>(counts.last_answered_ns - counts.first_submitted_ns) / 1e9;
  const double rate = sending_s > 0 ? static_cast<double>(stats.segments) / sending_s : 0;
  if (options_.json) {
    std::string text;
    JsonLine line(&text);
    line.Add("message_type", "summary");
    line.Add("schema", 1);
    line.Add("rows", progress.rows_read);
    line.Add("bad_rows", progress.bad_rows);
    line.Add("messages", counts.done());
    line.Add("segments", stats.segments);
    line.Add("accepted", counts.accepted);
    line.Add("rejected", counts.rejected);
    line.Add("unknown", counts.unknown);
    line.Add("unsent", counts.unsent);
    line.Add("retries", 0);
    line.Add("throttled", stats.throttled);
    line.Add("timeouts", stats.timeouts);
    line.Add("receipts", stats.receipts);
    line.Add("delivered", stats.delivered);
    line.Add("elapsed_s", progress.elapsed_s);
    line.Add("segments_per_s", rate);
    line.Add("exit_code", exit_code);
    line.End();
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }
  console_.Note(absl::StrFormat(
      "%s rows in %s: %s accepted, %s rejected, %s unknown, %s unsent, %s bad",
      WithCommas(progress.rows_read), HumanTime(progress.elapsed_s), WithCommas(counts.accepted),
      WithCommas(counts.rejected), WithCommas(counts.unknown), WithCommas(counts.unsent),
      WithCommas(progress.bad_rows)));
  console_.Note(absl::StrFormat("%s segments, %s a second", WithCommas(stats.segments),
                                WithCommas(static_cast<uint64_t>(rate))));
  for (const auto& [status, count] : counts.refusals) {
    console_.Note(absl::StrFormat("rejected with 0x%02X %s: %s", status, CommandStatusName(status),
                                  WithCommas(count)));
  }
  if (progress.bad_rows > 0) {
    console_.Note(absl::StrFormat("bad rows are in '%s'; the first: %s", rejects_.path(),
                                  rejects_.FirstReason()));
  }
  if (counts.unknown > 0) {
    console_.Note(absl::StrFormat(
        "%s rows are unknown: they left and no answer came, so they may or may not have been taken",
        WithCommas(counts.unknown)));
  }
  if (counts.unsent > 0) {
    console_.Note(absl::StrFormat("%s rows are left", WithCommas(counts.unsent)));
  }
  if (!feed_status_.ok()) Fail(kExitCampaign, feed_status_);
  if (!rejects_.Failure().empty()) Fail(kExitDisk, rejects_.Failure());
  if (results_ != nullptr && !results_->Flush().ok()) Fail(kExitDisk, results_->Flush());
}

}  // namespace

int RunSend(const SendOptions& options) { return Run(options).Execute(); }

int RunDry(const SendOptions& options) {
  Rejects rejects(options.rejects, options.max_bad_rows);
  std::vector<DryRun> runs;
  for (const AccountOptions& account : options.accounts) {
    const double limit = options.rate > 0 && account.rate > 0
                             ? std::min(options.rate, account.rate)
                             : std::max(options.rate, account.rate);
    runs.emplace_back(account, limit);
  }
  const auto add = [&](MessageBatch& batch) {
    Message message;
    while (batch.Next(&message)) {
      for (DryRun& run : runs) run.Add(message, &run == &runs.front() ? &batch : nullptr);
    }
  };
  uint64_t rows = 1;
  if (options.to.empty()) {
    auto campaign = OpenCampaign(options, &rejects);
    if (!campaign.ok()) return Fail(kExitCampaign, campaign.status());
    for (;;) {
      auto batch = (*campaign)->NextBatch();
      if (!batch.ok()) return Fail(kExitCampaign, batch.status());
      if (*batch == nullptr) break;
      add(**batch);
    }
    rows = (*campaign)->rows_read();
  } else {
    add(*SingleMessage(options));
  }
  std::printf("%s", options.json ? ""
                                 : absl::StrFormat("%s rows, %s bad\n", WithCommas(rows),
                                                   WithCommas(rejects.count()))
                                       .c_str());
  if (!options.json && rejects.count() > 0) {
    std::printf("bad rows are in '%s'; the first: %s\n", rejects.path().c_str(),
                rejects.FirstReason().c_str());
  }
  for (const DryRun& run : runs) {
    if (options.json) {
      std::fputs(run.Json().c_str(), stdout);
      continue;
    }
    for (const std::string& line : run.Lines()) std::printf("%s\n", line.c_str());
  }
  if (!rejects.Failure().empty()) return Fail(kExitDisk, rejects.Failure());
  if (rejects.too_many()) return Fail(kExitCampaign, "too many bad rows");
  if (rows == 0) return kExitNothingToDo;
  return rejects.count() > 0 ? kExitSomeRejected : kExitOk;
}

}  // namespace salvo::tools
