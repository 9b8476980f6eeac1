#include "tools/bench/machine/simulator.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "absl/strings/str_format.h"
#include "io/cores.h"
#include "tools/bench/machine/child.h"
#include "tools/common/signals.h"

namespace salvo::bench {
namespace {

std::vector<std::string> Arguments(const Simulator::Options& options) {
  std::vector<std::string> arguments = {
      "salvo",     "sim",
      "--listen",  "127.0.0.1:0",
      "--account", absl::StrFormat("%s:%s", Simulator::kSystemId, Simulator::kPassword)};
  if (options.delay > 0) {
    arguments.insert(arguments.end(), {"--delay", absl::StrFormat("%dns", options.delay)});
  }
  if (!options.ca_file.empty()) {
    arguments.insert(arguments.end(), {"--tls-make", "good", "--tls-make-ca", options.ca_file});
  }
  return arguments;
}

// In the child: becomes the simulator.
int Become(const Simulator::Options& options, int stderr_fd) {
  // Ctrl-C is for the parent, who ends this one when it is done with it.
  setpgid(0, 0);
  io::StayOn(options.cores);
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  dup2(stderr_fd, STDERR_FILENO);
  std::vector<std::string> arguments = Arguments(options);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv("/proc/self/exe", pointers.data());
  return 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Simulator>> Simulator::Start(const Options& options) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "cannot make a pipe");
  const auto child = Fork([&] { return Become(options, ends[1]); });
  close(ends[1]);
  if (!child.ok()) {
    close(ends[0]);
    return child.status();
  }
  std::unique_ptr<Simulator> simulator(new Simulator(*child, ends[0]));
  const absl::Status listening = simulator->ReadPort();
  if (!listening.ok()) return listening;
  return simulator;
}

absl::Status Simulator::ReadPort() {
  constexpr std::string_view kBefore = "listening on 127.0.0.1:";
  constexpr int kLookMillis = 100;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::string said;
  while (std::chrono::steady_clock::now() < give_up) {
    if (tools::StopSignals() > 0) return absl::CancelledError("stopped");
    const size_t at = said.find(kBefore);
    if (at != std::string::npos && said.find('\n', at) != std::string::npos) {
      port_ = static_cast<uint16_t>(std::stoul(said.substr(at + kBefore.size())));
      return absl::OkStatus();
    }
    pollfd ready{stderr_, POLLIN, 0};
    if (poll(&ready, 1, kLookMillis) <= 0) continue;
    std::array<char, 512> some;
    const ssize_t n = read(stderr_, some.data(), some.size());
    if (n == 0) break;
    if (n > 0) said.append(some.data(), static_cast<size_t>(n));
  }
  return absl::UnavailableError("the simulator does not listen: " + said);
}

Simulator::~Simulator() {
  kill(child_, SIGKILL);  // it has nothing to keep
  WaitFor(child_);
  close(stderr_);
}

}  // namespace salvo::bench
