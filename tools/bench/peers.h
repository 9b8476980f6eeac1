// The simulators of a bench: one for each way to answer that was asked for, started when it first
// is. Those that are not being sent to sleep.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/bench/machine/simulator.h"

namespace salvo::bench {

class Peers {
 public:
  struct Peer {
    uint16_t port = 0;
    std::string ca_file;  // "" without TLS
  };

  // `folder`: for what their certificates are trusted by.
  Peers(std::vector<int> cores, std::string folder)
      : cores_(std::move(cores)), folder_(std::move(folder)) {}

  // The simulator that answers after `delay`. REQUIRES: the process has one thread.
  absl::StatusOr<Peer> PeerFor(io::Nanos delay, bool tls);

 private:
  const std::vector<int> cores_;
  const std::string folder_;
  std::map<std::pair<io::Nanos, bool>, std::unique_ptr<Simulator>> simulators_;
};

}  // namespace salvo::bench
