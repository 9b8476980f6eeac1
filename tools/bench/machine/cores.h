// Which cores the sender of a measurement gets, and which its peer.
#pragma once

#include <vector>

namespace salvo::bench {

struct CoreShares {
  std::vector<int> sender;
  std::vector<int> peer;  // the last core; the sender's only one where there is no other
};

// `allowed`: as io::AllowedCores gives them.
CoreShares ShareOut(const std::vector<int>& allowed);

}  // namespace salvo::bench
