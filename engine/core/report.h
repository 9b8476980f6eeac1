// From the shards to the listener: outcomes in batches, events one by one, by one thread. On the
// same way receipts meet the messages that they are about.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/mailbox.h"
#include "engine/core/receipt_desk.h"
#include "engine/receipts/segment.h"
#include "io/clock.h"
#include "pdu/copy_text.h"
#include "salvo/engine.h"

namespace salvo::engine {

// Outcomes, and what receipts are matched by, with the octets that their views refer to. Filled by
// one shard, then handed on.
class OutcomeBatch {
 public:
  static constexpr size_t kMostEntries = 512;
  static constexpr size_t kMostOctets = 64 * 1024;

  OutcomeBatch();

  bool empty() const { return entries_ == 0; }
  // Whether one more of anything with `octets` of text fits. Any single one fits into an empty
  // batch when it has at most kMostOctets.
  bool HasRoom(size_t octets) const {
    return entries_ < kMostEntries && octets <= kMostOctets - used_;
  }
  // A place for an outcome, with whatever was there before: all of it is to be set, views to what
  // Keep gave. REQUIRES: HasRoom of their octets.
  Outcome& Append() {
    ++entries_;
    return outcomes_[outcome_count_++];
  }
  // Copies a text that an outcome of this batch refers to.
  std::string_view Keep(std::string_view text) {
    char* const at = octets_.get() + used_;
    pdu::CopyText(text, at);
    used_ += text.size();
    return {at, text.size()};
  }
  // Copies it and what its views refer to, and so the next ones. REQUIRES: HasRoom of those octets.
  void Add(const Outcome& outcome);
  void Add(const Acceptance& acceptance);
  void Add(const InboundReceipt& receipt);
  void Add(const UnknownSegment& segment);
  // Accepted and rejected messages become unknown ones, those of earlier runs excepted; nothing is
  // known of receipts any more. `changed` is called for each of them.
  void CallUnknown(const std::function<void(Result was)>& changed);
  void Clear();

  // When it is handed on.
  void Stamp(io::Nanos now, int64_t wall_ns) { now_ = now, wall_ns_ = wall_ns; }
  io::Nanos now() const { return now_; }
  int64_t wall_ns() const { return wall_ns_; }

  std::span<const Outcome> outcomes() const { return {outcomes_.get(), outcome_count_}; }
  std::span<const Acceptance> acceptances() const { return acceptances_; }
  std::span<const InboundReceipt> receipts() const { return receipts_; }
  std::span<const UnknownSegment> unknowns() const { return unknowns_; }

 private:
  size_t entries_ = 0;  // of all kinds
  size_t outcome_count_ = 0;
  std::unique_ptr<Outcome[]> outcomes_;
  std::vector<Acceptance> acceptances_;
  std::vector<InboundReceipt> receipts_;
  std::vector<UnknownSegment> unknowns_;
  std::unique_ptr<char[]> octets_;
  size_t used_ = 0;
  io::Nanos now_ = 0;
  int64_t wall_ns_ = 0;
};

// Calls the listener, on a thread of its own or, by RunOnce, on the caller's. Deliver, Obtain, Tick
// and the questions are for any thread; OnNews, Start and Stop for whoever owns it.
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
  // True when it is so much further behind that not even receipts should be taken.
  bool overwhelmed() const { return waiting_.load(std::memory_order_relaxed) >= kFarTooMany; }
  // Whether everything delivered was given to the listener.
  bool idle() const { return waiting_.load() == 0; }

  // Whether that is so and no receipt is to come any more; if not, `wake` is called when it is.
  bool AllIn();

  // Only its Configure is not thread-safe: before Start.
  ReceiptDesk& desk() { return desk_; }
  const ReceiptDesk& desk() const { return desk_; }
  // Has the desk look at what waits for a time, when that has come.
  void Tick(io::Nanos now, int64_t wall_ns);

  // `wake`: called when the shards should look around: it is no longer congested, the desk has news
  // for them, or all is in and they asked. Before the first delivery.
  void OnNews(std::function<void()> wake);
  // Starts the thread.
  void Start();
  // Gives the listener everything delivered so far, then ends the thread.
  void Stop();
  // Gives the listener everything delivered so far, on the caller's thread: for whoever does
  // without Start.
  void RunOnce();

 private:
  static constexpr size_t kMostWaiting = 64;  // batches
  static constexpr size_t kFarTooMany = 8 * kMostWaiting;

  struct Report {
    std::unique_ptr<OutcomeBatch> outcomes;  // nullptr: it is something else
    bool is_tick = false;
    io::Nanos now = 0;  // of a tick
    int64_t wall_ns = 0;
    Event event;
    std::string account;  // that the event's views refer to
    std::string text;
  };

  void Push(Report report);
  void Give(Report& report);
  void Run();

  Listener* listener_;
  ReceiptDesk desk_;
  Mailbox<Report> reports_;
  Mailbox<std::unique_ptr<OutcomeBatch>> spare_;
  std::atomic<size_t> waiting_ = 0;
  std::atomic<uint32_t> signal_ = 0;  // changes with every report
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> is_asked_ = false;  // whether all is in
  std::function<void()> wake_;
  std::thread thread_;
};

}  // namespace salvo::engine
