// Finds the next of a few characters, eight at a time. Pure functions; any thread.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace salvo::tools {

// A few characters to look for. Made once for many searches.
template <size_t kCount>
class AnyOf {
 public:
  template <class... Chars>
  explicit AnyOf(Chars... characters)
      : characters_{characters...}, patterns_{kOnes * static_cast<uint8_t>(characters)...} {}

  // The first place in [at, end) of one of them; `end` when there is none.
  const char* Find(const char* at, const char* end) const {
    if constexpr (std::endian::native == std::endian::little) {
      for (; end - at >= 8; at += 8) {
        uint64_t octets;
        std::memcpy(&octets, at, sizeof octets);
        uint64_t found = 0;
        // The lowest bit that is set is exact: what carries, carries upwards.
        for (const uint64_t pattern : patterns_) {
          const uint64_t difference = octets ^ pattern;
          found |= (difference - kOnes) & ~difference;
        }
        found &= kOnes << 7;
        if (found != 0) return at + std::countr_zero(found) / 8;
      }
    }
    for (; at != end; ++at) {
      for (const char c : characters_) {
        if (*at == c) return at;
      }
    }
    return end;
  }

 private:
  static constexpr uint64_t kOnes = 0x0101'0101'0101'0101;

  const char characters_[kCount];
  const uint64_t patterns_[kCount];
};

// How often `c` stands in [at, end), where that is seldom at all.
inline size_t CountFew(const char* at, const char* end, char c) {
  size_t count = 0;
  while (at != end) {
    const void* const found = std::memchr(at, c, static_cast<size_t>(end - at));
    if (found == nullptr) break;
    ++count;
    at = static_cast<const char*>(found) + 1;
  }
  return count;
}

}  // namespace salvo::tools
