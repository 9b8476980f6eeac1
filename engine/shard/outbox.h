// A shard's outcomes on their way to the reporter, in batches. Where the disk is waited for, a
// batch is shown when the sync is done that covers the records of its outcomes.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "engine/core/report.h"
#include "io/clock.h"

namespace salvo::engine {

// One thread, the shard's. The reporter is not owned and must outlive the outbox.
class Outbox {
 public:
  explicit Outbox(Reporter& reporter) : reporter_(reporter) {}

  // The batch to add to, with room for one more of so many octets. REQUIRES: an empty one has it.
  OutcomeBatch& BatchFor(size_t octets) {
    if (batch_ == nullptr || !batch_->HasRoom(octets)) [[unlikely]]
      BeginBatch(octets);
    return *batch_;
  }
  // Keeps it until Flush, and so the next ones.
  void Add(const Outcome& outcome);
  void Add(const Acceptance& acceptance);
  void Add(const InboundReceipt& receipt);
  void Add(const UnknownSegment& segment);

  // What it holds of answers cannot be vouched for any more.
  void CallUnknown(const std::function<void(Result was)>& changed);
  // Seals what is full, all that there is when the last time was long enough ago or `all` is set,
  // and hands on what waits for no sync after `synced`. `covering`: the sync of the journal that
  // covers all outcomes that were added.
  void Flush(io::Nanos now, int64_t wall_ns, uint64_t covering, uint64_t synced, bool all = false);
  // When Flush will have something to seal; io::kNever when there is nothing.
  io::Nanos NextDeadline() const;
  // True when so much waits for a slow disk that nothing new should be started.
  bool congested() const { return sealed_.size() >= kMostSealed; }
  bool empty() const {
    return full_.empty() && sealed_.empty() && (batch_ == nullptr || batch_->empty());
  }

 private:
  // Of two hand-overs of batches with room for more. An outcome that comes alone is handed on at
  // once; of a stream, some dozens a second wake the reporter's thread, and one is soon enough
  // seen.
  static constexpr io::Nanos kLongestInterval = 30 * io::kNanosPerMilli;
  // Enough for a turn that came for another reason, so that it needs none of its own.
  static constexpr io::Nanos kInterval = 20 * io::kNanosPerMilli;

  static constexpr size_t kMostSealed = 64;

  struct Sealed {
    uint64_t sync;
    std::unique_ptr<OutcomeBatch> batch;
  };

  void BeginBatch(size_t octets);
  void Deliver(std::unique_ptr<OutcomeBatch> batch, io::Nanos now, int64_t wall_ns);

  Reporter& reporter_;
  std::deque<Sealed> sealed_;
  std::vector<std::unique_ptr<OutcomeBatch>> full_;
  std::unique_ptr<OutcomeBatch> batch_;
  io::Nanos sealed_at_ = -kLongestInterval;  // the last time
};

}  // namespace salvo::engine
