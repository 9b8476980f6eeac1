#include "ratelimit/lease.h"

#include <algorithm>

namespace salvo::ratelimit {
namespace {

constexpr Nanos kLifeNanos = 1'000'000;

}  // namespace

uint32_t Lease::Hold(Nanos now, uint32_t want) {
  if (bucket_ == nullptr) return want;
  if (expired(now)) tokens_ = 0;
  if (tokens_ >= want) return want;
  // Without leases (slice 0) a token is still taken one by one, each for a segment that is ready.
  const uint32_t most = std::max(bucket_->slice(), 1u);
  if (tokens_ >= most) return tokens_;
  const uint32_t taken = bucket_->Take(now, std::min(want, most) - tokens_);
  if (taken > 0) {
    if (tokens_ == 0) {
      held_since_ = now;
      expires_ = now + kLifeNanos;
    }
    tokens_ += taken;
  }
  return tokens_;
}

void Lease::Use(uint32_t n) {
  if (bucket_ == nullptr) return;
  if (used_ == 0) taken_at_ = held_since_;
  tokens_ -= n;
  used_ += n;
}

bool Lease::HoldWhole(Nanos now, uint32_t n) {
  if (bucket_ == nullptr) return true;
  if (expired(now)) tokens_ = 0;
  if (tokens_ >= n) return true;
  if (!bucket_->TakeWhole(now, n - tokens_)) return false;
  held_since_ = now;
  expires_ = now + kLifeNanos;
  tokens_ = n;
  return true;
}

void Lease::ReturnBeyond(uint32_t keep) {
  if (bucket_ == nullptr || tokens_ <= keep) return;
  bucket_->Return(tokens_ - keep);
  tokens_ = keep;
}

void Lease::Settle(Nanos handed_on) {
  if (used_ == 0) return;
  const Nanos late = handed_on - taken_at_;
  if (late > kLifeNanos) {
    const double filled = static_cast<double>(late) * 1e-9 * bucket_->per_second();
    bucket_->Forfeit(handed_on, static_cast<uint32_t>(std::min<double>(filled, used_)));
  }
  used_ = 0;
}

Nanos Lease::WhenAvailable(Nanos now, uint32_t n) const {
  if (bucket_ == nullptr || (!expired(now) && tokens_ >= n)) return now;
  return bucket_->WhenAvailable(now, n);
}

}  // namespace salvo::ratelimit
