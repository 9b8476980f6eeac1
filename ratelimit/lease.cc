#include "ratelimit/lease.h"

#include <algorithm>

namespace salvo::ratelimit {

void Lease::NoteOldest(Nanos now) {
  if (tokens_ + used_ == 0) oldest_due_ = bucket_->OldestDue(now);
}

uint32_t Lease::Hold(Nanos now, uint32_t want) {
  if (bucket_ == nullptr) return want;
  if (tokens_ < want) {
    const uint32_t most = bucket_->slice();
    const uint32_t reserved = tokens_ + used_;
    if (reserved < most) {
      NoteOldest(now);
      tokens_ += bucket_->Reserve(now, std::min(want - tokens_, most - reserved));
    }
  }
  return std::min(tokens_, want);
}

bool Lease::HoldWhole(Nanos now, uint32_t n) {
  if (bucket_ == nullptr || tokens_ >= n) return true;
  NoteOldest(now);
  if (!bucket_->ReserveWhole(now, n, tokens_)) return false;
  tokens_ = n;
  return true;
}

void Lease::Use(uint32_t n) {
  if (bucket_ == nullptr) return;
  tokens_ -= n;
  used_ += n;
}

void Lease::ReturnBeyond(uint32_t keep) {
  if (bucket_ == nullptr || tokens_ <= keep) return;
  bucket_->Return(tokens_ - keep);
  tokens_ = keep;
}

void Lease::HandedOn(Nanos now) {
  if (used_ == 0) return;
  bucket_->HandedOn(now, used_);
  used_ = 0;
}

Nanos Lease::WhenAvailable(Nanos now, uint32_t n) const {
  if (bucket_ == nullptr || tokens_ >= n) return now;
  return bucket_->WhenAvailable(now, n, tokens_);
}

}  // namespace salvo::ratelimit
