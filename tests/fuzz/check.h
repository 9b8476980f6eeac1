// What fuzz targets hold their findings against. A violated invariant ends the process, in every
// build, so that libFuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "pdu/wire.h"

namespace salvo::fuzz {

inline void Check(bool holds, const char* invariant) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", invariant);
  std::abort();
}

// True when the view lies within the octets. An empty view may lie anywhere.
inline bool IsInside(pdu::Octets view, pdu::Octets octets) {
  return view.empty() || (view.data() >= octets.data() &&
                          view.data() + view.size() <= octets.data() + octets.size());
}
inline bool IsInside(std::string_view view, pdu::Octets octets) {
  return IsInside(pdu::AsOctets(view), octets);
}

}  // namespace salvo::fuzz
