// Goal: a refused or disturbed ring explains itself or goes on. Method: a small program under
// strace, which makes the system calls of the ring fail as a sysctl, a container or a busy machine
// would. Needs strace; fails without it.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace salvo::io {
namespace {

struct Outcome {
  int exit_code = -1;
  std::string output;  // both streams
};

Outcome RunCommand(const std::string& command) {
  // A leak check cannot run in a process that is traced.
  const std::string line = "ASAN_OPTIONS=detect_leaks=0 " + command + " 2>&1";
  Outcome outcome;
  FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> some;
  while (const size_t octets = fread(some.data(), 1, some.size(), pipe)) {
    outcome.output.append(some.data(), octets);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

Outcome RunProbe(const std::string& injection) {
  return RunCommand(
      "timeout 60 strace -f -qq -o /dev/null -e trace=io_uring_setup,io_uring_enter -e inject=" +
      injection + " " SALVO_RING_PROBE);
}

TEST(RingStart, TheProbeWorksUndisturbed) {
  const Outcome outcome = RunCommand(SALVO_RING_PROBE);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.output, "ok\n");
}

TEST(RingStart, StraceIsThere) {
  const Outcome outcome = RunCommand("strace -V");
  EXPECT_EQ(outcome.exit_code, 0) << "these tests need strace: " << outcome.output;
}

TEST(RingStart, AForbiddenRingNamesTheSysctlAndTheSeccompProfile) {
  const Outcome outcome = RunProbe("io_uring_setup:error=EPERM");
  EXPECT_EQ(outcome.exit_code, 12);
  EXPECT_EQ(outcome.output,
            "io_uring_setup: Operation not permitted (errno 1): io_uring is forbidden here. On a "
            "host: sysctl kernel.io_uring_disabled=0. In a container: run it with a seccomp "
            "profile that allows io_uring (Docker's default profile does not; --security-opt "
            "seccomp=unconfined does)\n");
}

TEST(RingStart, AKernelWithoutRingsIsNamed) {
  const Outcome outcome = RunProbe("io_uring_setup:error=ENOSYS");
  EXPECT_EQ(outcome.exit_code, 12);
  EXPECT_EQ(outcome.output,
            "io_uring_setup: Function not implemented (errno 38): this kernel has no io_uring, or "
            "a container's seccomp profile hides it. Salvo needs Linux 5.19 or later\n");
}

TEST(RingStart, ALackOfMemoryNamesItsLimit) {
  const Outcome outcome = RunProbe("io_uring_setup:error=ENOMEM");
  EXPECT_EQ(outcome.exit_code, 12);
  EXPECT_EQ(outcome.output,
            "io_uring_setup: Cannot allocate memory (errno 12): the limit of locked memory is too "
            "low: raise it with ulimit -l or LimitMEMLOCK=\n");
}

TEST(RingStart, AKernelThatIsTooOldIsNamed) {
  const Outcome outcome = RunProbe("io_uring_setup:error=EINVAL");
  EXPECT_EQ(outcome.exit_code, 12);
  EXPECT_EQ(outcome.output,
            "io_uring_setup: Invalid argument (errno 22): this kernel lacks what Salvo needs of "
            "io_uring: Linux 5.19 or later has it\n");
}

TEST(RingStart, AnOlderKernelsFlagsAreTriedInTurn) {
  // The newest set-up flags are refused, older ones are not.
  for (const char* when : {"1", "1..2", "1..3"}) {
    const Outcome outcome = RunProbe(std::string("io_uring_setup:error=EINVAL:when=") + when);
    EXPECT_EQ(outcome.exit_code, 0) << when;
    EXPECT_EQ(outcome.output, "ok\n") << when;
  }
}

TEST(RingStart, AnEnterThatFailsForTheMomentIsTriedAgain) {
  for (const char* error : {"EINTR", "EAGAIN", "EBUSY", "ENOMEM"}) {
    const Outcome outcome = RunProbe("io_uring_enter:error=" + std::string(error) + ":when=2+3");
    EXPECT_EQ(outcome.exit_code, 0) << error;
    EXPECT_EQ(outcome.output, "ok\n") << error;
  }
}

}  // namespace
}  // namespace salvo::io
