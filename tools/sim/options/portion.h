// How often something happens of all the times that it could: WHEN in `salvo help sim`.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "tools/sim/random.h"

namespace salvo::sim {

// Holds its own count of what is left of "the first": a copy counts on by itself. One thread.
class Portion {
 public:
  // Always, or a share of all times.
  constexpr Portion(double share = 1) : share_(share) {}

  // "5%" or "0.05"; "x3": the first three; "@100": the hundredth; "/100": every hundredth.
  static absl::StatusOr<Portion> Parse(std::string_view text);

  // What is to be drawn; 0 where it is counted instead.
  double share() const { return share_; }
  // Whether it happens by its count, the `nth` time of all, from 1.
  bool TakeCounted(uint64_t nth);
  // Whether it happens, by either.
  bool Takes(uint64_t nth, Random& random) { return TakeCounted(nth) || random.Unit() < share_; }

 private:
  enum class Kind : uint8_t { kShare, kFirst, kNth, kEvery };

  Portion(Kind kind, uint64_t count) : kind_(kind), share_(0), count_(count) {}

  Kind kind_ = Kind::kShare;
  double share_;
  uint64_t count_ = 0;
};

}  // namespace salvo::sim
