#include "engine/journal/record.h"

#include <algorithm>

#include "engine/journal/octets.h"

namespace salvo::engine {
namespace {

// The first octet of a record: its kind, and what follows that most records can do without.
constexpr uint8_t kKindMask = 0x0F;
constexpr uint8_t kHasPart = 0x10;
constexpr uint8_t kHasAttempt = 0x20;

constexpr size_t kMostIdOctets = 65;

uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

void EncodeDetail(const JournalRecord& record, std::vector<uint8_t>* out) {
  switch (record.kind) {
    case RecordKind::kIntent:
      PutVarint(record.account, out);
      PutVarint(record.billed, out);
      if (record.parts > 1) PutVarint(record.reference, out);
      return;
    case RecordKind::kAccepted: {
      const std::string_view id = record.message_id.substr(0, kMostIdOctets);
      out->push_back(static_cast<uint8_t>(id.size()));
      out->insert(out->end(), id.begin(), id.end());
      return;
    }
    case RecordKind::kRejected:
      return PutVarint(record.status, out);
    case RecordKind::kRefused:
      PutVarint(record.status, out);
      return PutVarint(ZigZag(record.next_ns), out);
    case RecordKind::kUnknown:
    case RecordKind::kUnsent:
    case RecordKind::kEnd:
      return;
  }
}

void DecodeDetail(OctetReader& reader, JournalRecord* record) {
  switch (record->kind) {
    case RecordKind::kIntent:
      record->account = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
      record->billed = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
      if (record->parts > 1) record->reference = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
      return;
    case RecordKind::kAccepted:
      record->message_id = reader.Text(reader.Octet());
      return;
    case RecordKind::kRejected:
      record->status = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
      return;
    case RecordKind::kRefused:
      record->status = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
      record->next_ns = UnZigZag(reader.Varint());
      return;
    case RecordKind::kUnknown:
    case RecordKind::kUnsent:
    case RecordKind::kEnd:
      return;
  }
}

}  // namespace

void EncodeRecord(const JournalRecord& record, uint64_t* previous_key, std::vector<uint8_t>* out) {
  auto first = static_cast<uint8_t>(record.kind);
  if (record.parts > 1) first |= kHasPart;
  if (record.attempt > 1) first |= kHasAttempt;
  out->push_back(first);
  // Wraps, and so any key follows any other.
  PutVarint(ZigZag(static_cast<int64_t>(record.key - *previous_key)), out);
  *previous_key = record.key;
  if (record.parts > 1) {
    PutVarint(record.part, out);
    PutVarint(record.parts, out);
  }
  if (record.attempt > 1) PutVarint(record.attempt, out);
  EncodeDetail(record, out);
}

bool DecodeRecord(std::span<const uint8_t>* octets, uint64_t* previous_key, JournalRecord* record) {
  OctetReader reader(*octets);
  *record = {};
  const uint8_t first = reader.Octet();
  const uint8_t kind = first & kKindMask;
  if (kind < static_cast<uint8_t>(RecordKind::kIntent) ||
      kind > static_cast<uint8_t>(RecordKind::kEnd)) {
    return false;
  }
  record->kind = static_cast<RecordKind>(kind);
  record->key = *previous_key + static_cast<uint64_t>(UnZigZag(reader.Varint()));
  if (first & kHasPart) {
    record->part = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
    record->parts = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
    if (record->part >= record->parts) return false;
  }
  if (first & kHasAttempt) record->attempt = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
  DecodeDetail(reader, record);
  if (!reader.ok()) return false;
  *previous_key = record->key;
  *octets = reader.rest();
  return true;
}

}  // namespace salvo::engine
