#include "engine/journal/scan.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace salvo::engine {
namespace {

// Holds a stretch of the file, at least one batch of the largest size.
class Window {
 public:
  explicit Window(JournalSource& source) : source_(source) {}

  // `octets` from `offset` on, fewer only at the end of the file.
  absl::StatusOr<std::span<const uint8_t>> At(uint64_t offset, size_t octets) {
    const bool held = offset >= start_ && offset + octets <= start_ + size_;
    if (!held && !(offset >= start_ && at_end_)) {
      auto read = source_.ReadAt(offset, buffer_);
      if (!read.ok()) return read.status();
      start_ = offset;
      size_ = *read;
      at_end_ = size_ < buffer_.size();
    }
    const uint64_t from = std::min<uint64_t>(offset - start_, size_);
    const uint64_t count = std::min<uint64_t>(octets, size_ - from);
    return std::span<const uint8_t>(buffer_.data() + from, count);
  }

 private:
  static constexpr size_t kOctets = 4 * (kBatchHeaderOctets + kMostBatchOctets);

  JournalSource& source_;
  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kOctets);
  uint64_t start_ = 0;
  size_t size_ = 0;
  bool at_end_ = false;
};

class Scanner {
 public:
  Scanner(JournalSource& source,
          const std::function<void(const JournalRecord&, int64_t)>& on_record)
      : window_(source), on_record_(on_record) {}

  absl::StatusOr<JournalScan> Run() {
    absl::Status status = ReadFileHeader();
    while (status.ok() && !done_) status = ReadBatch();
    if (!status.ok()) return status;
    return scan_;
  }

 private:
  absl::Status ReadFileHeader() {
    const auto octets = window_.At(0, kJournalFileHeaderOctets);
    if (!octets.ok()) return octets.status();
    if (octets->size() < kJournalFileHeaderOctets) {
      Finish(octets->empty() ? JournalEnd::kClean : JournalEnd::kTorn);
      return absl::OkStatus();
    }
    const auto header = DecodeFileHeader(*octets);
    if (header && header->version == kJournalVersion) {
      scan_.header = *header;
      scan_.end = kJournalFileHeaderOctets;
      return absl::OkStatus();
    }
    if (header) {
      Finish(JournalEnd::kForeign);
      return absl::OkStatus();
    }
    const auto durable = DurableBeyond(kJournalFileHeaderOctets, 0);
    if (!durable.ok()) return durable.status();
    Finish(*durable                   ? JournalEnd::kDamaged
           : MayBecomeHeader(*octets) ? JournalEnd::kTorn
                                      : JournalEnd::kForeign);
    return absl::OkStatus();
  }

  // As the power's end leaves a header on its way to the disk: some octets are there, the others
  // zero.
  static bool MayBecomeHeader(std::span<const uint8_t> octets) {
    return std::equal(kName.begin(), kName.end(), octets.begin(), [](char expected, uint8_t octet) {
      return octet == 0 || octet == static_cast<uint8_t>(expected);
    });
  }

  // The batch at `offset` when it is whole; empty when it is not.
  absl::StatusOr<std::span<const uint8_t>> WholeBatch(uint64_t offset) {
    const auto head = window_.At(offset, kBatchHeaderOctets);
    if (!head.ok()) return head.status();
    const auto header = DecodeBatchHeader(*head);
    if (!header || header->offset != offset) return std::span<const uint8_t>();
    const size_t size = kBatchHeaderOctets + header->octets;
    const auto batch = window_.At(offset, size);
    if (!batch.ok()) return batch.status();
    if (batch->size() < size || !IsWhole(*batch)) return std::span<const uint8_t>();
    return *batch;
  }

  absl::Status ReadBatch() {
    const auto batch = WholeBatch(scan_.end);
    if (!batch.ok()) return batch.status();
    if (batch->empty()) return JudgeTail();
    const BatchHeader header = *DecodeBatchHeader(*batch);
    if (header.epoch != scan_.header.epoch || !ReadRecords(*batch, header.wall_ns)) {
      // Whole, and yet not of this journal: nobody tears it like that.
      Finish(JournalEnd::kDamaged);
      return absl::OkStatus();
    }
    ++scan_.batches;
    scan_.end += batch->size();
    return absl::OkStatus();
  }

  bool ReadRecords(std::span<const uint8_t> batch, int64_t wall_ns) {
    std::span<const uint8_t> rest = batch.subspan(kBatchHeaderOctets);
    uint64_t previous_key = 0;
    JournalRecord record;
    while (!rest.empty()) {
      if (!DecodeRecord(&rest, &previous_key, &record)) return false;
      ++scan_.records;
      scan_.ended_in_order = record.kind == RecordKind::kEnd;
      on_record_(record, wall_ns);
    }
    return true;
  }

  absl::Status JudgeTail() {
    const auto more = window_.At(scan_.end, 1);
    if (!more.ok()) return more.status();
    if (more->empty()) {
      Finish(JournalEnd::kClean);
      return absl::OkStatus();
    }
    const auto durable = DurableBeyond(scan_.end + 1, scan_.end);
    if (!durable.ok()) return durable.status();
    Finish(*durable ? JournalEnd::kDamaged : JournalEnd::kTorn);
    return absl::OkStatus();
  }

  // Whether a whole batch from `offset` on says that the file was durable beyond `limit`.
  absl::StatusOr<bool> DurableBeyond(uint64_t offset, uint64_t limit) {
    for (;;) {
      const auto head = window_.At(offset, kBatchHeaderOctets);
      if (!head.ok()) return head.status();
      if (head->size() < kBatchHeaderOctets) return false;
      const auto header = DecodeBatchHeader(*head);
      if (!header || header->offset != offset) {
        ++offset;
        continue;
      }
      const auto batch = WholeBatch(offset);
      if (!batch.ok()) return batch.status();
      if (!batch->empty() && header->durable > limit) return true;
      offset += batch->empty() ? 1 : batch->size();
    }
  }

  void Finish(JournalEnd verdict) {
    scan_.verdict = verdict;
    done_ = true;
  }

  static constexpr std::string_view kName = "SALVOJNL";

  Window window_;
  const std::function<void(const JournalRecord&, int64_t)>& on_record_;
  JournalScan scan_;
  bool done_ = false;
};

}  // namespace

absl::StatusOr<JournalScan> ScanJournal(
    JournalSource& source,
    const std::function<void(const JournalRecord&, int64_t wall_ns)>& on_record) {
  return Scanner(source, on_record).Run();
}

}  // namespace salvo::engine
