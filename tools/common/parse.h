// What people write in flags and account files: times, shares, numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "io/clock.h"

namespace salvo::tools {

// "30s", "500ms", "250us", "1m", "24h", "2d". A number without a unit is an error, but for 0.
absl::StatusOr<io::Nanos> ParseTime(std::string_view text);

// "10MB" or "10MiB", and so with k, G and T; a number without a unit counts octets.
absl::StatusOr<uint64_t> ParseOctets(std::string_view text);

// "5%" or "0.05"; from 0 to 1.
absl::StatusOr<double> ParseShare(std::string_view text);

// Why `text` is no whole number of that range, or no number from 0 to `most`; "" when it is one.
std::string FaultOfWhole(std::string_view text, uint64_t least, uint64_t most);
std::string FaultOfNumber(std::string_view text, double most);

}  // namespace salvo::tools
