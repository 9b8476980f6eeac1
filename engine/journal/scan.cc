#include "engine/journal/scan.h"

namespace salvo::engine {
namespace {

using OnRecord = std::function<void(const JournalRecord&, int64_t)>;

// False when the batch holds what no record is.
bool ReadRecords(std::span<const uint8_t> batch, JournalScan* scan, const OnRecord& on_record) {
  const int64_t wall_ns = DecodeBatchHeader(batch)->wall_ns;
  std::span<const uint8_t> rest = batch.subspan(kBatchHeaderOctets);
  uint64_t previous_key = 0;
  JournalRecord record;
  while (!rest.empty()) {
    if (!DecodeRecord(&rest, &previous_key, &record)) return false;
    scan->ended_in_order = record.kind == RecordKind::kEnd;
    on_record(record, wall_ns);
  }
  return true;
}

}  // namespace

absl::StatusOr<JournalScan> ScanJournal(JournalSource& source, const OnRecord& on_record) {
  BatchReader reader(source, kRecordsName);
  JournalScan scan;
  for (;;) {
    const auto batch = reader.Next();
    if (!batch.ok()) return batch.status();
    if (batch->empty()) break;
    if (!ReadRecords(*batch, &scan, on_record)) {
      reader.Refuse();
      break;
    }
  }
  scan.verdict = reader.verdict();
  scan.header = reader.header();
  scan.end = reader.end();
  scan.durable = reader.durable();
  return scan;
}

}  // namespace salvo::engine
