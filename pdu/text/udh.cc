#include "pdu/text/udh.h"

namespace salvo::pdu {
namespace {

constexpr uint8_t kConcatenation8 = 0x00;
constexpr uint8_t kConcatenation16 = 0x08;

}  // namespace

size_t WriteConcatenationUdh(const ConcatenationInfo& info, uint8_t* out) {
  uint8_t* at = out;
  if (info.reference_is_16_bit) {
    *at++ = kUdh16Octets - 1;
    *at++ = kConcatenation16;
    *at++ = 4;
    *at++ = static_cast<uint8_t>(info.reference >> 8);
  } else {
    *at++ = kUdh8Octets - 1;
    *at++ = kConcatenation8;
    *at++ = 3;
  }
  *at++ = static_cast<uint8_t>(info.reference);
  *at++ = info.total;
  *at++ = info.sequence;
  return static_cast<size_t>(at - out);
}

std::optional<size_t> UdhOctets(Octets user_data) {
  if (user_data.empty()) return std::nullopt;
  const size_t octets = size_t{1} + user_data[0];
  if (octets > user_data.size()) return std::nullopt;
  return octets;
}

}  // namespace salvo::pdu
