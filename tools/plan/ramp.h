// How sending begins: the binds of an account come up one after another, and those that are up
// carry what they can. Pure arithmetic.
#pragma once

#include <cstdint>

namespace salvo::plan {

struct Ramp {
  double interval_s = 0;  // from a bind to the next; the first is up at once
  uint32_t binds = 1;
  double bind_per_s = 0;  // segments that a bind carries
  double full_per_s = 0;  // segments that all together are to send, and no more than they carry

  // Until sending is as fast as it gets.
  double seconds() const;
  // Segments that have left by then.
  double SegmentsIn(double seconds) const;
  // Until so many have left.
  double SecondsFor(double segments) const;

 private:
  // How many binds there have to be for full speed, less one.
  uint32_t steps() const;
};

}  // namespace salvo::plan
