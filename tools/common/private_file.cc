#include "tools/common/private_file.h"

#include <fcntl.h>
#include <unistd.h>

namespace salvo::tools {

std::FILE* CreatePrivateFile(const std::string& path) {
  constexpr mode_t kOwnerOnly = 0600;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return nullptr;
  std::FILE* file = fdopen(fd, "w");
  if (file == nullptr) close(fd);
  return file;
}

}  // namespace salvo::tools
