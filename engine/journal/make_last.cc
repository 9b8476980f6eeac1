#include "engine/journal/make_last.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_format.h"
#include "engine/journal/file_source.h"
#include "io/file_size_signal.h"
#include "io/write_all.h"

namespace salvo::engine {
namespace {

constexpr uint64_t kStepOctets = 1 << 20;

absl::Status CannotMakeLast(const char* what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrFormat("cannot %s '%s': %s", what, path, std::strerror(errno)));
}

}  // namespace

absl::Status MakeLast(const std::string& path, uint64_t from, uint64_t to) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return CannotMakeLast("open", path);
  FileSource file(fd, path);
  // The thread is the host's.
  const io::NoFileSizeSignal no_file_size_signal;
  std::vector<uint8_t> octets(std::min(kStepOctets, to - from));
  while (from < to) {
    const auto read = file.ReadAt(from, std::span(octets).first(std::min(kStepOctets, to - from)));
    if (!read.ok()) return read.status();
    if (!io::WriteAllAt(fd, from, std::span(octets).first(*read)))
      return CannotMakeLast("write", path);
    from += *read;
  }
  return fdatasync(fd) == 0 ? absl::OkStatus() : CannotMakeLast("sync", path);
}

}  // namespace salvo::engine
