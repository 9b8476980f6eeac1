// Runs many seeds, on all cores when they are many: each in the simulated world of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/faults.h"

namespace salvo::test {

struct SeedFailure {
  uint64_t seed = 0;
  std::string what;
};

struct SeedReport {
  Tally tally;
  std::vector<SeedFailure> failures;
};

// Stops after the first failures. A seed that ends its process with a signal is a failure, too.
SeedReport RunSeeds(const std::vector<uint64_t>& seeds);

}  // namespace salvo::test
