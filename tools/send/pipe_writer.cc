#include "tools/send/pipe_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "io/thread_name.h"

namespace salvo::tools {
namespace {

// Kept beside what is being written.
constexpr size_t kMostWaiting = size_t{128} * 1024;

// As many of them as it takes in one go, once it takes any; an error is the negative errno.
ssize_t WriteSome(int fd, std::string_view octets) {
  for (;;) {
    const ssize_t written = write(fd, octets.data(), octets.size());
    if (written > 0) return written;
    if (written == 0) return -EIO;
    if (errno == EAGAIN) {
      pollfd room{fd, POLLOUT, 0};  // of a pipe that its reader made so
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return -errno;
    }
  }
}

// All of them; 0, or errno.
int WriteWhole(int fd, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t written = WriteSome(fd, octets);
    if (written < 0) return static_cast<int>(-written);
    octets.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

PipeWriter::PipeWriter(int fd) : fd_(fd), thread_([this] { Run(); }) {}

PipeWriter::~PipeWriter() { Close(); }

void PipeWriter::Put(std::string_view octets) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < kMostWaiting || error_ != 0; });
  if (error_ != 0) return;
  waiting_.append(octets);
  changed_.notify_all();
}

int PipeWriter::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

bool PipeWriter::WaitUntilWritten(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, at_most, [this] { return is_idle(); });
}

int PipeWriter::Close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  if (!thread_.joinable()) return error_;
  thread_.join();
  if (close(fd_) != 0 && error_ == 0) error_ = errno;
  return error_;
}

void PipeWriter::Run() {
  io::NameThread("salvo-results");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !waiting_.empty() || closing_; });
    if (waiting_.empty()) return;
    const std::string octets = std::move(waiting_);
    waiting_.clear();
    is_writing_ = true;
    changed_.notify_all();
    lock.unlock();
    const int error = WriteWhole(fd_, octets);
    lock.lock();
    is_writing_ = false;
    if (error != 0) {
      error_ = error;
      waiting_.clear();
    }
    changed_.notify_all();
    if (error != 0) return;
  }
}

}  // namespace salvo::tools
