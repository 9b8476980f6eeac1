// Campaigns from memory over the library, as a program that embeds it sends them.
#pragma once

#include <cstdint>
#include <string>

#include "salvo/account.h"
#include "tools/bench/runs/sample.h"
#include "tools/bench/setting.h"

namespace salvo::bench {

struct Load {
  AccountOptions account;  // with window and binds as in `setting`
  std::string to;
  Setting setting;
  bool spin = false;
  std::string journal_folder;  // not there yet; unused at level off
  double warm_up_s = 0;
  double time_s = 0;
  uint64_t most_messages = 0;  // of a run; 0: as many as there is time for
};

// Sends as fast as it goes: throughput, processor time, memory. Blocks until all is answered.
Sample RunFull(const Load& load);

// Sends messages at their times, `per_second` of them: latency from when each was due, however long
// the sender or the window let it wait. That a slow answer delays later messages is so counted, not
// left out.
Sample RunPaced(const Load& load, double per_second);

}  // namespace salvo::bench
