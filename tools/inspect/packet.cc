#include "tools/inspect/packet.h"

#include <arpa/inet.h>

#include <algorithm>

namespace salvo::tools {
namespace {

using pdu::Load16;
using pdu::Load32;
using pdu::Octets;

constexpr int kNull = 0;
constexpr int kRaw = 12;
constexpr int kRawOpenBsd = 14;
constexpr int kRawFile = 101;
constexpr int kLoop = 108;
constexpr int kLinuxCooked = 113;
constexpr int kIpv4 = 228;
constexpr int kIpv6 = 229;
constexpr int kLinuxCooked2 = 276;

constexpr uint16_t kEtherIpv4 = 0x0800;
constexpr uint16_t kEtherIpv6 = 0x86DD;
constexpr uint8_t kTcp = 6;

// The IP packet behind an EtherType at `type_at`, behind the tags of VLANs.
Octets BehindEtherType(Octets packet, size_t type_at) {
  while (packet.size() >= type_at + 2) {
    const uint16_t type = Load16(packet.data() + type_at);
    if (type == kEtherIpv4 || type == kEtherIpv6) return packet.subspan(type_at + 2);
    const bool is_tag = type == 0x8100 || type == 0x88A8 || type == 0x9100;
    if (!is_tag) return {};
    type_at += 4;
  }
  return {};
}

Octets IpPacket(int link, Octets packet) {
  constexpr size_t kLoopbackHeader = 4;
  constexpr size_t kCookedHeader = 16;
  constexpr size_t kCooked2Header = 20;
  switch (link) {
    case kEthernet:
      return BehindEtherType(packet, 12);
    case kLinuxCooked:
      return packet.size() < kCookedHeader ? Octets() : BehindEtherType(packet, 14);
    case kLinuxCooked2: {
      if (packet.size() < kCooked2Header) return {};
      const uint16_t type = Load16(packet.data());
      return type == kEtherIpv4 || type == kEtherIpv6 ? packet.subspan(kCooked2Header) : Octets();
    }
    case kNull:
    case kLoop:
      return packet.size() < kLoopbackHeader ? Octets() : packet.subspan(kLoopbackHeader);
    case kRaw:
    case kRawOpenBsd:
    case kRawFile:
    case kIpv4:
    case kIpv6:
      return packet;
    default:
      return {};
  }
}

struct IpPayload {
  Octets octets;      // as far as captured
  size_t length = 0;  // as the header says
};

// Of TCP; nullopt for anything else.
std::optional<IpPayload> ReadIpv4(Octets ip, size_t on_the_wire, Segment* out) {
  constexpr size_t kLeastHeader = 20;
  constexpr uint16_t kFragmentBits = 0x3FFF;  // the offset, and "more follow"
  if (ip.size() < kLeastHeader) return std::nullopt;
  const size_t header = size_t{4} * (ip[0] & 0x0F);
  // Captured before the card has cut it into packets, a segment has no length yet.
  const size_t said = Load16(ip.data() + 2);
  const size_t length = said == 0 ? on_the_wire : said;
  const bool fragment = (Load16(ip.data() + 6) & kFragmentBits) != 0;
  if (header < kLeastHeader || header > ip.size() || length < header) return std::nullopt;
  if (fragment || ip[9] != kTcp) return std::nullopt;
  std::copy_n(ip.begin() + 12, 4, out->from.address.begin());
  std::copy_n(ip.begin() + 16, 4, out->to.address.begin());
  return IpPayload{ip.subspan(header), length - header};
}

std::optional<IpPayload> ReadIpv6(Octets ip, size_t on_the_wire, Segment* out) {
  constexpr size_t kHeader = 40;
  constexpr size_t kLeastExtension = 8;
  if (ip.size() < kHeader) return std::nullopt;
  const size_t said = Load16(ip.data() + 4);
  size_t length = said == 0 ? on_the_wire - std::min(on_the_wire, kHeader) : said;
  uint8_t next = ip[6];
  out->from.is_v6 = out->to.is_v6 = true;
  std::copy_n(ip.begin() + 8, 16, out->from.address.begin());
  std::copy_n(ip.begin() + 24, 16, out->to.address.begin());
  Octets rest = ip.subspan(kHeader);
  // Hop-by-hop options, routing, destination options.
  while (next == 0 || next == 43 || next == 60) {
    if (rest.size() < kLeastExtension) return std::nullopt;
    const size_t size = kLeastExtension * (size_t{1} + rest[1]);
    if (size > rest.size() || size > length) return std::nullopt;
    next = rest[0];
    rest = rest.subspan(size);
    length -= size;
  }
  if (next != kTcp) return std::nullopt;
  return IpPayload{rest, length};
}

std::optional<IpPayload> ReadIp(Octets ip, size_t on_the_wire, Segment* out) {
  if (ip.empty()) return std::nullopt;
  const int version = ip[0] >> 4;
  if (version == 4) return ReadIpv4(ip, on_the_wire, out);
  if (version == 6) return ReadIpv6(ip, on_the_wire, out);
  return std::nullopt;
}

}  // namespace

std::string Endpoint::ToString() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v6 ? AF_INET6 : AF_INET, address.data(), text.data(), text.size());
  const std::string host = text.data();
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool IsKnownLink(int link) {
  constexpr int kKnown[] = {kEthernet, kNull,        kRaw,  kRawOpenBsd, kRawFile,
                            kLoop,     kLinuxCooked, kIpv4, kIpv6,       kLinuxCooked2};
  return std::find(std::begin(kKnown), std::end(kKnown), link) != std::end(kKnown);
}

std::optional<Segment> ParsePacket(int link, Octets packet, size_t octets_on_the_wire) {
  constexpr size_t kLeastTcp = 20;
  constexpr uint8_t kSyn = 0x02;
  Segment segment;
  const Octets ip = IpPacket(link, packet);
  const size_t in_front = packet.size() - ip.size();
  const size_t ip_on_the_wire = octets_on_the_wire - std::min(octets_on_the_wire, in_front);
  const std::optional<IpPayload> tcp = ReadIp(ip, ip_on_the_wire, &segment);
  if (!tcp || tcp->octets.size() < kLeastTcp) return std::nullopt;
  const uint8_t* header = tcp->octets.data();
  const size_t size = size_t{4} * (header[12] >> 4);
  if (size < kLeastTcp || size > tcp->octets.size() || size > tcp->length) return std::nullopt;
  segment.from.port = Load16(header);
  segment.to.port = Load16(header + 2);
  segment.sequence = Load32(header + 4);
  segment.syn = (header[13] & kSyn) != 0;
  const size_t payload = tcp->length - size;
  const Octets captured = tcp->octets.subspan(size);
  // Ethernet fills short packets up.
  segment.payload = captured.first(std::min(payload, captured.size()));
  segment.missing = static_cast<uint32_t>(payload - segment.payload.size());
  return segment;
}

}  // namespace salvo::tools
