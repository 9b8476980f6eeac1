// Which file it was, and whether it is still the same.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace salvo::tools {

struct Fingerprint {
  uint64_t size = 0;
  int64_t modified_ns = 0;  // since 1970 UTC
  uint64_t inode = 0;

  // The error names the file.
  static absl::StatusOr<Fingerprint> Of(const std::string& path);
  // What of `now` is different: "its size was 5 and is 6"; "" when nothing is.
  std::string DifferenceTo(const Fingerprint& now) const;
  // Whether the time alone is different.
  bool IsTouched(const Fingerprint& now) const;
};

}  // namespace salvo::tools
