// A shard's outcomes on their way to the reporter, in batches.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/report.h"
#include "io/clock.h"

namespace salvo::engine {

// One thread, the shard's. The reporter is not owned and must outlive the outbox.
class Outbox {
 public:
  explicit Outbox(Reporter& reporter) : reporter_(reporter) {}

  // Keeps it until Flush, and so the next ones.
  void Add(const Outcome& outcome, io::Nanos now);
  void Add(const Acceptance& acceptance, io::Nanos now);
  void Add(const InboundReceipt& receipt, io::Nanos now);
  void Add(const UnknownSegment& segment, io::Nanos now);

  bool empty() const { return full_.empty() && (batch_ == nullptr || batch_->empty()); }

  // What it holds of answers cannot be vouched for any more.
  void CallUnknown();
  // Hands on what has waited long enough; everything when `all`.
  void Flush(io::Nanos now, int64_t wall_ns, bool all = false);
  // When Flush will have something to do; io::kNever when the outbox is empty.
  io::Nanos NextDeadline() const;

 private:
  // At a few thousand hand-overs a second the reporter's thread costs little, and an outcome is
  // soon enough seen.
  static constexpr io::Nanos kMostDelay = 2 * io::kNanosPerMilli;

  // The batch, with room for one more of so many octets.
  OutcomeBatch& BatchFor(size_t octets, io::Nanos now);
  void Deliver(std::unique_ptr<OutcomeBatch> batch, io::Nanos now, int64_t wall_ns);

  Reporter& reporter_;
  std::vector<std::unique_ptr<OutcomeBatch>> full_;
  std::unique_ptr<OutcomeBatch> batch_;
  io::Nanos first_at_ = 0;  // of the oldest in the batch
};

}  // namespace salvo::engine
