#include "engine/journal/batch.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/journal/octets.h"

namespace salvo::engine {
namespace {

// "SVJB"
constexpr uint32_t kBatchMagic = 0x424A5600 | kBatchFirstOctet;
// Both headers: the checksum, and the first octet that it covers.
constexpr size_t kFileChecksumAt = 28;
constexpr size_t kBatchChecksumAt = 4;
constexpr size_t kBatchCoveredFrom = 8;

}  // namespace

std::vector<uint8_t> EncodeFileHeader(const JournalFileHeader& header) {
  std::vector<uint8_t> octets(kJournalFileHeaderOctets);
  std::copy(header.name.begin(), header.name.end(), octets.begin());
  PutLittle(&octets[8], header.version);
  PutLittle(&octets[12], header.epoch);
  PutLittle(&octets[16], header.shard);
  PutLittle(&octets[kFileChecksumAt], Checksum({octets.data(), kFileChecksumAt}));
  return octets;
}

std::optional<JournalFileHeader> DecodeFileHeader(std::span<const uint8_t> octets) {
  if (octets.size() < kJournalFileHeaderOctets) return std::nullopt;
  if (GetLittle<uint32_t>(&octets[kFileChecksumAt]) != Checksum(octets.first(kFileChecksumAt))) {
    return std::nullopt;
  }
  JournalFileHeader header;
  std::copy_n(octets.begin(), header.name.size(), header.name.begin());
  header.version = GetLittle<uint32_t>(&octets[8]);
  header.epoch = GetLittle<uint32_t>(&octets[12]);
  header.shard = GetLittle<uint32_t>(&octets[16]);
  return header;
}

BatchWriter::BatchWriter() {
  constexpr size_t kUsualOctets = 64 * 1024;
  octets_.resize(kUsualOctets);
}

void SealBatch(BatchHeader header, std::span<uint8_t> batch) {
  header.octets = static_cast<uint32_t>(batch.size() - kBatchHeaderOctets);
  uint8_t* const at = batch.data();
  PutLittle(at, kBatchMagic);
  PutLittle(at + 8, header.octets);
  PutLittle(at + 12, header.epoch);
  PutLittle(at + 16, header.offset);
  PutLittle(at + 24, header.durable);
  PutLittle(at + 32, header.wall_ns);
  PutLittle(at + kBatchChecksumAt, Checksum(batch.subspan(kBatchCoveredFrom)));
}

std::span<const uint8_t> BatchWriter::Finish(const BatchHeader& header) {
  const std::span<uint8_t> batch(octets_.data(), size_);
  SealBatch(header, batch);
  return batch;
}

void BatchWriter::Clear() {
  size_ = kBatchHeaderOctets;
  previous_key_ = 0;
}

std::optional<BatchHeader> DecodeBatchHeader(std::span<const uint8_t> octets) {
  if (octets.size() < kBatchHeaderOctets) return std::nullopt;
  if (GetLittle<uint32_t>(octets.data()) != kBatchMagic) return std::nullopt;
  BatchHeader header;
  header.octets = GetLittle<uint32_t>(&octets[8]);
  header.epoch = GetLittle<uint32_t>(&octets[12]);
  header.offset = GetLittle<uint64_t>(&octets[16]);
  header.durable = GetLittle<uint64_t>(&octets[24]);
  header.wall_ns = GetLittle<int64_t>(&octets[32]);
  if (header.octets > kMostBatchOctets || header.durable > header.offset) return std::nullopt;
  return header;
}

bool IsWhole(std::span<const uint8_t> batch) {
  return GetLittle<uint32_t>(&batch[kBatchChecksumAt]) ==
         Checksum(batch.subspan(kBatchCoveredFrom));
}

}  // namespace salvo::engine
