#include "engine/shard/outbox.h"

#include <utility>

#include "io/check.h"

namespace salvo::engine {

void Outbox::BeginBatch(size_t octets) {
  if (batch_ != nullptr) full_.push_back(std::move(batch_));
  batch_ = reporter_.Obtain();
  SALVO_CHECK(batch_->HasRoom(octets));
}

void Outbox::Add(const Outcome& outcome) {
  BatchFor(outcome.to.size() + outcome.message_ids.size() + outcome.detail.size()).Add(outcome);
}

void Outbox::Add(const Acceptance& acceptance) { BatchFor(acceptance.id.size()).Add(acceptance); }

void Outbox::Add(const InboundReceipt& receipt) {
  BatchFor(receipt.id.size() + receipt.error.size()).Add(receipt);
}

void Outbox::Add(const UnknownSegment& segment) { BatchFor(0).Add(segment); }

void Outbox::CallUnknown(const std::function<void(Result was)>& changed) {
  for (const Sealed& sealed : sealed_) sealed.batch->CallUnknown(changed);
  for (const auto& batch : full_) batch->CallUnknown(changed);
  if (batch_ != nullptr) batch_->CallUnknown(changed);
}

void Outbox::Deliver(std::unique_ptr<OutcomeBatch> batch, io::Nanos now, int64_t wall_ns) {
  batch->Stamp(now, wall_ns);
  reporter_.Deliver(std::move(batch));
}

void Outbox::Flush(io::Nanos now, int64_t wall_ns, uint64_t covering, uint64_t synced, bool all) {
  const bool has_batch = batch_ != nullptr && !batch_->empty();
  if (has_batch && (all || now - sealed_at_ >= kInterval)) full_.push_back(std::move(batch_));
  if (!full_.empty()) sealed_at_ = now;
  for (auto& batch : full_) sealed_.push_back({covering, std::move(batch)});
  full_.clear();
  while (!sealed_.empty() && sealed_.front().sync <= synced) {
    Deliver(std::move(sealed_.front().batch), now, wall_ns);
    sealed_.pop_front();
  }
}

io::Nanos Outbox::NextDeadline() const {
  if (!full_.empty()) return sealed_at_;
  return batch_ == nullptr || batch_->empty() ? io::kNever : sealed_at_ + kLongestInterval;
}

}  // namespace salvo::engine
