// Writes a capture file that packet analysers read: one TCP connection to the SMPP port, one
// direction, one packet a call. One thread.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "pdu/wire.h"

namespace salvo::test {

inline constexpr uint16_t kSmppPort = 2775;

class PcapWriter {
 public:
  explicit PcapWriter(const std::string& path);

  static constexpr size_t kMostPayloadOctets = 65'535 - 40;

  // REQUIRES: payload.size() <= kMostPayloadOctets.
  void Packet(pdu::Octets payload);

  // Flushes; false when anything could not be written.
  [[nodiscard]] bool Close();

 private:
  std::ofstream file_;
  uint32_t tcp_sequence_ = 1;
  uint32_t packets_ = 0;
};

}  // namespace salvo::test
