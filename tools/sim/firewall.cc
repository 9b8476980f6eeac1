#include "tools/sim/firewall.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace salvo::sim {
namespace {

absl::Status Failure(const io::SocketAddress& address) {
  return absl::ErrnoToStatus(errno, "cannot listen on " + address.ToString());
}

int NewSocket(const io::SocketAddress& address) {
  return socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
}

}  // namespace

absl::StatusOr<Firewall> Firewall::At(const io::SocketAddress& address) {
  constexpr int kYes = 1;
  Firewall firewall;
  firewall.listener_ = NewSocket(address);
  const bool listens =
      setsockopt(firewall.listener_, SOL_SOCKET, SO_REUSEADDR, &kYes, sizeof kYes) == 0 &&
      bind(firewall.listener_, address.get(), address.size()) == 0 &&
      listen(firewall.listener_, 0) == 0;
  if (!listens) return Failure(address);
  sockaddr_storage taken{};
  socklen_t octets = sizeof taken;
  if (getsockname(firewall.listener_, reinterpret_cast<sockaddr*>(&taken), &octets) != 0) {
    return Failure(address);
  }
  firewall.address_ = io::SocketAddress(reinterpret_cast<sockaddr*>(&taken), octets);
  firewall.filler_ = NewSocket(address);
  if (connect(firewall.filler_, firewall.address_.get(), firewall.address_.size()) != 0) {
    return Failure(firewall.address_);
  }
  return firewall;
}

Firewall::Firewall(Firewall&& other) noexcept
    : listener_(std::exchange(other.listener_, -1)),
      filler_(std::exchange(other.filler_, -1)),
      address_(other.address_) {}

Firewall::~Firewall() {
  for (const int socket : {filler_, listener_}) {
    if (socket >= 0) close(socket);
  }
}

}  // namespace salvo::sim
