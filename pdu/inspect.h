// Takes any octets that should be a PDU to pieces, for people and for tools: every field with its
// place, what its value stands for, the text in UTF-8, the receipt, and all that breaks the
// specification. Passwords are never shown. Allocates: not for the hot path. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pdu/decode.h"

namespace salvo::pdu {

struct InspectedField {
  std::string name;     // the specification's: "source_addr"; "0x1400" of an unknown parameter
  uint32_t offset = 0;  // in the PDU; of a parameter, that of its value
  uint32_t octets = 0;
  // How the value is shown: digits of a number, a text with \xNN for what is no printable ASCII,
  // "***" of a password. Of octets that are not shown as text, hexadecimal digits.
  std::string value;
  std::string meaning;  // what it stands for: "international", "GSM 7-bit, flash"; may be empty
  bool is_tlv = false;
  bool is_number = false;
  uint16_t tag = 0;  // of a parameter
};

// What breaks the specification, or the habits of the field, at one place.
struct Complaint {
  uint32_t offset = 0;
  std::string field;
  std::string text;  // "1 octet follows the last field"
};

struct Inspection {
  size_t octets = 0;        // of the PDU
  bool has_header = false;  // false: fewer than 16 octets; nothing else is set then
  Header header;
  DecodeResult result;                 // of Decode; after an error, `fields` are those before it
  std::vector<InspectedField> fields;  // without the header's
  std::vector<Complaint> complaints;   // the decoder's own included, by place

  // The text of the message in UTF-8, without its user data header; control characters are
  // escaped. Empty when there is none or its alphabet is not known here.
  std::string text;
  bool has_text = false;
  // Elements of the user data header, a line each: "concatenation: part 2 of 3, reference 7".
  std::vector<std::string> user_data_header;
  // The receipt: key and value. Empty when the PDU is none.
  std::vector<InspectedField> receipt;
};

Inspection Inspect(Octets pdu);

// Every field on a line of its own with its offset, then header elements, text, receipt and
// complaints. Appends; what it appends is UTF-8 without control characters but line breaks.
void PrintTree(Octets pdu, std::string* out);
void PrintTree(const Inspection& inspection, std::string* out);

}  // namespace salvo::pdu
