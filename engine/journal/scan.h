// Reads a journal file from its front and says where its truth ends.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "engine/journal/batch_reader.h"
#include "engine/journal/record.h"

namespace salvo::engine {

struct JournalScan {
  JournalEnd verdict = JournalEnd::kClean;
  JournalFileHeader header;     // when `end` > 0
  uint64_t end = 0;             // octets that are good
  uint64_t durable = 0;         // octets that a sync had brought to the disk, as the batches tell
  bool ended_in_order = false;  // the last good record is kEnd
};

using RecordVisitor = std::function<void(const JournalRecord&, int64_t wall_ns)>;

// Calls `on_record` for every record that is good, in order; `wall_ns` is that of its batch. The
// error is one of reading, not of what was read. The file may grow meanwhile.
absl::StatusOr<JournalScan> ScanJournal(JournalSource& source, const RecordVisitor& on_record);

}  // namespace salvo::engine
