#include "engine/journal/make_last.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "engine/journal/file_source.h"
#include "io/descriptor.h"
#include "io/file_size_signal.h"
#include "io/write_all.h"

namespace salvo::engine {
namespace {

constexpr uint64_t kStepOctets = 1 << 20;

}  // namespace

absl::Status MakeLast(const std::string& path, uint64_t from, uint64_t to) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return io::CannotDo("open", path);
  FileSource file(fd, path);
  // The thread is the host's.
  const io::NoFileSizeSignal no_file_size_signal;
  std::vector<uint8_t> octets(std::min(kStepOctets, to - from));
  while (from < to) {
    const auto read = file.ReadAt(from, std::span(octets).first(std::min(kStepOctets, to - from)));
    if (!read.ok()) return read.status();
    if (!io::WriteAllAt(fd, from, std::span(octets).first(*read)))
      return io::CannotDo("write", path);
    from += *read;
  }
  return fdatasync(fd) == 0 ? absl::OkStatus() : io::CannotDo("sync", path);
}

}  // namespace salvo::engine
