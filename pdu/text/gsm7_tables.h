// The tables behind pdu/text/alphabet.h, visible to those who translate whole texts.
#pragma once

#include <array>
#include <cstdint>

#include "pdu/text/alphabet.h"

namespace salvo::pdu {

// 3GPP TS 23.038 section 6.2.1, code 0x00 to 0x7F. 0x1B is the escape to the extension table.
inline constexpr std::array<char16_t, 128> kGsm7Basic = {
    u'@', u'£', u'$', u'¥', u'è', u'é', u'ù', u'ì', u'ò', u'Ç',  u'\n', u'Ø', u'ø', u'\r', u'Å',
    u'å', u'Δ', u'_', u'Φ', u'Γ', u'Λ', u'Ω', u'Π', u'Ψ', u'Σ',  u'Θ',  u'Ξ', 0,    u'Æ',  u'æ',
    u'ß', u'É', u' ', u'!', u'"', u'#', u'¤', u'%', u'&', u'\'', u'(',  u')', u'*', u'+',  u',',
    u'-', u'.', u'/', u'0', u'1', u'2', u'3', u'4', u'5', u'6',  u'7',  u'8', u'9', u':',  u';',
    u'<', u'=', u'>', u'?', u'¡', u'A', u'B', u'C', u'D', u'E',  u'F',  u'G', u'H', u'I',  u'J',
    u'K', u'L', u'M', u'N', u'O', u'P', u'Q', u'R', u'S', u'T',  u'U',  u'V', u'W', u'X',  u'Y',
    u'Z', u'Ä', u'Ö', u'Ñ', u'Ü', u'§', u'¿', u'a', u'b', u'c',  u'd',  u'e', u'f', u'g',  u'h',
    u'i', u'j', u'k', u'l', u'm', u'n', u'o', u'p', u'q', u'r',  u's',  u't', u'u', u'v',  u'w',
    u'x', u'y', u'z', u'ä', u'ö', u'ñ', u'ü', u'à',
};

struct Gsm7Extension {
  uint8_t code;
  char16_t character;
};

// 3GPP TS 23.038 section 6.2.1.1.
inline constexpr Gsm7Extension kGsm7Extensions[] = {
    {0x0A, u'\f'}, {0x14, u'^'}, {0x28, u'{'}, {0x29, u'}'}, {0x2F, u'\\'},
    {0x3C, u'['},  {0x3D, u'~'}, {0x3E, u']'}, {0x40, u'|'}, {0x65, u'€'},
};

constexpr std::array<uint16_t, 256> MakeGsm7LatinCodes() {
  std::array<uint16_t, 256> codes{};
  codes.fill(kNotInGsm7);
  for (size_t code = 0; code < kGsm7Basic.size(); ++code) {
    const char16_t character = kGsm7Basic[code];
    if (character != 0 && character < 256) codes[character] = static_cast<uint16_t>(code);
  }
  for (const Gsm7Extension& e : kGsm7Extensions) {
    if (e.character < 256) codes[e.character] = static_cast<uint16_t>(kGsm7Escape << 8 | e.code);
  }
  return codes;
}

// The code of each character up to U+00FF, as Gsm7Code gives it.
inline constexpr std::array<uint16_t, 256> kGsm7LatinCodes = MakeGsm7LatinCodes();

}  // namespace salvo::pdu
