#include "tools/bench/peers.h"

#include "absl/strings/str_format.h"

namespace salvo::bench {

absl::StatusOr<Peers::Peer> Peers::PeerFor(io::Nanos delay, bool tls) {
  Peer peer;
  if (tls) peer.ca_file = absl::StrFormat("%s/ca-%d.pem", folder_, delay);
  std::unique_ptr<Simulator>& simulator = simulators_[{delay, tls}];
  if (simulator == nullptr) {
    auto started = Simulator::Start({delay, peer.ca_file, cores_});
    if (!started.ok()) return started.status();
    simulator = *std::move(started);
  }
  peer.port = simulator->port();
  return peer;
}

}  // namespace salvo::bench
