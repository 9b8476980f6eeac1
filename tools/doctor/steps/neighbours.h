// Who else on this machine talks to the same SMSC.
#pragma once

#include <string>
#include <vector>

#include "io/address.h"

namespace salvo::doctor {

// Other processes with an established connection to that address and port, by what the kernel
// tells (proc(5)): "salvo (process 4711)", and "a process of another user" where this one may not
// look. Names of programs alone: their arguments may hold secrets.
std::vector<std::string> OthersConnectedTo(const io::SocketAddress& address);

}  // namespace salvo::doctor
