#include "engine/core/report.h"

#include <algorithm>
#include <utility>

#include "io/thread_name.h"

namespace salvo::engine {

OutcomeBatch::OutcomeBatch()
    : outcomes_(std::make_unique<Outcome[]>(kMostEntries)),
      octets_(std::make_unique_for_overwrite<char[]>(kMostOctets)) {}

void OutcomeBatch::Add(const Outcome& outcome) {
  Outcome& kept = Append();
  kept = outcome;
  kept.to = Keep(outcome.to);
  kept.message_ids = Keep(outcome.message_ids);
  kept.detail = Keep(outcome.detail);
}

void OutcomeBatch::Add(const Acceptance& acceptance) {
  ++entries_;
  acceptances_.push_back(acceptance);
  acceptances_.back().id = Keep(acceptance.id);
}

void OutcomeBatch::Add(const InboundReceipt& receipt) {
  ++entries_;
  receipts_.push_back(receipt);
  receipts_.back().id = Keep(receipt.id);
  receipts_.back().error = Keep(receipt.error);
}

void OutcomeBatch::Add(const UnknownSegment& segment) {
  ++entries_;
  unknowns_.push_back(segment);
}

void OutcomeBatch::CallUnknown(const std::function<void(Result was)>& changed) {
  acceptances_.clear();
  receipts_.clear();
  entries_ = outcome_count_ + unknowns_.size();
  for (Outcome& outcome : std::span(outcomes_.get(), outcome_count_)) {
    const bool answered =
        outcome.result == Result::kAccepted || outcome.result == Result::kRejected;
    if (!answered || outcome.earlier) continue;
    changed(std::exchange(outcome.result, Result::kUnknown));
    outcome.command_status = 0;
  }
}

void OutcomeBatch::Clear() {
  outcome_count_ = 0;
  acceptances_.clear();
  receipts_.clear();
  unknowns_.clear();
  entries_ = 0;
  used_ = 0;
}

Reporter::Reporter(Listener* listener)
    : listener_(listener), desk_(listener), reports_(SIZE_MAX), spare_(kMostWaiting) {}

Reporter::~Reporter() { Stop(); }

std::unique_ptr<OutcomeBatch> Reporter::Obtain() {
  std::unique_ptr<OutcomeBatch> batch;
  if (!spare_.TryPop(&batch)) batch = std::make_unique<OutcomeBatch>();
  return batch;
}

void Reporter::Deliver(std::unique_ptr<OutcomeBatch> batch) {
  Report report;
  report.outcomes = std::move(batch);
  Push(std::move(report));
}

void Reporter::Deliver(const Event& event) {
  Report report;
  report.event = event;
  report.account = event.account;
  report.text = event.text;
  Push(std::move(report));
}

void Reporter::Push(Report report) {
  waiting_.fetch_add(1);
  reports_.Push(std::move(report));
  signal_.fetch_add(1);
  signal_.notify_one();
}

void Reporter::Tick(io::Nanos now, int64_t wall_ns) {
  if (!desk_.TakeDeadline(now)) return;
  Report report;
  report.is_tick = true;
  report.now = now;
  report.wall_ns = wall_ns;
  Push(std::move(report));
}

void Reporter::RunOnce() {
  Report report;
  while (reports_.TryPop(&report)) {
    Give(report);
    const size_t waiting = waiting_.fetch_sub(1) - 1;
    const bool relieved = waiting == kMostWaiting - 1;
    const bool all_in = waiting == 0 && desk_.all_in() && is_asked_.exchange(false);
    if ((desk_.TakeNews() || relieved || all_in) && wake_) wake_();
  }
}

void Reporter::Give(Report& report) {
  if (report.is_tick) return desk_.Advance(report.now, report.wall_ns);
  if (report.outcomes == nullptr) {
    report.event.account = report.account;
    report.event.text = report.text;
    return listener_->OnEvent(report.event);
  }
  OutcomeBatch& batch = *report.outcomes;
  if (!batch.outcomes().empty()) listener_->OnOutcomes(batch.outcomes());
  desk_.Advance(batch.now(), batch.wall_ns());
  desk_.Take(batch.unknowns(), batch.acceptances(), batch.receipts());
  batch.Clear();
  spare_.TryPush(report.outcomes);
  report.outcomes = nullptr;
}

// Asks before it looks: what is in meanwhile is then told by one of the two.
bool Reporter::AllIn() {
  is_asked_.store(true);
  return idle() && desk_.all_in();
}

void Reporter::OnNews(std::function<void()> wake) { wake_ = std::move(wake); }

void Reporter::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Reporter::Run() {
  io::NameThread("salvo-reporter");
  for (;;) {
    const uint32_t seen = signal_.load();
    RunOnce();
    if (stopping_.load() && reports_.empty()) return desk_.Finish();
    signal_.wait(seen);
  }
}

void Reporter::Stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true);
  signal_.fetch_add(1);
  signal_.notify_one();
  thread_.join();
}

}  // namespace salvo::engine
