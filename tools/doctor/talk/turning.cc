#include "tools/doctor/talk/turning.h"

#include "tools/common/signals.h"

namespace salvo::doctor {

bool Interrupted() { return tools::StopSignals() > 0; }

bool TurnUntil(io::Loop& loop, io::Nanos deadline, const std::function<bool()>& done, int stops) {
  while (!done()) {
    if (loop.clock().Monotonic() >= deadline || tools::StopSignals() > stops) return false;
    loop.Turn(deadline);
  }
  return true;
}

}  // namespace salvo::doctor
