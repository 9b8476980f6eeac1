#include "io/descriptor.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"

namespace salvo::io {

absl::Status CannotDo(std::string_view what, const std::string& path) {
  return absl::UnavailableError(
      absl::StrFormat("cannot %s '%s': %s", what, path, std::strerror(errno)));
}

absl::Status SyncDirectory(const std::string& path) {
  const Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const bool synced = directory.get() >= 0 && fsync(directory.get()) == 0;
  return synced ? absl::OkStatus() : CannotDo("sync", path);
}

}  // namespace salvo::io
