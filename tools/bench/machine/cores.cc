#include "tools/bench/machine/cores.h"

namespace salvo::bench {

CoreShares ShareOut(const std::vector<int>& allowed) {
  if (allowed.size() == 1) return {allowed, allowed};
  return {{allowed.begin(), allowed.end() - 1}, {allowed.back()}};
}

}  // namespace salvo::bench
