#include "ratelimit/token_bucket.h"

#include <algorithm>
#include <cmath>
#include <thread>

namespace salvo::ratelimit {
namespace {

constexpr int64_t kTicksPerNano = 64;
constexpr double kTicksPerSecond = 1e9 * kTicksPerNano;
constexpr double kDefaultBurstSeconds = 0.010;
constexpr double kSliceSeconds = 0.001;
// At low rates going to sleep and waking up is most of what a segment takes, and the more leave
// together the less it is. Eight of 1,000 a second are at most 4 ms off their places.
constexpr double kSmallGroup = 8;
constexpr double kSmallGroupSeconds = 0.007;
// At high rates a send for each would take a whole core from some ten thousand a second on.
constexpr double kGroupSeconds = 0.0001;
// How late the holders of a small bucket may come back before tokens are lost.
constexpr double kSpareSeconds = 0.002;
constexpr double kSmallestRate = 1.0 / 86'400;
constexpr double kMostTokens = 1u << 31;
// What a full bucket spans at most: far enough from a wrap-around for all sums.
constexpr int64_t kLongestSpan = int64_t{1} << 61;
// How soon to ask again when reservations of others stand in the way.
constexpr Nanos kAskAgainNanos = 1'000'000;

double BurstOf(double configured, double per_second) {
  const double burst = configured > 0 ? configured : per_second * kDefaultBurstSeconds;
  return std::clamp(burst, 1.0, kMostTokens);
}

double Sane(double per_second) {
  return per_second > kSmallestRate ? per_second : kSmallestRate;  // not a number: the smallest
}

// n intervals, or the longest span where that is more.
int64_t Times(int64_t interval, int64_t n) {
  int64_t span = 0;
  const bool overflows = __builtin_mul_overflow(interval, n, &span);
  return overflows || span > kLongestSpan ? kLongestSpan : span;
}

}  // namespace

TokenBucket::TokenBucket(const BucketOptions& options, Nanos now)
    : epoch_(now),
      configured_burst_(options.burst),
      holders_(std::max(options.holders, 1u)),
      per_second_(Sane(options.per_second)) {
  empty_at_.store(ToMark(now) - static_cast<Mark>(CurrentShape().interval));
  handed_on_at_.store(ToMark(now));
}

TokenBucket::Shape TokenBucket::ShapeOf(double per_second) const {
  const auto interval = static_cast<Ticks>(std::ceil(kTicksPerSecond / per_second));
  const auto most = static_cast<int64_t>(BurstOf(configured_burst_, per_second));
  return {interval, static_cast<uint32_t>(std::min(most, kLongestSpan / interval))};
}

uint32_t TokenBucket::slice() const {
  const double capacity = CurrentShape().capacity;
  const double all = std::max(capacity / 2, capacity - per_second() * kSpareSeconds);
  const double slice =
      std::min(std::max(per_second() * kSliceSeconds, kSmallGroup), all / holders_);
  return std::max(1u, static_cast<uint32_t>(slice));
}

uint32_t TokenBucket::group() const {
  const double few = std::min(kSmallGroup, 1 + per_second() * kSmallGroupSeconds);
  const double many = per_second() * kGroupSeconds;
  return static_cast<uint32_t>(std::min<double>(std::max(few, many), slice()));
}

TokenBucket::Mark TokenBucket::ToMark(Nanos now) const {
  return static_cast<Mark>(now - epoch_) * kTicksPerNano;
}

// How long tokens have been coming; negative while some are owed.
TokenBucket::Ticks TokenBucket::Waited(Mark now, Mark empty_at, const Shape& shape) {
  if (empty_at == kChanging) return 0;
  return std::min(static_cast<Ticks>(now - empty_at), shape.interval * shape.capacity);
}

uint32_t TokenBucket::Reserve(Nanos now, uint32_t want) {
  // Claims no more than it will get: `reserved_` above the truth makes a HandedOn of another thread
  // count too much.
  const uint32_t most = std::min(want, Available(now));
  int64_t reserved = reserved_.load();
  int64_t claimed = 0;
  do {
    claimed = std::min<int64_t>(most, CurrentShape().capacity - reserved);
    if (claimed <= 0) return 0;
  } while (!reserved_.compare_exchange_weak(reserved, reserved + claimed));

  const Mark at = ToMark(now);
  Mark empty_at = empty_at_.load();
  int64_t taken = 0;
  for (;;) {
    const Shape shape = CurrentShape();
    const Ticks waited = Waited(at, empty_at, shape);
    taken = waited < shape.interval ? 0 : std::min(claimed, waited / shape.interval);
    if (taken == 0) break;
    const Mark moved = NotChanging(at - static_cast<Mark>(waited - taken * shape.interval));
    if (empty_at_.compare_exchange_weak(empty_at, moved)) break;
  }
  if (taken < claimed) reserved_.fetch_sub(claimed - taken);
  return static_cast<uint32_t>(taken);
}

bool TokenBucket::ReserveWhole(Nanos now, uint32_t n, uint32_t held) {
  if (n <= held) return true;
  const uint32_t missing = n - held;
  const uint32_t whole = std::min(n, capacity());
  const uint32_t least = whole - std::min(held, whole);
  if (Available(now) < least) return false;
  int64_t reserved = reserved_.load();
  do {
    if (reserved + least > CurrentShape().capacity) return false;
  } while (!reserved_.compare_exchange_weak(reserved, reserved + missing));

  if (MoveMark(ToMark(now), least, missing)) return true;
  reserved_.fetch_sub(missing);
  return false;
}

// Moves `empty_at` by n tokens if there are `least`.
bool TokenBucket::MoveMark(Mark now, uint32_t least, uint32_t n) {
  Mark empty_at = empty_at_.load();
  for (;;) {
    const Shape shape = CurrentShape();
    const Ticks waited = Waited(now, empty_at, shape);
    if (empty_at == kChanging || waited < Times(shape.interval, least)) return false;
    const Mark moved = NotChanging(now - static_cast<Mark>(waited - Times(shape.interval, n)));
    if (empty_at_.compare_exchange_weak(empty_at, moved)) return true;
  }
}

void TokenBucket::Return(uint32_t n) {
  Mark empty_at = empty_at_.load();
  // While the rate changes nobody can say how much time n tokens are: then they are gone.
  while (empty_at != kChanging) {
    const auto span = static_cast<Mark>(Times(CurrentShape().interval, n));
    if (empty_at_.compare_exchange_weak(empty_at, NotChanging(empty_at - span))) break;
  }
  reserved_.fetch_sub(n);
}

void TokenBucket::NoteHandedOn(Mark now) {
  Mark latest = handed_on_at_.load();
  while (static_cast<Ticks>(now - latest) > 0) {
    if (handed_on_at_.compare_exchange_weak(latest, now)) return;
  }
}

void TokenBucket::HandedOn(Nanos now, uint32_t n) {
  const Mark at = ToMark(now);
  NoteHandedOn(at);
  for (;;) {
    Mark empty_at = empty_at_.load();
    const int64_t reserved = reserved_.load();
    const Shape shape = CurrentShape();
    if (empty_at == kChanging) {
      std::this_thread::yield();
      continue;
    }
    const int64_t others = shape.capacity - reserved;
    const Ticks most =
        others >= 0 ? Times(shape.interval, others) : -Times(shape.interval, -others);
    if (static_cast<Ticks>(at - empty_at) <= most) {
      if (empty_at_.load() == empty_at) break;  // else the shape may be another rate's
    } else if (empty_at_.compare_exchange_weak(empty_at,
                                               NotChanging(at - static_cast<Mark>(most)))) {
      break;
    }
  }
  reserved_.fetch_sub(n);
}

uint32_t TokenBucket::Available(Nanos now) const {
  const Shape shape = CurrentShape();
  const Ticks waited = Waited(ToMark(now), empty_at_.load(), shape);
  const int64_t room = shape.capacity - reserved_.load();
  if (waited <= 0 || room <= 0) return 0;
  return static_cast<uint32_t>(std::min<int64_t>(waited / shape.interval, room));
}

Nanos TokenBucket::OldestDue(Nanos now) const {
  const Mark empty_at = empty_at_.load();
  if (empty_at == kChanging) return now;
  const auto waited = static_cast<Ticks>(ToMark(now) - empty_at);
  return now - (waited - Times(CurrentShape().interval, 1 + lead())) / kTicksPerNano;
}

Nanos TokenBucket::WhenAvailable(Nanos now, uint32_t n, uint32_t held) const {
  const Shape shape = CurrentShape();
  const uint32_t whole = std::min(n, shape.capacity);
  const uint32_t least = whole - std::min(held, whole);
  const Ticks waited = Waited(ToMark(now), empty_at_.load(), shape);
  const Ticks missing = Times(shape.interval, least) - waited;
  const Nanos due = missing <= 0 ? now : now + (missing + kTicksPerNano - 1) / kTicksPerNano;
  const bool others_hold = reserved_.load() + least > shape.capacity;
  return others_hold ? std::max(due, now + kAskAgainNanos) : due;
}

void TokenBucket::SetRate(Nanos now, double per_second) {
  Mark empty_at = empty_at_.exchange(kChanging);
  while (empty_at == kChanging) {
    std::this_thread::yield();
    empty_at = empty_at_.exchange(kChanging);
  }
  const Shape old = CurrentShape();
  per_second_.store(Sane(per_second));
  const Shape fresh = CurrentShape();
  const Mark latest = handed_on_at_.load();
  Mark at = ToMark(now);
  if (static_cast<Ticks>(latest - at) > 0) at = latest;
  // In tokens rather than in time: what was owed or saved keeps its count.
  const double waited = static_cast<double>(Waited(at, empty_at, old));
  const auto room = static_cast<double>(fresh.capacity - reserved_.load());
  const double kept = std::min(waited / static_cast<double>(old.interval), room);
  const double span = std::floor(kept * static_cast<double>(fresh.interval));
  const double least = -static_cast<double>(kLongestSpan);  // much owed, and now the smallest rate
  empty_at_.store(NotChanging(at - static_cast<Mark>(static_cast<Ticks>(std::max(span, least)))));
}

}  // namespace salvo::ratelimit
