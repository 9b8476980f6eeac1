// `salvo sim` as a child of this process: the peer of every run. It keeps no ledger, has a core of
// its own where there are two, and dies with this process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "io/clock.h"

namespace salvo::bench {

class Simulator {
 public:
  // Whom it lets in.
  static constexpr const char* kSystemId = "bench";
  static constexpr const char* kPassword = "bench";

  struct Options {
    io::Nanos delay = 0;
    std::string ca_file;  // "": no TLS; else where its authority's certificate is to go
    std::vector<int> cores;
  };
  // Returns when it listens. The error has what it said. REQUIRES: the process has one thread.
  static absl::StatusOr<std::unique_ptr<Simulator>> Start(const Options& options);
  // Ends it.
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  uint16_t port() const { return port_; }

 private:
  Simulator(pid_t child, int stderr_fd) : child_(child), stderr_(stderr_fd) {}
  absl::Status ReadPort();

  const pid_t child_;
  const int stderr_;
  uint16_t port_ = 0;
};

}  // namespace salvo::bench
