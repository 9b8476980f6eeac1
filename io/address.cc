#include "io/address.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "absl/strings/str_format.h"

namespace salvo::io {

std::string Endpoint::ToString() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrFormat("[%s]:%d", host, port) : absl::StrFormat("%s:%d", host, port);
}

namespace {

bool IsIPv6(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool ParsePort(std::string_view digits, uint16_t* port) {
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, *port);
  return error == std::errc() && stop == end;
}

// Only brackets tell where an IPv6 address ends and the port begins.
bool ParseHost(std::string_view text, std::string* host) {
  if (text.starts_with('[') && text.ends_with(']')) {
    *host = text.substr(1, text.size() - 2);
    return IsIPv6(*host);
  }
  *host = text.empty() ? "127.0.0.1" : text;
  return text.find_first_of("[]:") == std::string_view::npos;
}

}  // namespace

absl::StatusOr<Endpoint> ParseEndpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  Endpoint endpoint;
  if (colon != std::string_view::npos && ParsePort(text.substr(colon + 1), &endpoint.port) &&
      ParseHost(text.substr(0, colon), &endpoint.host)) {
    return endpoint;
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "'%s' is not an address with a port, such as 127.0.0.1:2775 or [::1]:2775", text));
}

SocketAddress::SocketAddress(const sockaddr* address, socklen_t octets) : size_(octets) {
  std::memcpy(&storage_, address, octets);
}

absl::StatusOr<SocketAddress> SocketAddress::FromNumeric(const Endpoint& endpoint) {
  sockaddr_in v4{};
  if (inet_pton(AF_INET, endpoint.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    return SocketAddress(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
  }
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET6, endpoint.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    return SocketAddress(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
  }
  return absl::InvalidArgumentError(absl::StrFormat("'%s' is not an IP address", endpoint.host));
}

uint16_t SocketAddress::port() const {
  if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(get())->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(get())->sin_port);
}

std::string SocketAddress::ToString() const {
  char host[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(get())->sin6_addr, host,
              sizeof host);
  } else if (family() == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(get())->sin_addr, host, sizeof host);
  }
  return Endpoint{host, port()}.ToString();
}

absl::StatusOr<std::vector<SocketAddress>> ResolveBlocking(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  const int error = getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {
    const char* reason = error == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(error);
    return absl::UnavailableError(
        absl::StrFormat("cannot resolve the name '%s': %s", endpoint.host, reason));
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    addresses.emplace_back(a->ai_addr, a->ai_addrlen);
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace salvo::io
