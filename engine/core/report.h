// From the shards to the listener: outcomes in batches, events one by one, by one thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/mailbox.h"
#include "salvo/engine.h"

namespace salvo::engine {

// Outcomes with the octets that their views refer to. Filled by one shard, then handed on.
class OutcomeBatch {
 public:
  static constexpr size_t kMostOutcomes = 512;
  static constexpr size_t kMostOctets = 64 * 1024;

  OutcomeBatch();

  bool empty() const { return outcomes_.empty(); }
  // Whether one more outcome with `octets` of text fits. Any single one fits into an empty batch
  // when it has at most kMostOctets.
  bool HasRoom(size_t octets) const {
    return outcomes_.size() < kMostOutcomes && octets <= kMostOctets - used_;
  }
  // Copies the outcome and what its views refer to. REQUIRES: HasRoom of those octets.
  void Add(const Outcome& outcome);
  // Accepted and rejected messages become unknown ones, those of earlier runs excepted.
  void CallUnknown();
  void Clear();

  std::span<const Outcome> outcomes() const { return outcomes_; }

 private:
  std::string_view Keep(std::string_view text);

  std::vector<Outcome> outcomes_;
  std::unique_ptr<char[]> octets_;
  size_t used_ = 0;
};

// Calls the listener. All methods but Run's callers are thread-safe.
class Reporter {
 public:
  // `listener` is not owned.
  explicit Reporter(Listener* listener);
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  // An empty batch, a used one if there is one.
  std::unique_ptr<OutcomeBatch> Obtain();
  void Deliver(std::unique_ptr<OutcomeBatch> batch);
  void Deliver(const Event& event);

  // True when the listener is so far behind that nothing new should be started.
  bool congested() const { return waiting_.load(std::memory_order_relaxed) >= kMostWaiting; }

  // Starts the thread. `on_relief`: called by it when it is no longer congested.
  void Start(std::function<void()> on_relief);
  // Gives the listener everything delivered so far, then ends the thread.
  void Stop();
  // Gives the listener everything delivered so far, on the caller's thread: for whoever does
  // without Start.
  void RunOnce();

 private:
  static constexpr size_t kMostWaiting = 64;  // batches

  struct Report {
    std::unique_ptr<OutcomeBatch> outcomes;  // nullptr: it is an event
    Event event;
    std::string account;  // that the event's views refer to
    std::string text;
  };

  void Push(Report report);
  void Run();

  Listener* listener_;
  Mailbox<Report> reports_;
  Mailbox<std::unique_ptr<OutcomeBatch>> spare_;
  std::atomic<size_t> waiting_ = 0;
  std::atomic<uint32_t> signal_ = 0;  // changes with every report
  std::atomic<bool> stopping_ = false;
  std::function<void()> on_relief_;
  std::thread thread_;
};

}  // namespace salvo::engine
