#include "engine/journal/batch.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace salvo::engine {
namespace {

constexpr std::array<char, 8> kFileMagic = {'S', 'A', 'L', 'V', 'O', 'J', 'N', 'L'};
constexpr uint32_t kBatchMagic = 0x424A5653;  // "SVJB"
// Both headers: the checksum, and the first octet that it covers.
constexpr size_t kFileChecksumAt = 28;
constexpr size_t kBatchChecksumAt = 4;
constexpr size_t kBatchCoveredFrom = 8;

template <class Integer>
void Put(uint8_t* at, Integer value) {
  for (size_t i = 0; i < sizeof value; ++i) {
    at[i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i));
  }
}

template <class Integer>
Integer Get(const uint8_t* at) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Integer); ++i) value |= uint64_t{at[i]} << (8 * i);
  return static_cast<Integer>(value);
}

uint32_t Checksum(std::span<const uint8_t> octets) {
  return static_cast<uint32_t>(crc32_z(0, octets.data(), octets.size()));
}

}  // namespace

std::vector<uint8_t> EncodeFileHeader(const JournalFileHeader& header) {
  std::vector<uint8_t> octets(kJournalFileHeaderOctets);
  std::copy(kFileMagic.begin(), kFileMagic.end(), octets.begin());
  Put(&octets[8], header.version);
  Put(&octets[12], header.epoch);
  Put(&octets[16], header.shard);
  Put(&octets[kFileChecksumAt], Checksum({octets.data(), kFileChecksumAt}));
  return octets;
}

std::optional<JournalFileHeader> DecodeFileHeader(std::span<const uint8_t> octets) {
  if (octets.size() < kJournalFileHeaderOctets) return std::nullopt;
  if (std::memcmp(octets.data(), kFileMagic.data(), kFileMagic.size()) != 0) return std::nullopt;
  if (Get<uint32_t>(&octets[kFileChecksumAt]) != Checksum(octets.first(kFileChecksumAt))) {
    return std::nullopt;
  }
  JournalFileHeader header;
  header.version = Get<uint32_t>(&octets[8]);
  header.epoch = Get<uint32_t>(&octets[12]);
  header.shard = Get<uint32_t>(&octets[16]);
  return header;
}

BatchWriter::BatchWriter() { octets_.resize(kBatchHeaderOctets); }

std::span<const uint8_t> BatchWriter::Finish(BatchHeader header) {
  header.octets = static_cast<uint32_t>(octets_.size() - kBatchHeaderOctets);
  uint8_t* const at = octets_.data();
  Put(at, kBatchMagic);
  Put(at + 8, header.octets);
  Put(at + 12, header.epoch);
  Put(at + 16, header.offset);
  Put(at + 24, header.durable);
  Put(at + 32, header.wall_ns);
  Put(at + kBatchChecksumAt, Checksum(std::span(octets_).subspan(kBatchCoveredFrom)));
  return octets_;
}

void BatchWriter::Clear() {
  octets_.resize(kBatchHeaderOctets);
  previous_key_ = 0;
}

std::optional<BatchHeader> DecodeBatchHeader(std::span<const uint8_t> octets) {
  if (octets.size() < kBatchHeaderOctets) return std::nullopt;
  if (Get<uint32_t>(octets.data()) != kBatchMagic) return std::nullopt;
  BatchHeader header;
  header.octets = Get<uint32_t>(&octets[8]);
  header.epoch = Get<uint32_t>(&octets[12]);
  header.offset = Get<uint64_t>(&octets[16]);
  header.durable = Get<uint64_t>(&octets[24]);
  header.wall_ns = Get<int64_t>(&octets[32]);
  if (header.octets > kMostBatchOctets || header.durable > header.offset) return std::nullopt;
  return header;
}

bool IsWhole(std::span<const uint8_t> batch) {
  return Get<uint32_t>(&batch[kBatchChecksumAt]) == Checksum(batch.subspan(kBatchCoveredFrom));
}

}  // namespace salvo::engine
