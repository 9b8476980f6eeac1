#include "tools/bench/report/out_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "tools/common/cannot.h"
#include "tools/common/replace_file.h"

namespace salvo::bench {
namespace {

// Where the name is a link, the file that it leads to; the name itself where there is none.
std::string RealPath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

// 0, or the errno of what failed first.
int WriteAndClose(std::FILE* file, const std::string& text) {
  if (file == nullptr) return errno;
  const int error = std::fwrite(text.data(), 1, text.size(), file) == text.size() ? 0 : errno;
  return std::fclose(file) == 0 || error != 0 ? error : errno;
}

}  // namespace

absl::Status OutFile::Failed(int error) const {
  return error == 0 ? absl::OkStatus()
                    : absl::UnavailableError(tools::Cannot("write", path_, error));
}

absl::Status OutFile::Try() const {
  if (path_.empty()) return absl::OkStatus();
  const bool is_file = tools::CanBeReplaced(path_);
  std::error_code ignored;
  if (!is_file || std::filesystem::exists(path_, ignored)) {
    const absl::Status status = Failed(WriteAndClose(std::fopen(path_.c_str(), "ae"), ""));
    if (!status.ok() || !is_file) return status;
  }
  const std::string beside = RealPath(path_) + ".new";
  const absl::Status status = Failed(WriteAndClose(std::fopen(beside.c_str(), "we"), ""));
  std::remove(beside.c_str());
  return status;
}

absl::Status OutFile::Keep(const std::string& figures) const {
  if (path_.empty()) return absl::OkStatus();
  if (tools::CanBeReplaced(path_)) return Replace(figures);
  return Failed(WriteAndClose(std::fopen(path_.c_str(), "we"), figures));
}

absl::Status OutFile::Replace(const std::string& figures) const {
  const std::string path = RealPath(path_);
  const std::string beside = path + ".new";
  std::FILE* const file = std::fopen(beside.c_str(), "we");
  if (file == nullptr) return Failed(errno);
  constexpr mode_t kPermissions = 07777;
  struct stat info {};
  if (stat(path.c_str(), &info) == 0) fchmod(fileno(file), info.st_mode & kPermissions);
  int error = std::fwrite(figures.data(), 1, figures.size(), file) == figures.size() ? 0 : errno;
  if (!tools::CloseOnDisk(file) && error == 0) error = errno;
  if (error == 0 && !tools::RenameOnDisk(beside, path)) error = errno;
  if (error != 0) std::remove(beside.c_str());
  return Failed(error);
}

}  // namespace salvo::bench
