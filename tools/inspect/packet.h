// From captured packets to segments of TCP: Ethernet (with VLAN tags), Linux cooked (both
// versions), raw IP, BSD loopback; IPv4 and IPv6. Pure functions, no allocation; views are of the
// packet.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "pdu/wire.h"

namespace salvo::tools {

struct Endpoint {
  std::array<uint8_t, 16> address{};  // of IPv4 the first four
  bool is_v6 = false;
  uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;
  // "10.0.0.1:2775", "[2001:db8::1]:2775"
  std::string ToString() const;
};

struct Segment {
  Endpoint from;
  Endpoint to;
  uint32_t sequence = 0;
  bool syn = false;
  pdu::Octets payload;
  uint32_t missing = 0;  // octets of the payload that were not captured
};

// What libpcap calls the layer that packets begin with; 1 is Ethernet.
inline constexpr int kEthernet = 1;
bool IsKnownLink(int link);

// nullopt for what is no whole TCP segment over IP: other protocols, fragments, cut headers.
// `octets_on_the_wire` is how many the packet had, of which `packet` may be the first.
std::optional<Segment> ParsePacket(int link, pdu::Octets packet, size_t octets_on_the_wire);

}  // namespace salvo::tools
