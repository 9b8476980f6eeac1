// How long something took, many times: counted by length, to within one part in 32. No allocation.
// One thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace salvo {

class Durations {
  static constexpr unsigned kPartBits = 5;
  static constexpr uint64_t kParts = uint64_t{1} << kPartBits;

 public:
  // Lengths below kParts nanoseconds have a place each; every doubling after that has kParts
  // places.
  static constexpr size_t kPlaces = (64 - kPartBits + 1) * kParts;

  // The place of a length in nanoseconds; of a negative one that of 0.
  static size_t PlaceOf(int64_t nanos) {
    const uint64_t value = nanos < 0 ? 0 : static_cast<uint64_t>(nanos);
    if (value < kParts) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kPartBits;
    return (shift + 1) * kParts + ((value >> shift) - kParts);
  }

  // `times` of that length.
  void Add(int64_t nanos, uint64_t times = 1) {
    AddAt(PlaceOf(nanos), times);
    Raise(nanos);
  }
  void Add(const Durations& other) {
    for (size_t i = 0; i < kPlaces; ++i) AddAt(i, other.counts_[i]);
    Raise(other.longest_);
  }
  // For who counts elsewhere: so many at a place, and what the longest was at least.
  void AddAt(size_t place, uint64_t times) {
    counts_[place] += times;
    count_ += times;
  }
  void Raise(int64_t nanos) { longest_ = nanos > longest_ ? nanos : longest_; }

  uint64_t count() const { return count_; }
  int64_t longest() const { return longest_; }

  // The length in nanoseconds that `share` (0 to 1) of all did not exceed; 0 when there was none.
  int64_t Quantile(double share) const {
    const auto wanted = static_cast<uint64_t>(share * static_cast<double>(count_));
    uint64_t seen = 0;
    for (size_t i = 0; i < kPlaces; ++i) {
      seen += counts_[i];
      if (seen > wanted || (seen == count_ && seen > 0)) return LongestAt(i);
    }
    return 0;
  }

 private:
  int64_t LongestAt(size_t place) const {
    if (place < kParts) return static_cast<int64_t>(place);
    const size_t shift = place / kParts - 1;
    const auto longest = static_cast<int64_t>(((place % kParts + kParts + 1) << shift) - 1);
    return longest < longest_ ? longest : longest_;
  }

  std::array<uint64_t, kPlaces> counts_{};
  uint64_t count_ = 0;
  int64_t longest_ = 0;
};

}  // namespace salvo
