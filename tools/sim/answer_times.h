// How long the peers take to acknowledge deliveries: counted by length, to within one part in 32.
// No allocation. One thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "io/clock.h"

namespace salvo::sim {

class AnswerTimes {
 public:
  void Add(io::Nanos time) {
    const uint64_t value = time < 0 ? 0 : static_cast<uint64_t>(time);
    ++counts_[IndexOf(value)];
    ++count_;
    if (value > max_) max_ = value;
  }

  uint64_t count() const { return count_; }
  double max_ms() const { return ToMillis(max_); }

  // The time within which `share` of all came; 0 when there was none.
  double QuantileMs(double share) const {
    const auto wanted = static_cast<uint64_t>(share * static_cast<double>(count_));
    uint64_t seen = 0;
    for (size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted || (seen == count_ && seen > 0)) return ToMillis(HighestAt(i));
    }
    return 0;
  }

 private:
  static constexpr unsigned kPartBits = 5;
  static constexpr uint64_t kParts = uint64_t{1} << kPartBits;

  static double ToMillis(uint64_t nanos) {
    return static_cast<double>(nanos) / static_cast<double>(io::kNanosPerMilli);
  }

  // Lengths below kParts have a place each; every doubling after that has kParts places.
  static size_t IndexOf(uint64_t value) {
    if (value < kParts) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kPartBits;
    return (shift + 1) * kParts + ((value >> shift) - kParts);
  }
  uint64_t HighestAt(size_t index) const {
    if (index < kParts) return index;
    const size_t shift = index / kParts - 1;
    const uint64_t highest = ((index % kParts + kParts + 1) << shift) - 1;
    return highest < max_ ? highest : max_;
  }

  std::array<uint64_t, (64 - kPartBits + 1) * kParts> counts_{};
  uint64_t count_ = 0;
  uint64_t max_ = 0;
};

}  // namespace salvo::sim
