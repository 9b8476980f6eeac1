#include "io/file_size_signal.h"

#include <pthread.h>

#include <cerrno>
#include <ctime>

namespace salvo::io {

NoFileSizeSignal::NoFileSizeSignal() {
  sigset_t pending;
  sigpending(&pending);
  was_pending_ = sigismember(&pending, SIGXFSZ) == 1;
  sigemptyset(&signal_);
  sigaddset(&signal_, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &signal_, &blocked_before_);
}

NoFileSizeSignal::~NoFileSizeSignal() {
  const int error_number = errno;
  constexpr timespec kAtOnce{};
  if (!was_pending_) sigtimedwait(&signal_, nullptr, &kAtOnce);
  pthread_sigmask(SIG_SETMASK, &blocked_before_, nullptr);
  errno = error_number;
}

}  // namespace salvo::io
