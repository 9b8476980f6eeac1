#include "tools/sim/options/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "absl/strings/str_format.h"
#include "io/address.h"

namespace salvo::sim {
namespace {

constexpr unsigned kAllBits = 128;
constexpr unsigned kMappedBits = 96;  // before the IPv4 address

}  // namespace

bool AddressRange::ReadAddress(const std::string& text, Octets* octets, unsigned* before) {
  std::fill(octets->begin(), octets->end(), uint8_t{0});
  if (inet_pton(AF_INET6, text.c_str(), octets->data()) == 1) {
    *before = 0;
    return true;
  }
  (*octets)[10] = (*octets)[11] = 0xFF;
  *before = kMappedBits;
  return inet_pton(AF_INET, text.c_str(), octets->data() + kMappedBits / 8) == 1;
}

absl::StatusOr<AddressRange> AddressRange::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  Octets octets;
  unsigned before = 0;
  if (ReadAddress(std::string(text.substr(0, slash)), &octets, &before)) {
    if (slash == std::string_view::npos) return AddressRange(octets, kAllBits);
    unsigned bits = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
    if (error == std::errc() && stop == end && bits <= kAllBits - before) {
      return AddressRange(octets, before + bits);
    }
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "'%s' is not an address such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32", text));
}

bool AddressRange::Contains(std::string_view peer) const {
  const auto endpoint = io::ParseEndpoint(peer);
  Octets octets;
  unsigned before = 0;
  if (!endpoint.ok() || !ReadAddress(endpoint->host, &octets, &before)) return false;
  for (unsigned bit = 0; bit < bits_; ++bit) {
    const auto differs = static_cast<unsigned>(octets[bit / 8] ^ octets_[bit / 8]);
    if ((differs >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

}  // namespace salvo::sim
