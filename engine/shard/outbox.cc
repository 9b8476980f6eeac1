#include "engine/shard/outbox.h"

#include <utility>

namespace salvo::engine {

void Outbox::Add(const Outcome& outcome, io::Nanos now) {
  const size_t octets = outcome.to.size() + outcome.message_ids.size() + outcome.detail.size();
  if (batch_ != nullptr && !batch_->HasRoom(octets)) full_.push_back(std::move(batch_));
  if (batch_ == nullptr) batch_ = reporter_.Obtain();
  if (batch_->empty()) first_at_ = now;
  batch_->Add(outcome);
}

void Outbox::CallUnknown() {
  for (const Sealed& sealed : sealed_) sealed.batch->CallUnknown();
  for (const auto& batch : full_) batch->CallUnknown();
  if (batch_ != nullptr) batch_->CallUnknown();
}

void Outbox::Flush(io::Nanos now, uint64_t covering, uint64_t synced, bool all) {
  for (auto& batch : full_) sealed_.push_back({covering, std::move(batch)});
  full_.clear();
  const bool has_batch = batch_ != nullptr && !batch_->empty();
  if (has_batch && (all || now - first_at_ >= kMostDelay)) {
    sealed_.push_back({covering, std::move(batch_)});
  }
  while (!sealed_.empty() && sealed_.front().sync <= synced) {
    reporter_.Deliver(std::move(sealed_.front().batch));
    sealed_.pop_front();
  }
}

io::Nanos Outbox::NextDeadline() const {
  if (!full_.empty()) return first_at_;
  return batch_ == nullptr || batch_->empty() ? io::kNever : first_at_ + kMostDelay;
}

}  // namespace salvo::engine
