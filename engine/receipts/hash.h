// A hash that is the same in every process and of every build, so that it can be written down.
// Not for secrets. Pure functions.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace salvo::engine {

// Every bit of the result depends on every bit of the value.
inline uint64_t Mix(uint64_t value) {
  value ^= value >> 33;
  value *= 0xFF51AFD7ED558CCD;
  value ^= value >> 33;
  value *= 0xC4CEB9FE1A85EC53;
  return value ^ value >> 33;
}

inline uint64_t HashOf(uint64_t seed, std::string_view octets) {
  uint64_t hash = Mix(seed ^ octets.size() * 0x9E3779B97F4A7C15);
  while (!octets.empty()) {
    uint64_t word = 0;
    const size_t count = octets.size() < sizeof word ? octets.size() : sizeof word;
    for (size_t i = 0; i < count; ++i) {
      word |= uint64_t{static_cast<uint8_t>(octets[i])} << (8 * i);
    }
    hash = Mix(hash ^ word) * 0x9E3779B97F4A7C15;
    octets.remove_prefix(count);
  }
  return Mix(hash);
}

}  // namespace salvo::engine
