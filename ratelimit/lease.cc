#include "ratelimit/lease.h"

#include <algorithm>

namespace salvo::ratelimit {
namespace {

constexpr Nanos kLifeNanos = 1'000'000;

}  // namespace

void Lease::DropExpired(Nanos now) {
  if (now - taken_at_ >= kLifeNanos) tokens_ = 0;
}

void Lease::Add(Nanos now, uint32_t taken) {
  if (taken > 0 && tokens_ + used_ == 0) taken_at_ = now;
  tokens_ += taken;
}

uint32_t Lease::Hold(Nanos now, uint32_t want) {
  if (bucket_ == nullptr) return want;
  DropExpired(now);
  const uint32_t most = std::max(bucket_->slice(), 1u);
  const uint32_t out = tokens_ + used_;
  if (tokens_ < want && out < most) {
    Add(now, bucket_->Take(now, std::min(want - tokens_, most - out)));
  }
  return std::min(tokens_, want);
}

bool Lease::HoldWhole(Nanos now, uint32_t n) {
  if (bucket_ == nullptr) return true;
  DropExpired(now);
  if (tokens_ >= n) return true;
  if (!bucket_->TakeWhole(now, n - tokens_)) return false;
  Add(now, n - tokens_);
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
  if (now - taken_at_ > kLifeNanos) bucket_->UsedLate(now, used_);
  used_ = 0;
}

Nanos Lease::WhenAvailable(Nanos now, uint32_t n) const {
  if (bucket_ == nullptr) return now;
  const bool alive = now - taken_at_ < kLifeNanos;
  return alive && tokens_ >= n ? now : bucket_->WhenAvailable(now, n);
}

}  // namespace salvo::ratelimit
