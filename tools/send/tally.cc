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
    if (outcome.submitted_at_ns == 0) continue;
    if (counts_.first_submitted_ns == 0) counts_.first_submitted_ns = outcome.submitted_at_ns;
    counts_.first_submitted_ns = std::min(counts_.first_submitted_ns, outcome.submitted_at_ns);
    counts_.last_answered_ns = std::max(counts_.last_answered_ns, outcome.answered_at_ns);
  }
}

void Tally::OnEvent(const Event& event) {
  {
    const std::lock_guard lock(mutex_);
    Event::Kind& last = last_failure_[std::string(event.account)];
    if (event.kind == Event::Kind::kAccountStopped) {
      const bool refused = last == Event::Kind::kBindRefused;
      (refused ? failure_.any_refused : failure_.any_unreachable) = true;
    } else {
      last = event.kind;
    }
  }
  on_event_(event);
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
