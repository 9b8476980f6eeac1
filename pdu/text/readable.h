// From the octets of a message back to characters, as data_coding says: for people who read PDUs.
// What cannot be read is shown, not dropped. Pure functions; they allocate. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pdu/text/alphabet.h"
#include "pdu/wire.h"

namespace salvo::pdu {

// "GSM 7-bit", "UCS-2", "Latin-1", "8-bit, class 1", ... (3.4 section 5.2.19, 3GPP TS 23.038).
std::string DescribeDataCoding(uint8_t data_coding);
bool IsReservedDataCoding(uint8_t data_coding);

// The alphabet to write a text in for that data_coding; of IA5, Latin-1. nullopt for binary and for
// alphabets that are only read here.
std::optional<Alphabet> AlphabetOf(uint8_t data_coding);

struct ReadableText {
  bool is_text = false;     // false: binary, or an alphabet that is not known here
  bool in_septets = false;  // an octet of it takes seven bits on the air
  // Control characters and characters that turn text around are escaped: \u202E, and beyond U+FFFF
  // \U01FFFE.
  std::string utf8;
  std::string fault;  // the first thing that is no character of the alphabet; "" when none
};

// REQUIRES: `octets` are without the user data header.
ReadableText ReadText(Octets octets, uint8_t data_coding);

}  // namespace salvo::pdu
