// Where a stream leads: a host with its port, and what a name resolves to.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace salvo::io {

struct Endpoint {
  std::string host;  // a name, an IPv4 or an IPv6 address
  uint16_t port = 0;

  std::string ToString() const;  // "host:port", "[::1]:port"
};

// "127.0.0.1:2775", "[::1]:2775", "host:2775", or ":2775" for 127.0.0.1.
absl::StatusOr<Endpoint> ParseEndpoint(std::string_view text);

// An IPv4 or IPv6 address with its port.
class SocketAddress {
 public:
  SocketAddress() = default;
  // REQUIRES: octets <= sizeof(sockaddr_storage).
  SocketAddress(const sockaddr* address, socklen_t octets);

  // nullopt-like: an error when `host` is a name rather than an address.
  static absl::StatusOr<SocketAddress> FromNumeric(const Endpoint& endpoint);

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }
  int family() const { return storage_.ss_family; }
  uint16_t port() const;
  std::string ToString() const;

  bool operator==(const SocketAddress& other) const { return ToString() == other.ToString(); }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

// Asks the system's resolver; blocks. The error names the host and the resolver's reason.
absl::StatusOr<std::vector<SocketAddress>> ResolveBlocking(const Endpoint& endpoint);

}  // namespace salvo::io
