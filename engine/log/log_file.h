// The file of a log: whole lines are appended to it, and where it would grow too long, others take
// its place. One thread, the log's; it may block there as long as it likes, but for a pipe that
// nobody reads: there it looks around for whoever gives up on it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace salvo::engine {

class LogFile {
 public:
  struct Options {
    std::string path;
    uint64_t rotate_octets = 0;  // 0: never
    uint32_t keep = 0;           // renamed files
  };

  // Opens it, creates it with mode 0600. Does not wait for a pipe's reader. `gives_up` is not
  // owned.
  static absl::StatusOr<LogFile> Open(const Options& options, const std::atomic<bool>* gives_up);
  LogFile(LogFile&& other) noexcept;
  LogFile& operator=(LogFile&&) = delete;
  ~LogFile();

  // `lines`: whole ones. After an error none of those that a regular file got last is left in it,
  // and all later ones fail until it is reopened.
  absl::Status Append(std::string_view lines);
  // Closes it and opens what has its path now: somebody has renamed it, or there is room again, or
  // the path is a link that leads elsewhere.
  absl::Status Reopen();

 private:
  LogFile(const Options& options, const std::atomic<bool>* gives_up)
      : options_(options), gives_up_(gives_up) {}

  absl::Status OpenPath();
  void Close();
  absl::Status Rotate();
  absl::Status Write(std::string_view octets);
  absl::Status WaitForReader();
  std::string_view FirstThatFit(std::string_view lines) const;

  const Options options_;
  const std::atomic<bool>* const gives_up_;
  int descriptor_ = -1;
  bool is_regular_ = false;
  uint64_t size_ = 0;      // of a regular one
  std::string renamable_;  // where it is when links are followed; "": not to be renamed
};

}  // namespace salvo::engine
