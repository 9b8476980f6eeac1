#include "engine/shard/counters.h"

namespace salvo::engine {

Durations DurationCounters::Read() const {
  Durations durations;
  for (size_t i = 0; i < counts_.size(); ++i) durations.AddAt(i, counts_[i].Get());
  durations.Raise(static_cast<int64_t>(longest_told_.Get()));
  return durations;
}

Counter& ShardCounters::Of(Result result) {
  switch (result) {
    case Result::kAccepted:
      return accepted;
    case Result::kRejected:
      return rejected;
    case Result::kUnknown:
      return unknown;
    case Result::kUnsent:
      return unsent;
    case Result::kInvalid:
      break;
  }
  return invalid;
}

Stats ShardCounters::Read() const {
  Stats stats;
  stats.messages = messages.Get();
  stats.accepted = accepted.Get();
  stats.rejected = rejected.Get();
  stats.unknown = unknown.Get();
  stats.unsent = unsent.Get();
  stats.invalid = invalid.Get();
  stats.segments = segments.Get();
  stats.segments_answered = segments_answered.Get();
  stats.in_flight = in_flight.Get();
  stats.throttled = throttled.Get();
  stats.retries = retries.Get();
  stats.retries_waiting = retries_waiting.Get();
  stats.timeouts = timeouts.Get();
  stats.late_answers = late_answers.Get();
  stats.receipts = receipts.Get();
  stats.inbound = inbound.Get();
  stats.protocol_errors = protocol_errors.Get();
  stats.lateness = lateness.Read();
  stats.journal.batches = journal_batches.Get();
  stats.journal.octets = journal_octets.Get();
  stats.journal.syncs = journal_syncs.Get();
  stats.journal.sync_us = journal_sync_us.Get();
  stats.journal.longest_sync_us = journal_longest_sync_us.Get();
  stats.binds.reserve(links.size());
  for (const auto& link : links) {
    BindStats bind;
    bind.account = link->account;
    bind.bind = link->bind;
    bind.role = link->role;
    bind.state = link->state.load(std::memory_order_relaxed);
    bind.window = link->window;
    bind.in_flight = static_cast<uint32_t>(link->in_flight.Get());
    bind.submitted = link->submitted.Get();
    bind.round_trip_us = link->round_trip_us.Get();
    bind.connects = link->connects.Get();
    stats.binds.push_back(std::move(bind));
  }
  return stats;
}

}  // namespace salvo::engine
