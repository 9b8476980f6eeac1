// What the numbers in PDUs stand for, in words, and whether the specification gives them a meaning.
// Pure functions; they allocate. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pdu/protocol.h"
#include "pdu/tlv.h"

namespace salvo::pdu {

struct Meaning {
  std::string text;          // "international"; empty when there is nothing to say
  bool is_reserved = false;  // no version gives the value a meaning
};

// Of a field of one octet, by the specification's name, in a PDU of that command.
Meaning MeaningOf(std::string_view field, uint8_t value, CommandId command);

// Of a parameter's value.
Meaning MeaningOf(const Tlv& tlv);

}  // namespace salvo::pdu
