// One combination of what is scanned.
#pragma once

#include <cstdint>

#include "io/clock.h"
#include "tools/plan/demand.h"

namespace salvo::bench {

struct Setting {
  uint32_t window = 100;
  uint32_t binds = 1;
  uint32_t shards = 1;
  uint32_t text_octets = 100;
  bool tls = false;
  plan::JournalLevel journal = plan::JournalLevel::kProcess;
  io::Nanos delay = 0;  // of the simulator's answers
};

}  // namespace salvo::bench
