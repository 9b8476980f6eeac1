// The cores this process may run on, and staying on some of them.
#pragma once

#include <vector>

namespace salvo::io {

// Numbers of the cores in the process's own affinity mask, ascending; at least one.
std::vector<int> AllowedCores();

// Keeps the calling thread, and whom it starts from then on, on these. A refusal is of no
// consequence but speed.
void StayOn(const std::vector<int>& cores);

}  // namespace salvo::io
