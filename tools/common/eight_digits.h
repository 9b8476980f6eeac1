// Decimal digits of a number, all eight of them at once. A pure function; any thread.
#pragma once

#include <cstdint>

namespace salvo::tools {

// The digits of `number`, an octet each with a value from 0 to 9, the first one in the lowest
// octet; zeros lead. REQUIRES: a number below 100,000,000.
//
// The number is cut into halves of four digits, they into halves of two, and those into digits; the
// halves of a step are side by side in the word, and one multiplication divides them all. Its
// factor is the reciprocal, rounded up: 10486 / 2^20 is right for what is below 10,000, and 103 /
// 2^10 for what is below 100.
constexpr uint64_t EightDigits(uint64_t number) {
  const uint64_t fours = number / 10'000 | number % 10'000 << 32;
  const uint64_t hundreds = (fours * 10486 >> 20) & 0x0000'007F'0000'007F;
  const uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  const uint64_t tens = (twos * 103 >> 10) & 0x000F'000F'000F'000F;
  return tens | (twos - 10 * tens) << 8;
}

}  // namespace salvo::tools
