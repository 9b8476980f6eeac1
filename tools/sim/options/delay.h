// How long something takes: parts of a whole, each a time or a range. TIMES in `salvo help sim`.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "io/clock.h"
#include "tools/sim/random.h"

namespace salvo::sim {

class DelayDistribution {
 public:
  // Always that time; at least 0.
  DelayDistribution(io::Nanos time = 0) {
    if (time > 0) parts_.push_back({1, time, time});
  }

  // "5ms", "uniform:1ms,20ms", "mix:80%10ms,15%100ms,5%1s"
  static absl::StatusOr<DelayDistribution> Parse(std::string_view text);

  bool always_zero() const { return parts_.empty(); }
  io::Nanos Draw(Random& random) const;

 private:
  struct Part {
    double up_to = 1;  // cumulative share
    io::Nanos from = 0;
    io::Nanos to = 0;
  };

  static absl::StatusOr<DelayDistribution> ParseUniform(std::string_view text);
  static absl::StatusOr<DelayDistribution> ParseMix(std::string_view text);

  std::vector<Part> parts_;
};

}  // namespace salvo::sim
