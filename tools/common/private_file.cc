#include "tools/common/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

namespace salvo::tools {

namespace {

// The descriptor that a name such as /dev/stdout stands for; -1: none.
int DescriptorOf(std::string_view path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  constexpr std::string_view kNumbered = "/dev/fd/";
  int fd = -1;
  if (path.starts_with(kNumbered)) {
    std::from_chars(path.data() + kNumbered.size(), path.data() + path.size(), fd);
  }
  return fd;
}

}  // namespace

int OpenPrivateFile(const std::string& path) {
  // Opened by its name, a file that whoever started us writes to would be emptied, and written to
  // from its beginning.
  if (const int fd = DescriptorOf(path); fd >= 0) return fcntl(fd, F_DUPFD_CLOEXEC, 0);
  constexpr mode_t kOwnerOnly = 0600;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  struct stat info {};
  // A file that was there before keeps its mode otherwise; a terminal or a pipe is not ours.
  if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) fchmod(fd, kOwnerOnly);
  return fd;
}

std::FILE* CreatePrivateFile(const std::string& path) {
  const int fd = OpenPrivateFile(path);
  if (fd < 0) return nullptr;
  std::FILE* file = fdopen(fd, "w");
  if (file == nullptr) close(fd);
  return file;
}

}  // namespace salvo::tools
