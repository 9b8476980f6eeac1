// A file that is appended to. Belongs to the loop's thread that opened it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "absl/status/status.h"

namespace salvo::io {

class File {
 public:
  virtual ~File() = default;

  // Appends all of `octets` to the page cache before it returns: they survive the process, not the
  // machine. After an error it is unknown how many of them were written.
  virtual absl::Status Append(std::span<const uint8_t> octets) = 0;

  // Makes sure that so many octets more will find room on the disk, where the file system can tell;
  // elsewhere it succeeds without a promise. What was reserved before counts. Until the file is
  // closed in order, zeros may stand behind what was appended, as far as was reserved.
  virtual absl::Status Reserve(uint64_t octets) = 0;

  // Many syncs are to come, each of a little: what is reserved from now on is made such that they
  // are as quick as they can be, though all of it is written twice then. Some files know no way.
  virtual void ExpectSyncs() {}

  // Forces what was appended so far onto the disk without stalling the loop, then calls `done` in a
  // later turn. A failed sync is final: every later Sync and Append of this file fails.
  virtual void Sync(std::function<void(absl::Status)> done) = 0;

  // Octets appended since the file was opened.
  virtual uint64_t appended() const = 0;
};

}  // namespace salvo::io
