// The user data header in front of a segment's text: 3GPP TS 23.040 section 9.2.3.24.
// Only concatenation is written. No allocation, any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "pdu/wire.h"

namespace salvo::pdu {

struct ConcatenationInfo {
  uint16_t reference = 0;
  uint8_t total = 1;     // segments of the message
  uint8_t sequence = 1;  // of this segment, from 1
  bool reference_is_16_bit = false;
};

inline constexpr size_t kUdh8Octets = 6;
inline constexpr size_t kUdh16Octets = 7;

// Writes the header and returns its octets: kUdh8Octets or kUdh16Octets.
// REQUIRES: `out` has room for them.
size_t WriteConcatenationUdh(const ConcatenationInfo& info, uint8_t* out);

// Octets of the header at the start of `user_data`, its length octet included; nullopt when it
// says it is longer than the user data.
std::optional<size_t> UdhOctets(Octets user_data);

}  // namespace salvo::pdu
