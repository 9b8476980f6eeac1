// A file of a journal, read by offset.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <span>
#include <string>
#include <utility>

#include "engine/journal/batch_reader.h"
#include "io/descriptor.h"

namespace salvo::engine {

class FileSource final : public JournalSource {
 public:
  // Closes `fd` at its end. `path`: for errors.
  FileSource(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~FileSource() override { close(fd_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<uint8_t> out) override {
    size_t filled = 0;
    while (filled < out.size()) {
      const ssize_t octets =
          pread(fd_, out.data() + filled, out.size() - filled, static_cast<off_t>(offset + filled));
      if (octets < 0 && errno == EINTR) continue;
      if (octets < 0) return io::CannotDo("read", path_);
      if (octets == 0) break;
      filled += static_cast<size_t>(octets);
    }
    return filled;
  }

 private:
  const int fd_;
  const std::string path_;
};

}  // namespace salvo::engine
