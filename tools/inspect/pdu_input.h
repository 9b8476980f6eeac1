// What people have that holds PDUs: hexadecimal digits, dumps, captures, octets as they are.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "tools/inspect/conversations.h"

namespace salvo::tools {

// PDUs one after the other, until one does not fit; what is left then is given as one PDU too.
void FindPdus(pdu::Octets octets, InspectionSink* sink);

// Hexadecimal text. Blocks of a dump that are frames of Ethernet are read as a capture. Otherwise
// kInvalidArgument: the digits are none.
absl::Status FindPdusInHex(std::string_view text, const std::set<uint16_t>& ports,
                           InspectionSink* sink);

// A file, or "-" for the standard input, of any of these kinds, which its first octets tell. The
// standard input, pipes and what is no capture are held in memory, up to 256 MiB. Errors as above,
// and kUnavailable: it cannot be read, or not to its end.
absl::Status FindPdusInFile(const std::string& path, const std::set<uint16_t>& ports,
                            InspectionSink* sink);

// The same of what is in memory; in nothing there is no PDU.
absl::Status FindPdusInOctets(pdu::Octets octets, const std::set<uint16_t>& ports,
                              InspectionSink* sink);

}  // namespace salvo::tools
