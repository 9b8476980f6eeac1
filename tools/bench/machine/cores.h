// Which cores this process may use, and who gets which.
#pragma once

#include <vector>

namespace salvo::bench {

// Those of the process's own affinity mask, ascending.
std::vector<int> AllowedCores();

// Keeps the calling thread, and whom it starts from then on, on these. A refusal is of no
// consequence but noise.
void StayOn(const std::vector<int>& cores);

struct CoreShares {
  std::vector<int> sender;
  std::vector<int> peer;  // the last core; the sender's only one where there is no other
};
CoreShares ShareOut(const std::vector<int>& allowed);

}  // namespace salvo::bench
