// What was measured, and on what: the frame of all figures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace salvo::bench {

struct MachineFacts {
  std::string processor;
  std::string kernel;
  std::vector<int> sender_cores;
  std::vector<int> peer_cores;
  double load_average = -1;  // before anything was run; negative: not known
  std::string version;       // of salvo

  bool shares_core() const { return sender_cores == peer_cores; }
};

struct Method {
  std::string host;  // that messages go to; "": salvo sim
  uint32_t repeats = 3;
  double warm_up_s = 0;
  double time_s = 0;
  double load_share = 0;  // of the full speed, at which latency is measured; 0: at `rate`
  double rate = 0;        // messages a second; 0: as fast as it goes
  bool spin = false;
};

}  // namespace salvo::bench
