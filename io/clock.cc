#include "io/clock.h"

#include <ctime>

namespace salvo::io {
namespace {

Nanos Read(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return t.tv_sec * kNanosPerSecond + t.tv_nsec;
}

class MachineClock : public Clock {
 public:
  Nanos Monotonic() override { return Read(CLOCK_MONOTONIC); }
  Nanos Wall() override { return Read(CLOCK_REALTIME); }
};

}  // namespace

Clock& SystemClock() {
  static MachineClock clock;
  return clock;
}

}  // namespace salvo::io
