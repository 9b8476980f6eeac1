#include "pdu/text/alphabet.h"

#include "pdu/text/gsm7_tables.h"

namespace salvo::pdu {

std::string_view NameOf(Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::kGsm7:
      return "gsm7";
    case Alphabet::kLatin1:
      return "latin1";
    case Alphabet::kUcs2:
      return "ucs2";
  }
  return "";
}

uint8_t DefaultDataCoding(Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::kGsm7:
      return 0x00;
    case Alphabet::kLatin1:
      return 0x03;
    case Alphabet::kUcs2:
      return 0x08;
  }
  return 0;
}

uint16_t Gsm7Code(char32_t character) {
  if (character < kGsm7LatinCodes.size()) return kGsm7LatinCodes[character];
  constexpr char32_t kEuro = 0x20AC;
  if (character == kEuro) return kGsm7Escape << 8 | 0x65;
  constexpr char32_t kFirstGreek = 0x0393;  // capital gamma
  constexpr char32_t kLastGreek = 0x03A9;   // capital omega
  if (character < kFirstGreek || character > kLastGreek) return kNotInGsm7;
  constexpr uint16_t kGreekFrom = 0x10;
  constexpr uint16_t kGreekTo = 0x1A;
  for (uint16_t code = kGreekFrom; code <= kGreekTo; ++code) {
    if (kGsm7Basic[code] == character) return code;
  }
  return kNotInGsm7;
}

char32_t Gsm7Character(uint8_t code) { return code < kGsm7Basic.size() ? kGsm7Basic[code] : 0; }

char32_t Gsm7ExtensionCharacter(uint8_t code) {
  for (const Gsm7Extension& e : kGsm7Extensions) {
    if (e.code == code) return e.character;
  }
  return 0;
}

}  // namespace salvo::pdu
