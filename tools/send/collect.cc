#include "tools/send/collect.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "salvo/explain.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"
#include "tools/common/replace_file.h"
#include "tools/common/shell_word.h"
#include "tools/common/signals.h"
#include "tools/send/console.h"
#include "tools/send/event_text.h"
#include "tools/send/files.h"
#include "tools/send/receipt_columns.h"
#include "tools/send/receipt_recovery.h"
#include "tools/send/stray_lines.h"

namespace salvo::tools {
namespace {

using Clock = std::chrono::steady_clock;

int Fail(int code, std::string_view sentence) {
  std::fprintf(stderr, "salvo receipts: %s\n", std::string(sentence).c_str());
  return code;
}

class Collection {
 public:
  explicit Collection(const SendOptions& options) : options_(options), console_(options.style) {}

  int Execute();

 private:
  int OpenJournal();
  int Start();
  bool MayHearOfUnknown() const;
  void Watch();
  void OnEvent(const Event& event);
  void ShowProgress();
  absl::Status ReadTheRest();
  int ExitCode(uint64_t waiting) const;
  std::string Json(uint64_t waiting, int exit_code) const;
  int Conclude();

  const SendOptions& options_;
  Console console_;
  ReceiptStore receipts_;
  std::unique_ptr<CampaignJournal> journal_;
  std::unique_ptr<Tally> tally_;
  std::unique_ptr<Engine> engine_;  // nullptr: nothing is outstanding
  JournalCounts before_;            // by earlier runs
  uint64_t unknown_ = 0;            // rows that they left so
  View view_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_ = started_;
  Stats stats_;  // as they were last
  uint64_t undelivered_ = 0;
};

int Collection::OpenJournal() {
  CampaignJournal::Options options;
  options.directory = options_.journal;
  options.record = options_.record;
  options.results = options_.results;
  options.goes_on = true;
  options.only_receipts = true;
  options.on_receipt = [this](const Receipt& receipt) { receipts_.Add(receipt); };
  options.receipts = ReceiptsOf(options_.accounts);
  options.max_waiting_receipts = options_.max_waiting_receipts;
  JournalFault fault;
  journal_ = CampaignJournal::Open(options, &fault);
  return journal_ != nullptr ? static_cast<int>(kExitOk) : Fail(fault.exit_code, fault.sentence);
}

int Collection::Start() {
  tally_ = std::make_unique<Tally>(nullptr, &receipts_, [this](const Event& e) { OnEvent(e); });
  EngineOptions engine;
  engine.journal = &journal_->journal();
  engine.shards = options_.shards;
  engine.wait_receipts = options_.wait_receipts;
  engine.max_waiting_receipts = options_.max_waiting_receipts;
  engine.log = options_.log;
  WatchStopSignals([](int count) {
    if (count > 1) _exit(kExitInterrupted);
  });
  WatchHangups();
  const Status status = Engine::Create(engine, options_.accounts, tally_.get(), &engine_);
  if (status.ok()) {
    engine_->Finish();
    return kExitOk;
  }
  return Fail(status.code() == StatusCode::kPlatform   ? kExitPlatform
              : status.code() == StatusCode::kDataLoss ? kExitDisk
                                                       : kExitUsage,
              status.message());
}

int Collection::Execute() {
  if (const int code = OpenJournal(); code != kExitOk) return code;
  before_ = journal_->journal().counts();
  unknown_ = before_.unknown;
  stats_.accepted_without_id = before_.without_id;
  if (before_.receipts_waiting > 0 || MayHearOfUnknown()) {
    if (const int code = Start(); code != kExitOk) return code;
    Watch();
  }
  return Conclude();
}

// Their receipts can be told by the reference alone.
bool Collection::MayHearOfUnknown() const {
  const auto adds_reference = [](const AccountOptions& a) { return a.receipts.reference; };
  return unknown_ > 0 &&
         std::any_of(options_.accounts.begin(), options_.accounts.end(), adds_reference);
}

void Collection::Watch() {
  int hangups = 0;
  bool ended = false;
  while (!engine_->WaitUntilDone(kLookInterval)) {
    if (Hangups() != hangups) {
      hangups = Hangups();
      engine_->ReopenLogs();
    }
    if (StopSignals() > 0 && !ended) {
      ended = true;
      console_.Note("no longer waiting for receipts");
      engine_->Drain();
    }
    ShowProgress();
  }
  stats_ = engine_->Snapshot();
  undelivered_ = tally_->counts().undelivered;
  if (console_.live()) console_.Show(view_.Lines(console_));
  console_.Finish();
}

void Collection::OnEvent(const Event& event) {
  if (options_.json) {
    std::fputs(EventJson(event).c_str(), stdout);
    std::fflush(stdout);
  }
  if (event.kind == Event::Kind::kBound && console_.live()) return;  // the view shows it
  console_.Note(IsGood(event) ? EventLine(event) : console_.Bad(EventLine(event)));
}

void Collection::ShowProgress() {
  Progress progress;
  progress.campaign = options_.journal;
  progress.only_receipts = true;
  progress.counts = tally_->counts();
  progress.stats = engine_->Snapshot();
  // Of the campaign, as those that wait are.
  progress.stats.delivered += before_.delivered;
  progress.counts.undelivered += before_.undelivered;
  progress.elapsed_s = std::chrono::duration<double>(Clock::now() - started_).count();
  view_.Update(std::move(progress));
  if (console_.live()) console_.Show(view_.Lines(console_));
  if (std::chrono::duration<double>(Clock::now() - shown_).count() < options_.stats_s) return;
  shown_ = Clock::now();
  if (!console_.live()) console_.Note(view_.Line());
  if (!options_.json) return;
  std::fputs(view_.Json().c_str(), stdout);
  std::fflush(stdout);
}

int Collection::ExitCode(uint64_t waiting) const {
  const Failure failure = tally_ == nullptr ? Failure{} : tally_->failure();
  if (failure.journal_failed) return kExitDisk;
  // Those of unknown rows belong to no segment that was accepted: they are probable at most.
  const bool lacks_unknown = MayHearOfUnknown() && stats_.receipts_probable < unknown_;
  if (waiting == 0 && !lacks_unknown) return kExitOk;
  if (failure.any_refused) return kExitBindRefused;
  return failure.any_unreachable ? kExitCannotConnect : kExitStoppedWithRest;
}

std::string Collection::Json(uint64_t waiting, int exit_code) const {
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "summary");
  line.Add("schema", 1);
  line.Add("receipts", stats_.receipts);
  line.Add("delivered", stats_.delivered);
  line.Add("undelivered", undelivered_);
  line.Add("receipts_waiting", waiting);
  line.Add("receipts_repeated", stats_.receipts_repeated);
  line.Add("receipts_unmatched", stats_.receipts_unmatched);
  line.Add("receipts_probable", stats_.receipts_probable);
  line.Add("accepted_without_id", stats_.accepted_without_id);
  line.Add("inbound", stats_.inbound);
  line.Add("unknown", unknown_);
  line.Add("elapsed_s", std::chrono::duration<double>(Clock::now() - started_).count());
  line.Add("exit_code", exit_code);
  line.End();
  return text;
}

// What memory had no room for is read from the journal.
absl::Status Collection::ReadTheRest() {
  if (stats_.receipts_on_disk == 0) return absl::OkStatus();
  const auto totals =
      ReadReceipts(options_.journal, options_.accounts, options_.max_waiting_receipts, &receipts_);
  if (!totals.ok()) return totals.status();
  stats_.delivered = totals->delivered - before_.delivered;
  undelivered_ = totals->undelivered - before_.undelivered;
  stats_.receipts_waiting = totals->receipts_waiting;
  return absl::OkStatus();
}

int Collection::Conclude() {
  absl::Status filled = ReadTheRest();
  const uint64_t waiting = engine_ == nullptr ? 0 : stats_.receipts_waiting;
  if (filled.ok() && !receipts_.empty() && !options_.results.empty() &&
      CanBeReplaced(options_.results)) {
    filled = FillReceiptColumns(options_.results, receipts_);
  }
  const int code = filled.ok() ? ExitCode(waiting) : static_cast<int>(kExitDisk);
  if (options_.json) {
    std::fputs(Json(waiting, code).c_str(), stdout);
    std::fflush(stdout);
  }
  console_.Note(absl::StrFormat("%s came: %s delivered, %s undelivered; %s still outstanding",
                                Counted(stats_.receipts, "receipt"), WithCommas(stats_.delivered),
                                WithCommas(undelivered_), WithCommas(waiting)));
  std::vector<std::string> strays;
  AddStrayLines(stats_, &strays);
  for (const std::string& line : strays) console_.Note(line);
  if (unknown_ > 0) {
    console_.Note(
        absl::StrFormat("%s of unknown fate; what receipts tell of them is settled by: "
                        "salvo resume %s",
                        Counted(unknown_, "row"), ShellWord(options_.journal)));
  }
  if (waiting > 0 && stats_.receipts == 0) {
    console_.Note(absl::StrFormat("what may keep them away: salvo explain %s",
                                  ExplainSymptom(Symptom::kNoReceipts).name));
  }
  if (!filled.ok()) {
    const auto message = filled.message();
    Fail(code, std::string_view(message.data(), message.size()));
  }
  return code;
}

}  // namespace

int CollectReceipts(const SendOptions& options) {
  const std::string fault = FaultOfFiles(options);
  return fault.empty() ? Collection(options).Execute() : Fail(kExitUsage, fault);
}

}  // namespace salvo::tools
