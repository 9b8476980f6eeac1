// The octets of a campaign, wherever they come from and however they are packed: a file or the
// standard input, plain, gzip or Zstandard (told from the first octets, not from the name).
// Streamed: nothing is loaded whole, and a file is never mapped.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"

namespace salvo::tools {

// One thread.
class ByteSource {
 public:
  // `path` "-": the standard input. The error names the path.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& path);
  virtual ~ByteSource() = default;

  // Fills the front of `out` and returns how many octets; 0 at the end. The error names the source
  // and what is wrong with it.
  virtual absl::StatusOr<size_t> Read(std::span<char> out) = 0;

  // Octets of the file read so far, as it is packed; its size, 0 when that is not known.
  virtual uint64_t consumed() const = 0;
  virtual uint64_t size() const = 0;
  // Whether reading on never waits for somebody: a file, not a pipe or a terminal.
  virtual bool regular() const = 0;
};

}  // namespace salvo::tools
