#include "tools/common/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "tools/common/descriptor_name.h"

namespace salvo::tools {

bool CanBeReplaced(const std::string& path) {
  if (NamesADescriptor(path)) return false;
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  return type == std::filesystem::file_type::regular ||
         type == std::filesystem::file_type::not_found;
}

bool CloseOnDisk(std::FILE* file) {
  int error = std::ferror(file) != 0 ? errno : 0;
  const bool is_on_disk = std::fflush(file) == 0 && fdatasync(fileno(file)) == 0;
  if (!is_on_disk && error == 0) error = errno;
  if (std::fclose(file) != 0 && error == 0) error = errno;
  if (error != 0) errno = error;
  return error == 0;
}

bool RenameOnDisk(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return false;
  const std::filesystem::path folder = std::filesystem::path(to).parent_path();
  return SyncFolder(folder.empty() ? "." : folder.string());
}

bool SyncFolder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno == EACCES;
  const int error = fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
  close(fd);
  errno = error;
  return error == 0;
}

}  // namespace salvo::tools
