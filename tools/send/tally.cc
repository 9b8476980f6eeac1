#include "tools/send/tally.h"

#include <algorithm>

namespace salvo::tools {

void Tally::OnOutcomes(std::span<const Outcome> outcomes) {
  if (results_ != nullptr) results_->Add(outcomes);
  const std::lock_guard lock(mutex_);
  for (const Outcome& outcome : outcomes) {
    switch (outcome.result) {
      case Result::kAccepted:
        ++counts_.accepted;
        break;
      case Result::kRejected:
        ++counts_.rejected;
        ++counts_.refusals[outcome.command_status];
        break;
      case Result::kUnknown:
        ++counts_.unknown;
        break;
      case Result::kUnsent:
        ++counts_.unsent;
        break;
      case Result::kInvalid:  // the rejects count them
        break;
    }
    if (outcome.submitted_at_ns == 0 || outcome.earlier) continue;
    if (counts_.first_submitted_ns == 0) counts_.first_submitted_ns = outcome.submitted_at_ns;
    counts_.first_submitted_ns = std::min(counts_.first_submitted_ns, outcome.submitted_at_ns);
    counts_.last_answered_ns = std::max(counts_.last_answered_ns, outcome.answered_at_ns);
  }
}

void Tally::OnReceipts(std::span<const Receipt> receipts) {
  if (results_ != nullptr) results_->AddReceipts(receipts);
  if (receipts_ != nullptr) {
    for (const Receipt& receipt : receipts) receipts_->Add(receipt);
  }
  const auto undelivered = std::count_if(receipts.begin(), receipts.end(), [](const Receipt& r) {
    return IsFinal(r.state) && r.state != DeliveryState::kDelivered;
  });
  const std::lock_guard lock(mutex_);
  counts_.undelivered += static_cast<uint64_t>(undelivered);
}

void Tally::OnEvent(const Event& event) {
  {
    const std::lock_guard lock(mutex_);
    NoteFailure(event);
  }
  on_event_(event);
}

void Tally::NoteFailure(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kConnectFailed:
    case Event::Kind::kTlsFailed:
    case Event::Kind::kBound:
    case Event::Kind::kBindRefused:
    case Event::Kind::kDisconnected:
      last_failure_[std::string(event.account)] = event.kind;
      return;
    case Event::Kind::kAccountStopped: {
      if (event.command_status != 0) return;  // it was bound: an answer to submit_sm stopped it
      const bool refused = last_failure_[std::string(event.account)] == Event::Kind::kBindRefused;
      (refused ? failure_.any_refused : failure_.any_unreachable) = true;
      return;
    }
    case Event::Kind::kBraked:
      failure_.braked = true;
      return;
    case Event::Kind::kJournalFailed:
      failure_.journal_failed = true;
      return;
    case Event::Kind::kThrottled:
    case Event::Kind::kThrottleEnded:
    case Event::Kind::kReceiptIdsLearned:
    case Event::Kind::kLogFailed:
      return;
  }
}

Counts Tally::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

Failure Tally::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace salvo::tools
