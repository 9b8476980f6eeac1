#include "tools/send/fingerprint.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"
#include "io/clock.h"

namespace salvo::tools {

absl::StatusOr<Fingerprint> Fingerprint::Of(const std::string& path) {
  struct stat file {};
  if (stat(path.c_str(), &file) != 0) {
    return absl::NotFoundError(absl::StrFormat("'%s': %s", path, std::strerror(errno)));
  }
  Fingerprint fingerprint;
  fingerprint.size = static_cast<uint64_t>(file.st_size);
  fingerprint.modified_ns = file.st_mtim.tv_sec * io::kNanosPerSecond + file.st_mtim.tv_nsec;
  fingerprint.inode = file.st_ino;
  return fingerprint;
}

std::string Fingerprint::DifferenceTo(const Fingerprint& now) const {
  if (size != now.size) return absl::StrFormat("its size was %d and is %d", size, now.size);
  if (inode != now.inode) return "another file has its name";
  if (modified_ns != now.modified_ns) return "it was written to since";
  return "";
}

bool Fingerprint::IsTouched(const Fingerprint& now) const {
  return size == now.size && inode == now.inode && modified_ns != now.modified_ns;
}

}  // namespace salvo::tools
