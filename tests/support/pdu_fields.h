// What a PDU says, as text that tests can compare and gtest can print.
#pragma once

#include <string>
#include <vector>

#include "pdu/body.h"

namespace salvo::test {

// "name=value" for each field of the body in wire order; octets and text in hex where they are not
// printable, parameters as "tlv 0x0424=...".
std::vector<std::string> FieldsOf(const pdu::Body& body);

// The same with id, status and sequence_number in front. command_length is left out: an encoder
// ignores it.
std::vector<std::string> FieldsOf(const pdu::Pdu& pdu);

}  // namespace salvo::test
