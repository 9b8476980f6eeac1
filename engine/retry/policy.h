// An account's retry options as the shards ask them. Immutable: any thread.
#pragma once

#include "io/clock.h"
#include "pdu/status.h"
#include "salvo/retry.h"

namespace salvo::engine {

struct RetryDecision {
  StatusClass status_class = StatusClass::kPermanent;
  bool retry = false;
  io::Nanos delay = 0;  // before the retry
};

class RetryPolicy {
 public:
  explicit RetryPolicy(RetryOptions options);

  // Whether any refusal is retried: if not, nothing needs to be kept for it.
  bool enabled() const { return enabled_; }
  uint32_t max_waiting() const { return options_.max_waiting; }

  // What follows a refusal. `attempts`: submissions of the segment so far, the refused one
  // included. `age`: since the message was first submitted. A retry that would come after max_age
  // is not made.
  RetryDecision Decide(pdu::CommandStatus status, uint32_t attempts, io::Nanos age) const;
  // Whether a retry that was decided may still be made, which has waited for its turn since it was
  // due. `status`: of the refusal.
  bool IsInTime(pdu::CommandStatus status, io::Nanos age) const;

 private:
  bool AnyIsRetried() const;

  const RetryOptions options_;
  const bool enabled_;
};

}  // namespace salvo::engine
