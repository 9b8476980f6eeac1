#include "tests/support/pcap.h"

#include <array>

namespace salvo::test {
namespace {

constexpr size_t kIpOctets = 20;
constexpr size_t kTcpOctets = 20;
constexpr uint32_t kRawIp = 101;  // the link type: packets start with their IP header

template <size_t N>
void Put(std::ofstream& file, const std::array<uint8_t, N>& octets) {
  file.write(reinterpret_cast<const char*>(octets.data()), N);
}

std::array<uint8_t, kIpOctets> IpHeader(size_t payload_octets) {
  std::array<uint8_t, kIpOctets> ip = {0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6};
  pdu::Store16(&ip[2], static_cast<uint16_t>(kIpOctets + kTcpOctets + payload_octets));
  pdu::Store32(&ip[12], 0x0A000001);
  pdu::Store32(&ip[16], 0x0A000002);
  return ip;
}

std::array<uint8_t, kTcpOctets> TcpHeader(uint32_t sequence) {
  constexpr uint8_t kHeaderWords = 5;
  constexpr uint8_t kPushAndAcknowledge = 0x18;
  std::array<uint8_t, kTcpOctets> tcp = {};
  pdu::Store16(&tcp[0], 40'000);
  pdu::Store16(&tcp[2], kSmppPort);
  pdu::Store32(&tcp[4], sequence);
  pdu::Store32(&tcp[8], 1);
  tcp[12] = kHeaderWords << 4;
  tcp[13] = kPushAndAcknowledge;
  pdu::Store16(&tcp[14], 0xFFFF);
  return tcp;
}

}  // namespace

PcapWriter::PcapWriter(const std::string& path) : file_(path, std::ios::binary) {
  std::array<uint8_t, 24> header = {};
  pdu::Store32(&header[0], 0xA1B2C3D4);
  pdu::Store16(&header[4], 2);
  pdu::Store16(&header[6], 4);
  pdu::Store32(&header[16], 0x40000);
  pdu::Store32(&header[20], kRawIp);
  Put(file_, header);
}

void PcapWriter::Packet(pdu::Octets payload) {
  const auto octets = static_cast<uint32_t>(kIpOctets + kTcpOctets + payload.size());
  std::array<uint8_t, 16> record = {};
  pdu::Store32(&record[0], packets_ / 1000);
  pdu::Store32(&record[4], packets_ % 1000 * 1000);
  pdu::Store32(&record[8], octets);
  pdu::Store32(&record[12], octets);
  Put(file_, record);
  Put(file_, IpHeader(payload.size()));
  Put(file_, TcpHeader(tcp_sequence_));
  file_.write(reinterpret_cast<const char*>(payload.data()),
              static_cast<std::streamsize>(payload.size()));
  tcp_sequence_ += static_cast<uint32_t>(payload.size());
  ++packets_;
}

bool PcapWriter::Close() {
  file_.close();
  return !file_.fail();
}

}  // namespace salvo::test
