// An address that takes no connection and refuses none, as one behind a firewall that drops what
// comes: whoever connects hears nothing. Any thread.
#pragma once

#include "absl/status/statusor.h"
#include "io/address.h"

namespace salvo::sim {

class Firewall {
 public:
  // Takes the address. The port is free again when this is gone.
  static absl::StatusOr<Firewall> At(const io::SocketAddress& address);

  ~Firewall();
  Firewall(Firewall&& other) noexcept;
  Firewall& operator=(Firewall&&) = delete;

  // The address that was taken.
  const io::SocketAddress& address() const { return address_; }

 private:
  Firewall() = default;

  // The kernel drops attempts to connect to a listener whose queue is full: it has room for one
  // connection, which is our own, and nobody accepts it.
  int listener_ = -1;
  int filler_ = -1;
  io::SocketAddress address_;
};

}  // namespace salvo::sim
