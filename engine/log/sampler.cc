#include "engine/log/sampler.h"

#include <algorithm>

namespace salvo::engine {
namespace {

// Long enough for a burst that the rate allows on average.
constexpr io::Nanos kPeriod = io::kNanosPerSecond / 4;
// More are taken again only where that would leave some room.
constexpr double kShareToReturn = 0.8;
// From half of the ring on, with each such part of it that fills half as many are taken.
constexpr size_t kPartsOfRing = 16;

double InAPeriod(double a_second) {
  return a_second * static_cast<double>(kPeriod) / io::kNanosPerSecond;
}

}  // namespace

Sampler::Sampler(const Options& options)
    : fixed_(options.every),
      most_a_period_(InAPeriod(options.most_a_second)),
      capacity_(options.capacity),
      every_(std::max(options.every, 1u)),
      period_ends_(options.every == 0 ? 0 : io::kNever) {}

void Sampler::Written(size_t ring_used) {
  if (fixed_ != 0) return;
  ++taken_;
  if (ring_used < capacity_ / 2) thinned_used_ = 0;
  const size_t too_full = std::max(capacity_ / 2, thinned_used_ + capacity_ / kPartsOfRing);
  if (ring_used >= too_full) {
    thinned_used_ = ring_used;
    Thin();
  } else if (static_cast<double>(taken_) > most_a_period_) {
    Thin();
  }
}

void Sampler::Thin() {
  every_ = std::min<uint32_t>(every_ * 2, kMostEvery);
  until_next_ = every_;
  taken_ = 0;
}

// One step back a period: what was seen may be the calm between two bursts. All that was seen came
// in the first of the periods that have passed, for a submit_sm ends the one before it.
void Sampler::EndPeriod(io::Nanos now) {
  const io::Nanos passed = std::max<io::Nanos>((now - period_begins_) / kPeriod, 1);
  auto seen = static_cast<double>(seen_);
  for (io::Nanos step = 0; step < passed && every_ > 1 && thinned_used_ == 0; ++step, seen = 0) {
    if (seen / (every_ / 2) <= kShareToReturn * most_a_period_) every_ /= 2;
  }
  until_next_ = std::min(until_next_, every_);
  period_begins_ = now;
  period_ends_ = now + kPeriod;
  seen_ = 0;
  taken_ = 0;
}

}  // namespace salvo::engine
