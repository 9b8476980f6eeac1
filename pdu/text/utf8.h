// Steps through UTF-8 (RFC 3629), one character at a time. No allocation, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace salvo::pdu {

struct Utf8Character {
  char32_t code_point = 0;
  uint8_t octets = 0;  // 0: not valid UTF-8 at this place, or the end
};

// The character at `at`. Overlong forms, surrogates and values above U+10FFFF are not valid.
inline Utf8Character DecodeUtf8(std::string_view text, size_t at) {
  const size_t left = text.size() - at;
  if (left == 0) return {};
  const auto octet = [&](size_t i) { return static_cast<uint8_t>(text[at + i]); };
  const auto continues = [&](size_t i) { return (octet(i) & 0xC0) == 0x80; };
  const uint8_t first = octet(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xC2) return {};
  if (first < 0xE0) {
    if (left < 2 || !continues(1)) return {};
    return {static_cast<char32_t>((first & 0x1F) << 6 | (octet(1) & 0x3F)), 2};
  }
  if (first < 0xF0) {
    if (left < 3 || !continues(1) || !continues(2)) return {};
    const auto value =
        static_cast<char32_t>((first & 0x0F) << 12 | (octet(1) & 0x3F) << 6 | (octet(2) & 0x3F));
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < 0x800 || surrogate) return {};
    return {value, 3};
  }
  if (first > 0xF4 || left < 4 || !continues(1) || !continues(2) || !continues(3)) return {};
  const auto value = static_cast<char32_t>((first & 0x07) << 18 | (octet(1) & 0x3F) << 12 |
                                           (octet(2) & 0x3F) << 6 | (octet(3) & 0x3F));
  if (value < 0x10000 || value > 0x10FFFF) return {};
  return {value, 4};
}

inline bool IsUtf8(std::string_view text) {
  size_t at = 0;
  while (const size_t octets = DecodeUtf8(text, at).octets) at += octets;
  return at == text.size();
}

}  // namespace salvo::pdu
