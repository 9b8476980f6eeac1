// Records travel to the disk in batches, each behind a header that proves it whole: a journal file
// is a file header and batches, one after the other. engine/journal/README.md has the format.
// No file, no clock. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/journal/record.h"
#include "engine/journal/usual_records.h"

namespace salvo::engine {

inline constexpr uint32_t kJournalVersion = 1;
inline constexpr size_t kJournalFileHeaderOctets = 32;
inline constexpr size_t kBatchHeaderOctets = 40;
inline constexpr uint8_t kBatchFirstOctet = 'S';
// Of the records of one batch.
inline constexpr size_t kMostBatchOctets = 1 << 20;

// The first octets of a file say what it holds.
using ContentName = std::array<char, 8>;
inline constexpr ContentName kRecordsName = {'S', 'A', 'L', 'V', 'O', 'J', 'N', 'L'};
inline constexpr ContentName kMessagesName = {'S', 'A', 'L', 'V', 'O', 'M', 'S', 'G'};

struct JournalFileHeader {
  uint32_t version = kJournalVersion;
  uint32_t epoch = 0;  // of the run: 1 is the first
  uint32_t shard = 0;
  ContentName name = kRecordsName;
};

std::vector<uint8_t> EncodeFileHeader(const JournalFileHeader& header);
// nullopt when the octets are no such header, or were changed. Any name and version is read.
std::optional<JournalFileHeader> DecodeFileHeader(std::span<const uint8_t> octets);

struct BatchHeader {
  uint32_t octets = 0;   // of the records
  uint32_t epoch = 0;    // of the file
  uint64_t offset = 0;   // where in the file the header stands
  uint64_t durable = 0;  // so much of the file was known to be on the disk when this was written
  int64_t wall_ns = 0;   // since 1970 UTC: when the records were made
};

// Fills in the header at the front of `batch`, `header.octets` included.
void SealBatch(BatchHeader header, std::span<uint8_t> batch);

// Collects records. Its storage is used again.
class BatchWriter {
 public:
  BatchWriter();

  bool empty() const { return size_ == kBatchHeaderOctets; }
  // Whether any further record fits.
  bool full() const { return size_ + kMostRecordOctets > kMostBatchOctets; }
  // REQUIRES: !full().
  void Add(const JournalRecord& record) {
    AddBy([&](uint8_t* at) { return EncodeRecord(record, &previous_key_, at); });
  }
  // As EncodeUsualIntent and EncodeUsualAccepted have them.
  void AddIntent(uint64_t key, uint32_t account, uint16_t billed) {
    AddBy([&](uint8_t* at) { return EncodeUsualIntent(key, account, billed, &previous_key_, at); });
  }
  void AddAccepted(uint64_t key, std::string_view message_id) {
    AddBy([&](uint8_t* at) { return EncodeUsualAccepted(key, message_id, &previous_key_, at); });
  }
  // The batch, header in front; `header.octets` is filled in. Valid until the next call.
  std::span<const uint8_t> Finish(const BatchHeader& header);
  void Clear();

 private:
  // `encode` writes one record to the place that it is given and returns where that ends.
  template <class Encode>
  void AddBy(Encode encode) {
    if (size_ + kMostRecordOctets > octets_.size()) octets_.resize(2 * octets_.size());
    size_ = static_cast<size_t>(encode(octets_.data() + size_) - octets_.data());
  }

  std::vector<uint8_t> octets_;  // room; of which so many are used:
  size_t size_ = kBatchHeaderOctets;
  uint64_t previous_key_ = 0;
};

// The header at the front of `octets`; nullopt when there is none that could be true. The records
// are not looked at.
std::optional<BatchHeader> DecodeBatchHeader(std::span<const uint8_t> octets);
// Whether header and records are as they were written. `batch`: both, of exactly their size.
bool IsWhole(std::span<const uint8_t> batch);

}  // namespace salvo::engine
