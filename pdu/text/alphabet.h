// The alphabets a short message can be sent in, and what each holds.
// GSM 7-bit default alphabet with extension table: 3GPP TS 23.038 sections 6.2.1 and 6.2.1.1.
// Pure functions, no allocation, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace salvo::pdu {

enum class Alphabet : uint8_t {
  kGsm7,    // a septet an octet ("unpacked"), as SMPP carries it; an escaped character takes two
  kLatin1,  // ISO-8859-1; does not exist on the air: the SMSC converts it
  kUcs2,    // UTF-16BE; a character beyond U+FFFF takes two units
};

// "gsm7", "latin1", "ucs2"
std::string_view NameOf(Alphabet alphabet);

// data_coding that the specification gives the alphabet (3.4 section 5.2.19): 0, 3, 8.
uint8_t DefaultDataCoding(Alphabet alphabet);

// Octets a unit of the alphabet takes in short_message: 2 for UCS-2, else 1.
constexpr size_t OctetsPerUnit(Alphabet alphabet) { return alphabet == Alphabet::kUcs2 ? 2 : 1; }

// The GSM 7-bit code of a character: 0..0x7F, or 0x1B00 | code for one of the extension table;
// kNotInGsm7 when it has none.
inline constexpr uint16_t kNotInGsm7 = 0xFFFF;
inline constexpr uint8_t kGsm7Escape = 0x1B;
uint16_t Gsm7Code(char32_t character);

// The characters of the two tables; 0 for a code without one.
char32_t Gsm7Character(uint8_t code);
char32_t Gsm7ExtensionCharacter(uint8_t code);

}  // namespace salvo::pdu
