// What people write in flags and account files: times, shares.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "io/clock.h"

namespace salvo::tools {

// "30s", "500ms", "250us", "1m", "24h", "2d". A number without a unit is an error, but for 0.
absl::StatusOr<io::Nanos> ParseTime(std::string_view text);

// "5%" or "0.05"; from 0 to 1.
absl::StatusOr<double> ParseShare(std::string_view text);

}  // namespace salvo::tools
