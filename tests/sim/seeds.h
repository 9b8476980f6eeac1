// What the tests of the simulated world share: the seeds they run, times, numbers and texts.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "io/clock.h"

namespace salvo::test {

inline constexpr io::Nanos kMilli = io::kNanosPerMilli;
inline constexpr io::Nanos kSecond = io::kNanosPerSecond;
inline constexpr io::Nanos kMinute = 60 * kSecond;
inline constexpr io::Nanos kHour = 60 * kMinute;
inline constexpr uint32_t kForEver = UINT32_MAX;  // how often something fails
// The destination of a message is this and its key.
inline constexpr uint64_t kFirstNumber = 490'000'000'000;

// SALVO_SIM_SEED replays one seed, SALVO_SIM_SEEDS runs more of them.
inline std::vector<uint64_t> Seeds() {
  if (const char* seed = std::getenv("SALVO_SIM_SEED")) return {std::strtoull(seed, nullptr, 10)};
  const char* count = std::getenv("SALVO_SIM_SEEDS");
  const uint64_t most = count == nullptr ? 60 : std::strtoull(count, nullptr, 10);
  std::vector<uint64_t> seeds;
  for (uint64_t seed = 1; seed <= most; ++seed) seeds.push_back(seed);
  return seeds;
}

// A text in which every part of a message differs from every other.
inline std::string LongText(size_t octets) {
  std::string text;
  for (int i = 0; text.size() < octets; ++i) text += std::to_string(i) + " ";
  text.resize(octets);
  return text;
}

}  // namespace salvo::test
