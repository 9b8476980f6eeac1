#include "tools/bench/runs/messages.h"

#include <algorithm>
#include <cmath>

#include "tools/common/exit_code.h"

namespace salvo::bench {

class Source::EndlessBatch final : public MessageBatch {
 public:
  EndlessBatch(const Source& source, uint64_t first, uint64_t step)
      : source_(source), next_(first), step_(step) {}

  bool Next(Message* message) override {
    if (next_ > source_.most_ || source_.stopped_.load(std::memory_order_relaxed)) return false;
    source_.Fill(next_, message);
    next_ += step_;
    return true;
  }

 private:
  const Source& source_;
  uint64_t next_;
  const uint64_t step_;
};

class Source::SomeBatch final : public MessageBatch {
 public:
  SomeBatch(const Source& source, uint64_t first, uint64_t count)
      : source_(source), next_(first), end_(first + count) {}

  bool Next(Message* message) override {
    if (next_ == end_) return false;
    source_.Fill(next_++, message);
    return true;
  }

 private:
  const Source& source_;
  uint64_t next_;
  const uint64_t end_;
};

void Source::Fill(uint64_t key, Message* message) const {
  message->key = key;
  message->to = to_;
  message->text = text_;
}

std::unique_ptr<MessageBatch> Source::Endless(uint32_t index, uint32_t of) {
  return std::make_unique<EndlessBatch>(*this, index + 1, of);
}

std::unique_ptr<MessageBatch> Source::Some(uint64_t first_key, uint64_t count) {
  return std::make_unique<SomeBatch>(*this, first_key, count);
}

void Counter::OnOutcomes(std::span<const Outcome> outcomes) {
  uint64_t rejected = 0;
  for (const Outcome& outcome : outcomes) {
    if (outcome.result == Result::kAccepted) continue;
    ++rejected;
    if (refusal() == 0) refusal_.store(outcome.command_status, std::memory_order_relaxed);
  }
  rejected_.fetch_add(rejected, std::memory_order_relaxed);
  settled_.fetch_add(outcomes.size(), std::memory_order_relaxed);
}

void Counter::OnEvent(const Event& event) {
  int code = 0;
  switch (event.kind) {
    case Event::Kind::kConnectFailed:
    case Event::Kind::kTlsFailed:
    case Event::Kind::kDisconnected:
      code = tools::kExitCannotConnect;
      break;
    case Event::Kind::kBindRefused:
    case Event::Kind::kAccountStopped:
      code = tools::kExitBindRefused;
      break;
    case Event::Kind::kBraked:
      code = tools::kExitOther;
      break;
    case Event::Kind::kJournalFailed:
      code = tools::kExitDisk;
      break;
    default:
      return;
  }
  const std::lock_guard lock(mutex_);
  if (!fault_.empty()) return;
  fault_ = event.text;
  exit_code_.store(code);
}

std::string Counter::Fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

Schedule::Schedule(double per_second, int64_t start_ns) : start_ns_(start_ns) {
  constexpr double kLeastIntervalNs = 1e6;  // a wake-up costs tens of microseconds
  const double alone_ns = 1e9 / per_second;
  group_ = static_cast<uint64_t>(std::max(1.0, std::ceil(kLeastIntervalNs / alone_ns)));
  interval_ns_ = alone_ns * static_cast<double>(group_);
}

int64_t Schedule::GroupDue(uint64_t number) const {
  return std::llround(interval_ns_ * static_cast<double>(number));
}

uint64_t Schedule::DueBefore(int64_t nanos) const {
  if (nanos <= 0) return 0;
  return group_ * static_cast<uint64_t>(std::ceil(static_cast<double>(nanos) / interval_ns_));
}

void LatencyCounter::OnOutcomes(std::span<const Outcome> outcomes) {
  Counter::OnOutcomes(outcomes);
  for (const Outcome& outcome : outcomes) {
    const int64_t due = schedule_.DueAt(outcome.key);
    if (due < from_ns_ || outcome.result != Result::kAccepted) continue;
    latencies_.Add(outcome.answered_at_ns - due);
  }
}

}  // namespace salvo::bench
