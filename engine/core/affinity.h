// The cores this process may run on, and staying on one of them.
#pragma once

#include <vector>

namespace salvo::engine {

// Numbers of the cores in the process's own affinity mask, ascending; at least one.
std::vector<int> AllowedCores();

// Keeps the calling thread on one core. A refusal is of no consequence but speed.
void PinThread(int core);

}  // namespace salvo::engine
