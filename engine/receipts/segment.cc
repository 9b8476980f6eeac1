#include "engine/receipts/segment.h"

#include <algorithm>

#include "engine/receipts/hash.h"

namespace salvo::engine {
namespace {

// The end of a number is the same in every way to write it.
constexpr size_t kTellingDigits = 7;
constexpr uint32_t kBeyondMarks = 1u << 31;
constexpr uint64_t kNumberSeed = 0x6E756D62;
constexpr uint64_t kAddressSeed = 0x61646472;

}  // namespace

uint32_t HashOfNumber(std::string_view number) {
  number = WithoutPlus(number);
  if (number.empty()) return 0;
  const size_t count = std::min(number.size(), kTellingDigits);
  const uint64_t hash = HashOf(kNumberSeed, number.substr(number.size() - count));
  return static_cast<uint32_t>(hash) | kBeyondMarks;
}

// Wide marks are the values behind the journal's.
uint16_t WideMarkOf(uint32_t number) {
  constexpr uint32_t kWideMarks = UINT8_MAX * (UINT8_MAX + 1);
  if (number <= UINT16_MAX) return static_cast<uint16_t>(number);
  return static_cast<uint16_t>(number % kWideMarks + UINT8_MAX + 1);
}

uint8_t MarkOf(uint32_t number) {
  if (number <= UINT8_MAX) return static_cast<uint8_t>(number);
  return static_cast<uint8_t>((WideMarkOf(number) - UINT8_MAX - 1) % UINT8_MAX + 1);
}

bool AreSameNumber(uint32_t a, uint32_t b) {
  const bool is_short = a <= UINT8_MAX || b <= UINT8_MAX;
  return is_short ? MarkOf(a) == MarkOf(b) : WideMarkOf(a) == WideMarkOf(b);
}

uint64_t HashOfAddresses(std::string_view destination, std::string_view source) {
  const uint64_t hash = HashOf(HashOf(kAddressSeed, WithoutPlus(destination)), WithoutPlus(source));
  return hash == 0 ? 1 : hash;
}

}  // namespace salvo::engine
