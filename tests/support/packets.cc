#include "tests/support/packets.h"

#include <algorithm>
#include <array>

namespace salvo::test {
namespace {

void Put(std::vector<uint8_t>* out, std::initializer_list<uint8_t> octets) {
  for (const uint8_t octet : octets) out->push_back(octet);
}

void Put16(std::vector<uint8_t>* out, size_t value) {
  Put(out, {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)});
}

void Put32(std::vector<uint8_t>* out, uint32_t value) {
  Put16(out, value >> 16);
  Put16(out, value & 0xFFFF);
}

void PutLink(const TcpPacket& tcp, std::vector<uint8_t>* out) {
  const size_t type = tcp.v6 ? 0x86DD : 0x0800;
  switch (tcp.link) {
    case Link::kEthernet:
    case Link::kVlan:
      out->insert(out->end(), 12, 0xEE);
      if (tcp.link == Link::kVlan) Put(out, {0x88, 0xA8, 0, 1, 0x81, 0x00, 0, 2});
      return Put16(out, type);
    case Link::kCooked:
      Put(out, {0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0});
      return Put16(out, type);
    case Link::kCooked2:
      Put16(out, type);
      out->insert(out->end(), 18, 0);
      return;
    case Link::kNull:
      return Put(out, {static_cast<uint8_t>(tcp.v6 ? 24 : 2), 0, 0, 0});
    case Link::kRaw:
      return;
  }
}

void PutAddress(bool server, bool v6, std::vector<uint8_t>* out) {
  const auto last = static_cast<uint8_t>(server ? 2 : 1);
  if (!v6) return Put(out, {10, 0, 0, last});
  Put(out, {0x20, 0x01, 0x0D, 0xB8});
  out->insert(out->end(), 11, 0);
  out->push_back(last);
}

void PutIp(const TcpPacket& tcp, std::vector<uint8_t>* out) {
  constexpr size_t kTcpHeader = 20;
  constexpr size_t kIpv4Header = 20;
  const size_t size = kTcpHeader + tcp.payload.size();
  if (tcp.v6) {
    Put(out, {0x60, 0, 0, 0});
    Put16(out, size + 8);
    Put(out, {0, 64});  // hop-by-hop options follow
  } else {
    Put(out, {0x45, 0});
    Put16(out, kIpv4Header + size);
    Put(out, {0, 0, 0x40, 0, 64, 6, 0, 0});
  }
  PutAddress(tcp.backwards, tcp.v6, out);
  PutAddress(!tcp.backwards, tcp.v6, out);
  if (tcp.v6) Put(out, {6, 0, 1, 4, 0, 0, 0, 0});
}

}  // namespace

int NumberOf(Link link) {
  constexpr int kNumbers[] = {1, 1, 113, 276, 101, 0};
  return kNumbers[static_cast<size_t>(link)];
}

std::vector<uint8_t> PacketOf(const TcpPacket& tcp) {
  std::vector<uint8_t> packet;
  PutLink(tcp, &packet);
  PutIp(tcp, &packet);
  Put16(&packet, tcp.backwards ? tcp.server_port : tcp.client_port);
  Put16(&packet, tcp.backwards ? tcp.client_port : tcp.server_port);
  Put32(&packet, tcp.sequence);
  Put32(&packet, 1);
  Put(&packet, {0x50, tcp.flags, 0xFF, 0xFF, 0, 0, 0, 0});
  packet.insert(packet.end(), tcp.payload.begin(), tcp.payload.end());
  packet.insert(packet.end(), tcp.padding, 0);
  return packet;
}

PcapFile::PcapFile(int link) {
  std::array<uint8_t, 24> header = {};
  pdu::Store32(&header[0], 0xA1B2C3D4);
  pdu::Store16(&header[4], 2);
  pdu::Store16(&header[6], 4);
  pdu::Store32(&header[16], 0x40000);
  pdu::Store32(&header[20], static_cast<uint32_t>(link));
  octets_ = pdu::AsText(header);
}

void PcapFile::Add(pdu::Octets packet, size_t captured) {
  const pdu::Octets kept = packet.first(std::min(packet.size(), captured));
  std::array<uint8_t, 16> record = {};
  pdu::Store32(&record[0], 1'000 + packets_ / 1'000);
  pdu::Store32(&record[4], packets_ % 1'000 * 1'000);
  pdu::Store32(&record[8], static_cast<uint32_t>(kept.size()));
  pdu::Store32(&record[12], static_cast<uint32_t>(packet.size()));
  octets_ += pdu::AsText(record);
  octets_ += pdu::AsText(kept);
  ++packets_;
}

}  // namespace salvo::test
