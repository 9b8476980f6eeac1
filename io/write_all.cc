#include "io/write_all.h"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace salvo::io {
namespace {

template <typename Write>
bool WriteAllBy(Write write_some, std::span<const uint8_t> octets) {
  while (!octets.empty()) {
    const ssize_t written = write_some(octets);
    if (written < 0 && errno == EINTR) continue;
    // Or the caller would never see the end of it.
    if (written == 0) errno = EIO;
    if (written <= 0) return false;
    octets = octets.subspan(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

bool WriteAll(int fd, std::span<const uint8_t> octets) {
  return WriteAllBy([fd](auto rest) { return write(fd, rest.data(), rest.size()); }, octets);
}

bool WriteAll(int fd, std::string_view octets) {
  return WriteAll(fd, std::span(reinterpret_cast<const uint8_t*>(octets.data()), octets.size()));
}

bool WriteAllAt(int fd, uint64_t offset, std::span<const uint8_t> octets) {
  const uint8_t* const begin = octets.data();
  return WriteAllBy(
      [fd, offset, begin](auto rest) {
        const auto at = offset + static_cast<uint64_t>(rest.data() - begin);
        return pwrite(fd, rest.data(), rest.size(), static_cast<off_t>(at));
      },
      octets);
}

}  // namespace salvo::io
