#include "ratelimit/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace salvo::ratelimit {
namespace {

constexpr int64_t kTicksPerNano = 64;
constexpr double kTicksPerSecond = 1e9 * kTicksPerNano;
constexpr double kDefaultBurstSeconds = 0.010;
constexpr double kSliceSeconds = 0.001;
constexpr double kSmallestRate = 1.0 / 86'400;

}  // namespace

TokenBucket::TokenBucket(const BucketOptions& options, Nanos now)
    : epoch_(now), configured_burst_(options.burst), holders_(std::max(options.holders, 1u)) {
  Shape(options.per_second);
  empty_at_.store(-interval_.load());
}

void TokenBucket::Shape(double per_second) {
  per_second = std::max(per_second, kSmallestRate);
  const double burst = configured_burst_ > 0 ? std::max(1.0, configured_burst_)
                                             : std::max(1.0, per_second * kDefaultBurstSeconds);
  // Leases get at most half of the burst, the bucket the rest.
  const double slice = std::floor(std::min(per_second * kSliceSeconds, burst / 2 / holders_));
  per_second_.store(per_second);
  // Rounded up, so that rounding never exceeds the rate.
  interval_.store(static_cast<Ticks>(std::ceil(kTicksPerSecond / per_second)));
  capacity_.store(static_cast<uint32_t>(std::floor(burst - slice * holders_)));
  slice_.store(static_cast<uint32_t>(slice));
}

TokenBucket::Ticks TokenBucket::ToTicks(Nanos now) const { return (now - epoch_) * kTicksPerNano; }

// `empty_at` as it counts at `now`: a bucket that has been full is as if just filled.
TokenBucket::Ticks TokenBucket::Mark(Ticks empty_at, Ticks now) const {
  return std::max(empty_at, now - interval_.load() * capacity_.load());
}

uint32_t TokenBucket::Take(Nanos now, uint32_t want) {
  const Ticks ticks = ToTicks(now);
  Ticks empty_at = empty_at_.load();
  for (;;) {
    const Ticks mark = Mark(empty_at, ticks);
    const Ticks interval = interval_.load();
    if (ticks - mark < interval) return 0;
    const auto take = static_cast<uint32_t>(std::min<Ticks>((ticks - mark) / interval, want));
    if (empty_at_.compare_exchange_weak(empty_at, mark + take * interval)) return take;
  }
}

bool TokenBucket::TakeWhole(Nanos now, uint32_t n) {
  const Ticks ticks = ToTicks(now);
  Ticks empty_at = empty_at_.load();
  for (;;) {
    const Ticks mark = Mark(empty_at, ticks);
    const Ticks interval = interval_.load();
    if (ticks - mark < interval * std::min(n, capacity_.load())) return false;
    if (empty_at_.compare_exchange_weak(empty_at, mark + n * interval)) return true;
  }
}

void TokenBucket::Return(uint32_t n) { empty_at_.fetch_sub(n * interval_.load()); }

void TokenBucket::UsedLate(Nanos now, uint32_t n) {
  const Ticks rest = capacity_.load() > n ? capacity_.load() - n : 0;
  const Ticks least = ToTicks(now) - rest * interval_.load();
  Ticks empty_at = empty_at_.load();
  while (empty_at < least && !empty_at_.compare_exchange_weak(empty_at, least)) {
  }
}

uint32_t TokenBucket::Available(Nanos now) const {
  const Ticks ticks = ToTicks(now);
  const Ticks waited = ticks - Mark(empty_at_.load(), ticks);
  return waited <= 0 ? 0 : static_cast<uint32_t>(waited / interval_.load());
}

Nanos TokenBucket::WhenAvailable(Nanos now, uint32_t n) const {
  const Ticks ticks = ToTicks(now);
  const Ticks due = Mark(empty_at_.load(), ticks) + interval_.load() * std::min(n, capacity());
  if (due <= ticks) return now;
  return now + (due - ticks + kTicksPerNano - 1) / kTicksPerNano;
}

void TokenBucket::SetRate(Nanos now, double per_second) {
  const Ticks ticks = ToTicks(now);
  const Ticks old_interval = interval_.load();
  Shape(per_second);
  const Ticks interval = interval_.load();
  Ticks empty_at = empty_at_.load();
  for (;;) {
    // In tokens rather than in time: what was owed or saved keeps its count.
    const double tokens = static_cast<double>(ticks - empty_at) / static_cast<double>(old_interval);
    const double kept = std::min(tokens, static_cast<double>(capacity_.load()));
    const auto rescaled = ticks - static_cast<Ticks>(kept * static_cast<double>(interval));
    if (empty_at_.compare_exchange_weak(empty_at, rescaled)) return;
  }
}

}  // namespace salvo::ratelimit
