// What runs send, and who counts what becomes of it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "salvo/durations.h"
#include "salvo/engine.h"

namespace salvo::bench {

// Equal messages with keys of their own, until there are enough of them or it is told to stop.
// Outlives its batches. Thread-safe.
class Source {
 public:
  // `most` 0: as many as there is time for.
  Source(std::string to, std::string text, uint64_t most)
      : to_(std::move(to)), text_(std::move(text)), most_(most == 0 ? UINT64_MAX : most) {}

  // A batch without an end of its own, one of `of` that share the keys among them.
  std::unique_ptr<MessageBatch> Endless(uint32_t index, uint32_t of);
  // A batch of messages with these keys.
  std::unique_ptr<MessageBatch> Some(uint64_t first_key, uint64_t count);

  void Stop() { stopped_.store(true, std::memory_order_relaxed); }

 private:
  class EndlessBatch;
  class SomeBatch;
  void Fill(uint64_t key, Message* message) const;

  const std::string to_;
  const std::string text_;
  const uint64_t most_;
  std::atomic<bool> stopped_ = false;
};

// Counts outcomes, and keeps what went wrong first.
class Counter : public Listener {
 public:
  void OnOutcomes(std::span<const Outcome> outcomes) override;
  void OnEvent(const Event& event) override;

  uint64_t settled() const { return settled_.load(std::memory_order_relaxed); }
  // Those of them that were not accepted.
  uint64_t rejected() const { return rejected_.load(std::memory_order_relaxed); }
  // The command_status of the first that was refused; 0: none was.
  uint32_t refusal() const { return refusal_.load(std::memory_order_relaxed); }
  // What stopped the account, or would not let it begin; "" while nothing did.
  std::string Fault() const;
  int exit_code() const { return exit_code_.load(); }

 private:
  std::atomic<uint64_t> settled_ = 0;
  std::atomic<uint64_t> rejected_ = 0;
  std::atomic<uint32_t> refusal_ = 0;
  std::atomic<int> exit_code_ = 0;
  mutable std::mutex mutex_;
  std::string fault_;
};

// When messages are due: in groups, so that whoever hands them on need not wake for each. The key
// of the first is 0.
class Schedule {
 public:
  // `start_ns` since 1970 UTC.
  Schedule(double per_second, int64_t start_ns);

  uint64_t group() const { return group_; }
  // Nanoseconds from the start to when the group of that number is due.
  int64_t GroupDue(uint64_t number) const;
  // The same of a message, since 1970.
  int64_t DueAt(uint64_t key) const { return start_ns_ + GroupDue(key / group_); }
  // How many messages are due before that time after the start.
  uint64_t DueBefore(int64_t nanos) const;

 private:
  uint64_t group_ = 1;
  double interval_ns_ = 0;
  int64_t start_ns_ = 0;
};

// Counts, and how long after they were due those messages were answered that were due from
// `from_ns` on.
class LatencyCounter final : public Counter {
 public:
  // Before the first message is submitted.
  void Begin(const Schedule& schedule, int64_t from_ns) {
    schedule_ = schedule;
    from_ns_ = from_ns;
  }
  void OnOutcomes(std::span<const Outcome> outcomes) override;
  // Once the engine is done.
  const Durations& latencies() const { return latencies_; }

 private:
  Schedule schedule_ = {1, 0};
  int64_t from_ns_ = 0;
  Durations latencies_;
};

}  // namespace salvo::bench
