// Shows any octets that should be a PDU to people, in one line for logs; pdu/inspect.h has the
// tree. Passwords are never shown. Octets that are no printable ASCII appear as \xNN. Of a PDU that
// cannot be decoded, what comes before the fault is shown, and then the fault. Appends to the
// caller's string, which may allocate: not for the hot path.
#pragma once

#include <string>

#include "pdu/decode.h"

namespace salvo::pdu {

// "submit_sm seq:12 status:0x00000000 (ESME_ROK) len:150 source_addr:SALVO ...". Fields that are
// empty or zero are left out.
void PrintLine(Octets pdu, std::string* out);

// `text` with everything but printable ASCII and with the backslash escaped.
void AppendEscaped(std::string_view text, std::string* out);

}  // namespace salvo::pdu
