// Capture files, pcap and pcapng, as libpcap reads them.
#pragma once

#include <cstdio>
#include <string>

#include "tools/inspect/conversations.h"

namespace salvo::tools {

// Whether a file that begins with these octets is a capture. REQUIRES: 4 octets.
bool IsCapture(pdu::Octets beginning);

// Gives every packet of the file to `conversations` and closes the file. Returns why it cannot be
// read, or not to its end; "" when all went well.
std::string ReadCapture(std::FILE* file, Conversations* conversations);

}  // namespace salvo::tools
