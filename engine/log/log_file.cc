#include "engine/log/log_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_format.h"

namespace salvo::engine {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr int kLookIntervalMs = 20;

absl::Status Failed(const char* operation, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrFormat("cannot %s '%s'", operation, path));
}

// What is open already under another name, as /dev/stderr is: to rename it helps nobody.
bool IsOfDescriptor(const std::string& path) {
  return path.starts_with("/dev/std") || path.starts_with("/dev/fd/") || path.starts_with("/proc/");
}

std::string Renamed(const std::string& path, uint32_t number) {
  return absl::StrFormat("%s.%d", path, number);
}

}  // namespace

absl::StatusOr<LogFile> LogFile::Open(const Options& options, const std::atomic<bool>* gives_up) {
  LogFile file(options, gives_up);
  const absl::Status status = file.OpenPath();
  if (!status.ok()) return status;
  return file;
}

LogFile::LogFile(LogFile&& other) noexcept
    : options_(other.options_),
      gives_up_(other.gives_up_),
      descriptor_(std::exchange(other.descriptor_, -1)),
      is_regular_(other.is_regular_),
      size_(other.size_),
      renamable_(std::move(other.renamable_)) {}

LogFile::~LogFile() { Close(); }

void LogFile::Close() {
  if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
}

absl::Status LogFile::OpenPath() {
  struct stat info {};
  const bool is_pipe = stat(options_.path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode);
  // A pipe that can be read as well is opened without a reader, and outlives one.
  const int access = is_pipe ? O_RDWR : O_WRONLY;
  descriptor_ = open(options_.path.c_str(),
                     access | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, kOwnerOnly);
  if (descriptor_ < 0) return Failed("open", options_.path);
  if (fstat(descriptor_, &info) != 0) return Failed("look at", options_.path);
  is_regular_ = S_ISREG(info.st_mode);
  std::error_code error;
  renamable_.clear();
  if (is_regular_ && !IsOfDescriptor(options_.path)) {
    renamable_ = std::filesystem::canonical(options_.path, error);
  }
  size_ = is_regular_ ? static_cast<uint64_t>(info.st_size) : 0;
  return absl::OkStatus();
}

absl::Status LogFile::Reopen() {
  Close();
  return OpenPath();
}

absl::Status LogFile::Rotate() {
  Close();
  const std::string& path = renamable_;
  if (options_.keep > 0) std::remove(Renamed(path, options_.keep).c_str());
  for (uint32_t number = options_.keep; number > 1; --number) {
    std::rename(Renamed(path, number - 1).c_str(), Renamed(path, number).c_str());
  }
  const int result = options_.keep == 0 ? std::remove(path.c_str())
                                        : std::rename(path.c_str(), Renamed(path, 1).c_str());
  // Somebody may have moved it away himself.
  if (result != 0 && errno != ENOENT) return Failed("rename", path);
  return OpenPath();
}

// As many of the lines as the file has room for; at least one.
std::string_view LogFile::FirstThatFit(std::string_view lines) const {
  if (renamable_.empty() || options_.rotate_octets == 0) return lines;
  const uint64_t room = options_.rotate_octets > size_ ? options_.rotate_octets - size_ : 0;
  if (lines.size() <= room) return lines;
  const size_t last = room == 0 ? std::string_view::npos : lines.rfind('\n', room - 1);
  if (last != std::string_view::npos) return lines.substr(0, last + 1);
  return size_ == 0 ? lines.substr(0, lines.find('\n') + 1) : std::string_view();
}

absl::Status LogFile::Append(std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view some = FirstThatFit(lines);
    const absl::Status status = some.empty() ? Rotate() : Write(some);
    if (!status.ok()) {
      Close();
      return status;
    }
    lines.remove_prefix(some.size());
  }
  return absl::OkStatus();
}

absl::Status LogFile::Write(std::string_view octets) {
  if (descriptor_ < 0) return absl::FailedPreconditionError("it is not open");
  std::string_view rest = octets;
  while (!rest.empty()) {
    const ssize_t written = write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    absl::Status status = errno == EAGAIN ? WaitForReader() : Failed("write to", options_.path);
    if (status.ok()) continue;
    const bool is_torn = is_regular_ && rest.size() < octets.size();
    if (is_torn && ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) {
      return Failed("cut what is torn from", options_.path);
    }
    return status;
  }
  size_ += octets.size();
  return absl::OkStatus();
}

absl::Status LogFile::WaitForReader() {
  if (gives_up_->load()) {
    return absl::UnavailableError(absl::StrFormat("nobody reads '%s'", options_.path));
  }
  pollfd waited{descriptor_, POLLOUT, 0};
  poll(&waited, 1, kLookIntervalMs);
  return absl::OkStatus();
}

}  // namespace salvo::engine
