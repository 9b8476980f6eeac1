// All of some octets into a descriptor, however many calls that takes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace salvo::io {

// Blocks until all is written, as far as the descriptor blocks; signals do not end it. False: errno
// says why, and it is unknown how many octets were written. Of one that does not block, a lack of
// room is such an error.
bool WriteAll(int fd, std::span<const uint8_t> octets);
bool WriteAll(int fd, std::string_view octets);
// The same at a place of a file, whose position stays where it is.
bool WriteAllAt(int fd, uint64_t offset, std::span<const uint8_t> octets);

}  // namespace salvo::io
