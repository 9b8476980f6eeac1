#include "tools/sim/tps_limit.h"

#include <algorithm>

namespace salvo::sim {
namespace {

constexpr double kBucketSeconds = 0.1;

}  // namespace

void TpsLimit::Set(uint32_t tps, TpsKind kind) {
  if (tps == tps_ && kind == kind_) return;
  *this = TpsLimit();
  tps_ = tps;
  kind_ = kind;
  if (kind_ == TpsKind::kSliding) taken_at_.resize(tps_, -io::kNanosPerSecond);
}

bool TpsLimit::Take(io::Nanos now) {
  if (tps_ == 0) return true;
  switch (kind_) {
    case TpsKind::kSecond:
      return TakeOfSecond(now);
    case TpsKind::kSliding:
      return TakeOfSliding(now);
    case TpsKind::kBucket:
      return TakeOfBucket(now);
  }
  return true;
}

bool TpsLimit::TakeOfSecond(io::Nanos now) {
  const int64_t second = now / io::kNanosPerSecond;
  if (second != second_) count_ = 0;
  second_ = second;
  if (count_ >= tps_) return false;
  ++count_;
  return true;
}

bool TpsLimit::TakeOfSliding(io::Nanos now) {
  if (now - taken_at_[next_] < io::kNanosPerSecond) return false;
  taken_at_[next_] = now;
  next_ = (next_ + 1) % taken_at_.size();
  return true;
}

bool TpsLimit::TakeOfBucket(io::Nanos now) {
  const double leaked = static_cast<double>(now - level_at_) * 1e-9 * tps_;
  level_ = std::max(0.0, level_ - leaked);
  level_at_ = now;
  if (level_ + 1 > std::max(1.0, tps_ * kBucketSeconds)) return false;
  level_ += 1;
  return true;
}

}  // namespace salvo::sim
