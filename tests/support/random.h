// Repeatable randomness for tests: everything drawn follows from the seed, on every platform.
// One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace salvo::test {

// The seed of this run: a constant, or what the environment variable SALVO_TEST_SEED says.
uint64_t TestSeed();

class Random {
 public:
  explicit Random(uint64_t seed) : seed_(seed), engine_(seed) {}

  uint64_t Next() { return engine_(); }
  // REQUIRES: bound > 0.
  size_t Below(size_t bound) { return static_cast<size_t>(engine_() % bound); }
  // Both ends included.
  size_t Between(size_t least, size_t most) { return least + Below(most - least + 1); }
  bool OneIn(size_t count) { return Below(count) == 0; }
  uint8_t Octet() { return static_cast<uint8_t>(engine_()); }
  // Between the two, the ends far more often than chance would have it: that is where bugs are.
  size_t Edgy(size_t least, size_t most);
  // REQUIRES: not empty.
  template <class Container>
  const auto& OneOf(const Container& container) {
    return container[Below(container.size())];
  }
  std::string Octets(size_t count);

  // For SCOPED_TRACE: how to see the same again.
  std::string Trace() const { return "repeat with SALVO_TEST_SEED=" + std::to_string(seed_); }

 private:
  uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace salvo::test
