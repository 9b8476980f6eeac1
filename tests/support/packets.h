// Makes captured packets: TCP over IPv4 or IPv6 over each link layer that captures have. Without
// checksums. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pdu/wire.h"

namespace salvo::test {

enum class Link : uint8_t {
  kEthernet,
  kVlan,  // Ethernet with two tags
  kCooked,
  kCooked2,
  kRaw,
  kNull,  // loopback of the BSDs
};

// The number by which capture files call it.
int NumberOf(Link link);

struct TcpPacket {
  Link link = Link::kEthernet;
  bool v6 = false;
  bool backwards = false;  // from the SMSC
  uint16_t client_port = 40'000;
  uint16_t server_port = 2775;
  uint32_t sequence = 1;
  uint8_t flags = 0x18;  // PSH, ACK; 0x02 SYN, 0x01 FIN
  std::string payload;
  size_t padding = 0;  // octets of Ethernet's filling behind the packet
};

std::vector<uint8_t> PacketOf(const TcpPacket& tcp);

// A capture file of one kind of link, as its octets.
class PcapFile {
 public:
  explicit PcapFile(int link);
  // `captured`: how many of its octets the file has.
  void Add(pdu::Octets packet, size_t captured = SIZE_MAX);
  const std::string& octets() const { return octets_; }

 private:
  std::string octets_;
  uint32_t packets_ = 0;
};

}  // namespace salvo::test
