#include "engine/shard/outbox.h"

#include <utility>

namespace salvo::engine {

void Outbox::Add(const Outcome& outcome, io::Nanos now) {
  const size_t octets = outcome.to.size() + outcome.message_ids.size() + outcome.detail.size();
  if (batch_ != nullptr && !batch_->HasRoom(octets)) HandOn();
  if (batch_ == nullptr) batch_ = reporter_.Obtain();
  if (batch_->empty()) first_at_ = now;
  batch_->Add(outcome);
}

void Outbox::Flush(io::Nanos now, bool all) {
  if (batch_ == nullptr || batch_->empty()) return;
  if (all || now - first_at_ >= kMostDelay) HandOn();
}

io::Nanos Outbox::NextDeadline() const {
  return batch_ == nullptr || batch_->empty() ? io::kNever : first_at_ + kMostDelay;
}

void Outbox::HandOn() { reporter_.Deliver(std::move(batch_)); }

}  // namespace salvo::engine
