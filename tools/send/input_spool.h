// What a pipe brought, octet by octet as it came, in a journal's directory: so that salvo resume
// can read it again. Kept as `input.part` until the pipe has ended, then as `input`; mode 0600.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "tools/send/campaign/byte_source.h"

namespace salvo::tools {

// Writes it. What See was given is in the file when it returns: it survives the process, and with
// `durable` the machine. Its errors are kResourceExhausted; what was written before stays.
class InputSpool final : public ByteWitness {
 public:
  // Empties what an earlier start left. REQUIRES: the directory is this process's.
  static absl::StatusOr<std::unique_ptr<InputSpool>> Create(const std::string& directory,
                                                            bool durable);
  ~InputSpool() override;
  InputSpool(const InputSpool&) = delete;
  InputSpool& operator=(const InputSpool&) = delete;

  absl::Status See(std::span<const char> octets) override;
  absl::Status SeeEnd() override;

 private:
  InputSpool(std::string directory, bool durable, int fd)
      : directory_(std::move(directory)), durable_(durable), fd_(fd) {}
  absl::Status Failed() const;

  const std::string directory_;
  const bool durable_;
  const int fd_;
};

struct KeptInput {
  std::string path;
  uint64_t octets = 0;
  bool ended = false;  // false: the pipe, or its reader, broke off
};

// What there is of it; nullopt: nothing.
std::optional<KeptInput> FindKeptInput(const std::string& directory);

}  // namespace salvo::tools
