// The messages that wait at the SMSC for their delivery, of one account: so many in all, so many to
// one destination. Each waits for the same time. One thread, the simulator's.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "io/clock.h"

namespace salvo::sim {

class MessageQueue {
 public:
  // `time` is that of what waits already, too. 0: no limit.
  void SetLimits(uint32_t in_all, uint32_t to_one, io::Nanos time);

  // Takes a message; false when it is one too many.
  bool Take(std::string_view destination, io::Nanos now);

 private:
  struct Waiting {
    io::Nanos since;
    std::string destination;
  };

  void Deliver(io::Nanos now);

  uint32_t in_all_ = 0;
  uint32_t to_one_ = 0;
  io::Nanos time_ = 0;
  std::deque<Waiting> waiting_;  // in the order of their coming
  std::unordered_map<std::string, uint32_t> to_;
};

}  // namespace salvo::sim
