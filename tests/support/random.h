// Random choices of a test that can be run again: all of them follow from one seed.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

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
  explicit Random(uint64_t seed) : seed_(seed), engine_(seed) {}

  uint64_t Next() { return engine_(); }

  // From `least` to `most`, both included.
  int64_t Between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(engine_);
  }
  size_t Below(size_t end) {
    return static_cast<size_t>(Between(0, static_cast<int64_t>(end) - 1));
  }
  size_t SizeBetween(size_t least, size_t most) { return least + Below(most - least + 1); }
  // The same, the ends far more often than chance would have it: that is where bugs are.
  size_t Edgy(size_t least, size_t most) {
    switch (Below(8)) {
      case 0:
        return least;
      case 1:
        return most;
      case 2:
        return least == most ? least : most - 1;
      default:
        return SizeBetween(least, most);
    }
  }
  bool OneIn(size_t count) { return Below(count) == 0; }
  bool Chance(double share) { return std::bernoulli_distribution(share)(engine_); }
  // As likely between 1 and 10 as between 10 and 100.
  double LogBetween(double least, double most) {
    return std::exp(
        std::uniform_real_distribution<double>(std::log(least), std::log(most))(engine_));
  }
  uint8_t Octet() { return static_cast<uint8_t>(engine_()); }
  std::string Octets(size_t count) {
    std::string octets(count, '\0');
    for (char& c : octets) c = static_cast<char>(Octet());
    return octets;
  }
  // REQUIRES: not empty.
  template <class Container>
  const auto& OneOf(const Container& container) {
    return container[Below(container.size())];
  }

  // For SCOPED_TRACE and names of cuts: how to see the same again.
  std::string Trace() const { return "repeat with SALVO_TEST_SEED=" + std::to_string(seed_); }

 private:
  uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace salvo::test
