// How the thread of a log makes way: one that cannot keep up drops anyway, and leaves the
// processors to those who send. No state, no clock.
#pragma once

#include <algorithm>

#include "io/clock.h"

namespace salvo::engine {

// It worked for `took`, `on_processor` of that, and `is_behind` when lines were dropped meanwhile.
// How long it should rest. Whoever has a processor to himself need not; with others it is to have a
// fifth of one in all, which makes some 200,000 lines a second.
inline io::Nanos RestAfterWork(io::Nanos took, io::Nanos on_processor, bool is_behind) {
  constexpr io::Nanos kPartsOfTime = 5;
  constexpr io::Nanos kPartKeptWaiting = 10;
  const bool is_alone = took - on_processor < took / kPartKeptWaiting;
  if (!is_behind || is_alone) return 0;
  return std::max<io::Nanos>(kPartsOfTime * on_processor - took, 0);
}

}  // namespace salvo::engine
