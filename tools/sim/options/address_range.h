// The addresses from which an account may bind.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace salvo::sim {

// An IPv4 or IPv6 address and how many of its first bits count. IPv4 within IPv6 is IPv4.
class AddressRange {
 public:
  // "192.0.2.7", "192.0.2.0/24", "2001:db8::/32"
  static absl::StatusOr<AddressRange> Parse(std::string_view text);

  // `peer` as a stream names it: "192.0.2.7:40000", "[2001:db8::1]:40000".
  bool Contains(std::string_view peer) const;

 private:
  // An IPv4 address as IPv6 maps it (RFC 4291 section 2.5.5.2).
  using Octets = std::array<uint8_t, 16>;

  AddressRange(Octets octets, unsigned bits) : octets_(octets), bits_(bits) {}
  // False for what is no address; `*before` are the bits that come before one of its family.
  static bool ReadAddress(const std::string& text, Octets* octets, unsigned* before);

  Octets octets_;
  unsigned bits_;
};

struct AllowedAddress {
  std::string system_id;  // "": all accounts
  AddressRange range;
};

}  // namespace salvo::sim
