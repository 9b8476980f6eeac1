#include "tests/support/utf8.h"

#include "pdu/text/alphabet.h"

namespace salvo::test {
namespace {

constexpr std::u32string_view kEscaped = U"\f^{}\\[~]|€";

char32_t RandomGsm7(Random& random) {
  if (random.OneIn(2)) return random.OneOf(kEscaped);
  for (;;) {
    const char32_t c = pdu::Gsm7Character(static_cast<uint8_t>(random.Below(128)));
    if (c != 0) return c;
  }
}

char32_t RandomBasic(Random& random) {
  for (;;) {
    const auto c = static_cast<char32_t>(random.SizeBetween(1, 0xFFFF));
    if (c < 0xD800 || c > 0xDFFF) return c;
  }
}

char32_t RandomCharacter(Random& random, Script script) {
  switch (script) {
    case Script::kAscii:
      return random.OneOf(std::u32string_view(U"abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 .,"));
    case Script::kGsm7:
      return RandomGsm7(random);
    case Script::kLatin1:
      return static_cast<char32_t>(random.SizeBetween(0x20, 0xFF));
    case Script::kBasic:
      return RandomBasic(random);
    case Script::kEverything:
      return random.OneIn(2) ? RandomBasic(random)
                             : static_cast<char32_t>(random.SizeBetween(0x10000, 0x10FFFF));
  }
  return U' ';
}

}  // namespace

std::string Utf8(char32_t c) {
  const auto octet = [](char32_t value) { return static_cast<char>(static_cast<uint8_t>(value)); };
  const auto tail = [&](int shift) { return octet(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {octet(c)};
  if (c < 0x800) return {octet(0xC0 | c >> 6), tail(0)};
  if (c < 0x10000) return {octet(0xE0 | c >> 12), tail(6), tail(0)};
  return {octet(0xF0 | c >> 18), tail(12), tail(6), tail(0)};
}

std::string Utf8(std::u32string_view text) {
  std::string utf8;
  for (char32_t c : text) utf8 += Utf8(c);
  return utf8;
}

std::u32string RandomText(Random& random, Script script, size_t characters) {
  std::u32string text;
  for (size_t i = 0; i < characters; ++i) text += RandomCharacter(random, script);
  return text;
}

}  // namespace salvo::test
