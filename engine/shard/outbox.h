// A shard's outcomes on their way to the reporter, in batches. Where the disk is waited for, a
// batch is shown when the sync is done that covers the records of its outcomes.
#pragma once

#include <deque>
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
  OutcomeBatch& BatchFor(size_t octets, io::Nanos now) {
    if (batch_ == nullptr || !batch_->HasRoom(octets)) [[unlikely]]
      BeginBatch(octets);
    if (batch_->empty()) first_at_ = now;
    return *batch_;
  }
  // Keeps it until Flush, and so the next ones.
  void Add(const Outcome& outcome, io::Nanos now);
  void Add(const Acceptance& acceptance, io::Nanos now);
  void Add(const InboundReceipt& receipt, io::Nanos now);
  void Add(const UnknownSegment& segment, io::Nanos now);

  // What it holds of answers cannot be vouched for any more.
  void CallUnknown();
  // Seals what has waited long enough, everything when `all`, and hands on what waits for no sync
  // after `synced`. `covering`: the sync of the journal that covers all outcomes that were added.
  void Flush(io::Nanos now, int64_t wall_ns, uint64_t covering, uint64_t synced, bool all = false);
  // When Flush will have something to seal; io::kNever when there is nothing.
  io::Nanos NextDeadline() const;
  // True when so much waits for a slow disk that nothing new should be started.
  bool congested() const { return sealed_.size() >= kMostSealed; }
  bool empty() const {
    return full_.empty() && sealed_.empty() && (batch_ == nullptr || batch_->empty());
  }

 private:
  // At a few hundred hand-overs a second the reporter's thread costs little, and an outcome is soon
  // enough seen.
  static constexpr io::Nanos kMostDelay = 10 * io::kNanosPerMilli;
  // What has waited so long goes with a turn that came for another reason, and needs none of its
  // own.
  static constexpr io::Nanos kEnoughDelay = kMostDelay / 2;

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
  io::Nanos first_at_ = 0;  // of the oldest in the batch
};

}  // namespace salvo::engine
