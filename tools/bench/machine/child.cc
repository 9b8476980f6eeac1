#include "tools/bench/machine/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "io/cores.h"
#include "io/write_all.h"
#include "tools/common/signals.h"

namespace salvo::bench {
namespace {

// All that comes until the other end is closed; false when a stop signal came before.
bool ReadAll(int fd, std::string* octets) {
  constexpr int kLookMillis = 100;
  std::array<char, 4096> some;
  for (;;) {
    if (tools::StopSignals() > 0) return false;
    pollfd ready{fd, POLLIN, 0};
    if (poll(&ready, 1, kLookMillis) <= 0) continue;
    const ssize_t n = read(fd, some.data(), some.size());
    if (n == 0) return true;
    if (n > 0) octets->append(some.data(), static_cast<size_t>(n));
    if (n < 0 && errno != EINTR) return true;
  }
}

}  // namespace

absl::StatusOr<pid_t> Fork(const std::function<int()>& work) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "cannot start a process");
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before that.
  _exit(getppid() == parent ? work() : 1);
}

int WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

absl::StatusOr<std::string> OctetsFromChild(const std::vector<int>& cores,
                                            const std::function<std::string()>& work) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "cannot make a pipe");
  const auto child = Fork([&] {
    close(ends[0]);
    io::StayOn(cores);
    return io::WriteAll(ends[1], work()) ? 0 : 1;
  });
  close(ends[1]);
  std::string octets;
  bool whole = false;
  if (child.ok()) {
    whole = ReadAll(ends[0], &octets);
    if (!whole) kill(*child, SIGKILL);
    WaitFor(*child);
  }
  close(ends[0]);
  if (!child.ok()) return child.status();
  if (!whole) return absl::CancelledError("stopped");
  return octets;
}

}  // namespace salvo::bench
