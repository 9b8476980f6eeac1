// Brings what another process left of a file to the disk.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace salvo::engine {

// Writes octets `from` to `to` of the file once more, as they are, and syncs it. A sync alone would
// not do: one that failed in the other process leaves pages that the kernel takes for clean, and
// any later one succeeds without them. Any thread; blocks. REQUIRES: from <= to, which is within
// the file.
absl::Status MakeLast(const std::string& path, uint64_t from, uint64_t to);

}  // namespace salvo::engine
