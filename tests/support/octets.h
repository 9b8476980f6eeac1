// Octets as tests write and show them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pdu/wire.h"

namespace salvo::test {

// From "00 00 00 10 'abc' 00": pairs of hex digits, and text between single quotes; spaces and
// line breaks mean nothing. The vector's memory ends where its octets do, so that an address
// sanitizer sees the first octet read beyond them. Anything else fails the running test.
std::vector<uint8_t> Hex(std::string_view text);

// "00 00 00 10".
std::string ToHex(pdu::Octets octets);

// A heap copy that ends where its octets do.
std::vector<uint8_t> ExactCopy(pdu::Octets octets);

}  // namespace salvo::test
