#include "engine/core/report.h"

#include <algorithm>
#include <utility>

namespace salvo::engine {

OutcomeBatch::OutcomeBatch() : octets_(std::make_unique_for_overwrite<char[]>(kMostOctets)) {
  outcomes_.reserve(kMostOutcomes);
}

std::string_view OutcomeBatch::Keep(std::string_view text) {
  char* at = octets_.get() + used_;
  std::copy(text.begin(), text.end(), at);
  used_ += text.size();
  return {at, text.size()};
}

void OutcomeBatch::Add(const Outcome& outcome) {
  outcomes_.push_back(outcome);
  Outcome& kept = outcomes_.back();
  kept.to = Keep(outcome.to);
  kept.message_ids = Keep(outcome.message_ids);
  kept.detail = Keep(outcome.detail);
}

void OutcomeBatch::CallUnknown() {
  for (Outcome& outcome : outcomes_) {
    const bool answered =
        outcome.result == Result::kAccepted || outcome.result == Result::kRejected;
    if (answered && !outcome.earlier) outcome.result = Result::kUnknown;
  }
}

void OutcomeBatch::Clear() {
  outcomes_.clear();
  used_ = 0;
}

Reporter::Reporter(Listener* listener)
    : listener_(listener), reports_(SIZE_MAX), spare_(kMostWaiting) {}

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

void Reporter::RunOnce() {
  Report report;
  while (reports_.TryPop(&report)) {
    if (report.outcomes != nullptr) {
      listener_->OnOutcomes(report.outcomes->outcomes());
      report.outcomes->Clear();
      spare_.TryPush(report.outcomes);
      report.outcomes = nullptr;
    } else {
      report.event.account = report.account;
      report.event.text = report.text;
      listener_->OnEvent(report.event);
    }
    const bool relieved = waiting_.fetch_sub(1) == kMostWaiting;
    if (relieved && on_relief_) on_relief_();
  }
}

void Reporter::Start(std::function<void()> on_relief) {
  on_relief_ = std::move(on_relief);
  thread_ = std::thread([this] { Run(); });
}

void Reporter::Run() {
  for (;;) {
    const uint32_t seen = signal_.load();
    RunOnce();
    if (stopping_.load() && reports_.empty()) return;
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
