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

// Sees a campaign's octets, as they are packed, before anybody else gets them. The reader's thread.
class ByteWitness {
 public:
  // Of a regular file; its last block is shorter. It stays in the core's own cache until the
  // records in it are found, and holds up no other thread of the core for long.
  static constexpr size_t kBlockOctets = 64 << 10;

  virtual ~ByteWitness() = default;
  // `octets` follow those of the call before; those of a regular file are a block. An error becomes
  // that of the read, and the octets are given to nobody.
  virtual absl::Status See(std::span<const char> octets) = 0;
  // There are no more.
  virtual absl::Status SeeEnd() = 0;
};

struct ByteSourceOptions {
  std::string path;                // "-": the standard input
  ByteWitness* witness = nullptr;  // not owned
  // It is what came of a pipe before that broke off, and may end in the middle of anything.
  bool broken_off = false;
};

// One thread, but for Stop.
class ByteSource {
 public:
  // The error names the path.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(const ByteSourceOptions& options);
  virtual ~ByteSource() = default;

  // Fills the front of `out` and returns how many octets; 0 at the end. The error names the source
  // and what is wrong with it; kCancelled after Stop.
  virtual absl::StatusOr<size_t> Read(std::span<char> out) = 0;
  // Ends a wait for more, now and later; a regular file can be read on. Any thread.
  virtual void Stop() = 0;

  // Octets of the file read so far, as it is packed; its size, 0 when that is not known.
  virtual uint64_t consumed() const = 0;
  virtual uint64_t size() const = 0;
  // Whether reading on never waits for somebody: a file, not a pipe or a terminal.
  virtual bool regular() const = 0;
  // Whether its end is none that was meant.
  virtual bool broken_off() const = 0;
};

}  // namespace salvo::tools
