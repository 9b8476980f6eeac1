// What has to do with files that are not written through a loop: who closes them, what failed with
// them, and folders.
#pragma once

#include <unistd.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace salvo::io {

// Closes a descriptor. Below zero: there is none.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }

 private:
  const int fd_;
};

// "cannot open 'spring.journal/lock': Permission denied", by errno; kUnavailable.
absl::Status CannotDo(std::string_view what, const std::string& path);

// What was made, renamed or removed in the folder is so for good after this.
absl::Status SyncDirectory(const std::string& path);

}  // namespace salvo::io
