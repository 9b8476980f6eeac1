// What the tests of the simulated world share: the seeds they run, and texts.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace salvo::test {

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
