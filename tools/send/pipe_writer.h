// Octets on their way into a pipe, a terminal or a device by a thread of their own, so that nobody
// else waits for whoever reads there, but for who brings more than there is room for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace salvo::tools {

// Thread-safe.
class PipeWriter {
 public:
  // Owns `fd` from then on. Throws std::system_error where no thread can be started: then it does
  // not.
  explicit PipeWriter(int fd);
  // As Close.
  ~PipeWriter();
  PipeWriter(const PipeWriter&) = delete;
  PipeWriter& operator=(const PipeWriter&) = delete;

  // Takes the octets; waits while others wait, and more than a few. After an error they are
  // dropped.
  void Put(std::string_view octets);
  // The errno of the first write that failed; 0: none.
  int error() const;
  // Whether everything was written, or nothing will be any more; false when it was not in that
  // time.
  bool WaitUntilWritten(std::chrono::milliseconds at_most);
  // Writes what is left, however long its reader takes, and closes. Returns error().
  int Close();

 private:
  void Run();
  bool is_idle() const { return waiting_.empty() && !is_writing_; }

  const int fd_;
  mutable std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  std::string waiting_;
  bool is_writing_ = false;
  bool closing_ = false;
  int error_ = 0;
  std::thread thread_;
};

}  // namespace salvo::tools
