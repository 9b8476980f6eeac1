// Shows any octets that should be a PDU to people, in one line for logs; pdu/inspect.h has the
// tree. Passwords are never shown. Octets that are no printable ASCII appear as \xNN. Of a PDU that
// cannot be decoded, what comes before the fault is shown, and then the fault. Appends to the
// caller's string, which may allocate: not for the hot path.
#pragma once

#include <string>
#include <string_view>

#include "pdu/decode.h"

namespace salvo::pdu {

// What stands in the place of what must not be seen.
inline constexpr std::string_view kMasked = "***";

// How fields are written in a line.
struct FieldStyle {
  // SOURCEADDR for source_addr, as in logs that are searched; a value with a space or a quote in it
  // stands in quotes then, its quotes behind a backslash.
  bool capitals = false;
  // kMasked for all that may be a person's number or text: addresses, messages, and parameters of
  // which nobody knows what they hold.
  bool mask = false;
};

// " source_addr:SALVO destination_addr:..." and the fault, if there is one: the body's part of the
// line below. REQUIRES: pdu.size() >= kHeaderOctets.
void PrintFields(Octets pdu, const FieldStyle& style, std::string* out);

// "submit_sm seq:12 status:0x00000000 (ESME_ROK) len:150 source_addr:SALVO ...". Fields that are
// empty or zero are left out.
void PrintLine(Octets pdu, std::string* out);

// `text` with everything but printable ASCII and with the backslash escaped.
void AppendEscaped(std::string_view text, std::string* out);

}  // namespace salvo::pdu
