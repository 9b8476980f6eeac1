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
  for (const auto& batch : full_) batch->CallUnknown();
  if (batch_ != nullptr) batch_->CallUnknown();
}

void Outbox::Flush(io::Nanos now, bool all) {
  for (auto& batch : full_) reporter_.Deliver(std::move(batch));
  full_.clear();
  if (batch_ == nullptr || batch_->empty()) return;
  if (all || now - first_at_ >= kMostDelay) reporter_.Deliver(std::move(batch_));
}

io::Nanos Outbox::NextDeadline() const {
  if (!full_.empty()) return first_at_;
  return batch_ == nullptr || batch_->empty() ? io::kNever : first_at_ + kMostDelay;
}

}  // namespace salvo::engine
