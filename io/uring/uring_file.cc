#include "io/uring/uring_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"
#include "io/uring/uring_loop.h"

namespace salvo::io {

class UringFile::SyncOperation final : public Operation {
 public:
  SyncOperation(std::shared_ptr<UringFile*> file, std::function<void(absl::Status)> done)
      : file_(std::move(file)), done_(std::move(done)) {}

  void Complete(int result, uint32_t /*flags*/) override {
    std::unique_ptr<SyncOperation> self(this);
    if (*file_ == nullptr) return;
    if (result < 0) (*file_)->Fail("sync", -result).IgnoreError();
    done_((*file_)->failed_);
  }

 private:
  std::shared_ptr<UringFile*> file_;
  std::function<void(absl::Status)> done_;
};

absl::StatusOr<std::unique_ptr<File>> UringFile::Open(UringLoop* loop, const std::string& path) {
  constexpr mode_t kOwnerOnly = 0600;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) {
    return absl::UnavailableError(
        absl::StrFormat("cannot open '%s' for writing: %s", path, std::strerror(errno)));
  }
  return std::unique_ptr<File>(new UringFile(loop, fd, path));
}

UringFile::UringFile(UringLoop* loop, int fd, std::string path)
    : loop_(loop), fd_(fd), path_(std::move(path)), self_(std::make_shared<UringFile*>(this)) {}

UringFile::~UringFile() {
  *self_ = nullptr;
  close(fd_);
}

absl::Status UringFile::Fail(const char* what, int error_number) {
  if (failed_.ok()) {
    failed_ = absl::DataLossError(
        absl::StrFormat("cannot %s '%s': %s", what, path_, std::strerror(error_number)));
  }
  return failed_;
}

absl::Status UringFile::Append(std::span<const uint8_t> octets) {
  if (!failed_.ok()) return failed_;
  while (!octets.empty()) {
    const ssize_t written = write(fd_, octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Fail("write", errno);
    octets = octets.subspan(static_cast<size_t>(written));
    appended_ += static_cast<uint64_t>(written);
  }
  return absl::OkStatus();
}

void UringFile::Sync(std::function<void(absl::Status)> done) {
  auto* operation = new SyncOperation(self_, std::move(done));
  io_uring_sqe* entry = loop_->ring().NextEntry();
  io_uring_prep_fsync(entry, fd_, IORING_FSYNC_DATASYNC);
  Ring::SetOperation(entry, operation);
  // The kernel holds the file from here on, even if it is closed next.
  loop_->ring().Submit();
}

}  // namespace salvo::io
