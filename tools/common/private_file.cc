#include "tools/common/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace salvo::tools {

int OpenPrivateFile(const std::string& path) {
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
