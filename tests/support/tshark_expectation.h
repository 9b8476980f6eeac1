// What tshark should show of a PDU, worked out from the struct and not from its encoded octets.
#pragma once

#include <string>

#include "pdu/body.h"
#include "tests/support/tshark.h"

namespace salvo::test {

// The first difference between the PDU, which is encoded in that many octets, and what tshark made
// of them: names, places and octets of all fields; tag, name, length and octets of all parameters.
// "" when there is none.
//
// tshark's ways that are no difference: an empty text may be left out; the body of a refusal is
// left out; dest_flag is not shown.
std::string Mismatch(const pdu::Pdu& pdu, size_t octets, const TsharkPdu& theirs);

// Stands in a mismatch that concerns a parameter's value alone.
inline constexpr char kMisreadValue[] = "the value of parameter";

// The parameters of the PDU that tshark shows: none of a refusal.
pdu::TlvList TlvsShownOf(const pdu::Pdu& pdu);

}  // namespace salvo::test
