// Reads a journal file from its front and says where its truth ends.
//
// A batch that is not whole is either a torn tail - it was being written when the process or the
// machine stopped, and nothing behind it was ever relied upon - or damage: a later batch says that
// these octets had reached the disk. A tail is cut, damage is reported; they are never confused.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "engine/journal/batch.h"

namespace salvo::engine {

// Octets by offset. One thread.
class JournalSource {
 public:
  virtual ~JournalSource() = default;
  // Fills `out` from `offset` on; fewer octets only at the end. The error names the file.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<uint8_t> out) = 0;
};

enum class JournalEnd : uint8_t {
  kClean,    // whole to the last octet
  kTorn,     // something was being written: cut at `end`
  kDamaged,  // octets before the last known durable offset are not what was written
  kForeign,  // not a journal, or of a version that this program does not read
};

struct JournalScan {
  JournalEnd verdict = JournalEnd::kClean;
  JournalFileHeader header;  // when the verdict is not kForeign, unless the file was cut before it
  uint64_t end = 0;          // octets that are good
  uint64_t batches = 0;
  uint64_t records = 0;
  bool ended_in_order = false;  // the last good record is kEnd
};

// Calls `on_record` for every record that is good, in order; `wall_ns` is that of its batch. The
// error is one of reading, not of what was read. REQUIRES: the file does not change meanwhile.
absl::StatusOr<JournalScan> ScanJournal(
    JournalSource& source,
    const std::function<void(const JournalRecord&, int64_t wall_ns)>& on_record);

}  // namespace salvo::engine
