// SIGXFSZ, by which the kernel tells a thread that its write would make a file larger than
// RLIMIT_FSIZE allows. Left alone it ends the process.
#pragma once

#include <csignal>

namespace salvo::io {

// While it lives the calling thread is not told: such a write fails with EFBIG, and that is all.
// Afterwards the thread's signals are as they were, errno included. One thread.
class NoFileSizeSignal {
 public:
  NoFileSizeSignal();
  ~NoFileSizeSignal();
  NoFileSizeSignal(const NoFileSizeSignal&) = delete;
  NoFileSizeSignal& operator=(const NoFileSizeSignal&) = delete;

 private:
  sigset_t signal_;
  sigset_t blocked_before_;
  bool was_pending_;  // somebody else's, which is not ours to take
};

}  // namespace salvo::io
