// Tagged parameters as people write them, in account files and in campaigns.
#pragma once

#include <string>
#include <string_view>

#include "pdu/tlv.h"

namespace salvo::tools {

// Appends the octets of a parameter's value to `out`: a number where the specification has one
// ("7", "0x07"; of several widths it takes the least that holds it), a text with its NUL where it
// has a C-octet string, else the octets of the text as they are. "hex:0A0B" gives octets in any
// case. Returns why not, "" when it could.
std::string_view AppendTlvValue(pdu::Tag tag, std::string_view text, std::string* out);

}  // namespace salvo::tools
