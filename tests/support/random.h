// Random choices of a test that can be run again: all of them follow from one seed.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace salvo::test {

// The seed of this run: SALVO_TEST_SEED of the environment, 1 without it. Prints it once.
inline uint64_t TestSeed() {
  static const uint64_t seed = [] {
    const char* text = std::getenv("SALVO_TEST_SEED");
    const uint64_t value = text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
    std::cout << "seed: SALVO_TEST_SEED=" << value << std::endl;
    return value;
  }();
  return seed;
}

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  // From `least` to `most`, both included.
  int64_t Between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(engine_);
  }
  size_t Below(size_t end) {
    return static_cast<size_t>(Between(0, static_cast<int64_t>(end) - 1));
  }
  bool Chance(double share) { return std::bernoulli_distribution(share)(engine_); }
  // As likely between 1 and 10 as between 10 and 100.
  double LogBetween(double least, double most) {
    return std::exp(
        std::uniform_real_distribution<double>(std::log(least), std::log(most))(engine_));
  }
  uint8_t Octet() { return static_cast<uint8_t>(engine_()); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace salvo::test
