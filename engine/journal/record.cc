#include "engine/journal/record.h"

#include <algorithm>

#include "engine/journal/octets.h"

namespace salvo::engine {
namespace {

// The first octet of a record: its kind, and what follows that most records can do without.
constexpr uint8_t kKindMask = 0x0F;
constexpr uint8_t kHasPart = 0x10;
constexpr uint8_t kHasAttempt = 0x20;

constexpr uint8_t kHasReceipt = 0x40;    // of kAccepted
constexpr uint8_t kHasReference = 0x80;  // of kAccepted and kReceipt

constexpr size_t kLongestId = 65;
constexpr size_t kLongestError = 16;

uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

void PutText(std::string_view text, size_t most, std::vector<uint8_t>* out) {
  text = text.substr(0, most);
  out->push_back(static_cast<uint8_t>(text.size()));
  out->insert(out->end(), text.begin(), text.end());
}

bool HasCorrelation(const JournalRecord& record) {
  const bool is_known_by_it = record.wants_receipt && record.message_id.empty();
  return record.kind == RecordKind::kReceipt || is_known_by_it;
}

void PutCorrelation(const Correlation& correlation, std::vector<uint8_t>* out) {
  out->resize(out->size() + sizeof correlation.addresses);
  PutLittle(out->data() + out->size() - sizeof correlation.addresses, correlation.addresses);
  if (correlation.reference) PutVarint(*correlation.reference, out);
}

Correlation ReadCorrelation(OctetReader& reader, bool has_reference) {
  Correlation correlation;
  for (int shift = 0; shift < 64; shift += 8) {
    correlation.addresses |= uint64_t{reader.Octet()} << shift;
  }
  if (has_reference) correlation.reference = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
  return correlation;
}

void EncodeReceipt(const JournalRecord& record, std::vector<uint8_t>* out) {
  PutVarint(record.account, out);
  out->push_back(static_cast<uint8_t>(record.state));
  out->push_back(record.source_number);
  out->push_back(record.destination_number);
  PutText(record.message_id, kLongestId, out);
  PutText(record.error, kLongestError, out);
  PutCorrelation(record.correlation, out);
}

void DecodeReceipt(OctetReader& reader, bool has_reference, JournalRecord* record) {
  record->account = static_cast<uint32_t>(reader.Varint(kMostAccounts));
  record->state = static_cast<DeliveryState>(reader.Octet());
  record->source_number = reader.Octet();
  record->destination_number = reader.Octet();
  record->message_id = reader.Text(reader.Octet());
  record->error = reader.Text(reader.Octet());
  record->correlation = ReadCorrelation(reader, has_reference);
}

void EncodeDetail(const JournalRecord& record, std::vector<uint8_t>* out) {
  switch (record.kind) {
    case RecordKind::kIntent:
      PutVarint(record.account, out);
      PutVarint(record.billed, out);
      if (record.parts > 1) PutVarint(record.reference, out);
      return;
    case RecordKind::kAccepted:
      if (record.wants_receipt) {
        PutVarint(record.account, out);
        out->push_back(record.number);
      }
      PutText(record.message_id, kLongestId, out);
      if (HasCorrelation(record)) PutCorrelation(record.correlation, out);
      return;
    case RecordKind::kRejected:
      return PutVarint(record.status, out);
    case RecordKind::kRefused:
      PutVarint(record.status, out);
      return PutVarint(ZigZag(record.next_ns), out);
    case RecordKind::kReceipt:
    case RecordKind::kUnknown:
    case RecordKind::kUnsent:
    case RecordKind::kEnd:
      return;
  }
}

void DecodeDetail(OctetReader& reader, uint8_t first, JournalRecord* record) {
  switch (record->kind) {
    case RecordKind::kIntent:
      record->account = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
      record->billed = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
      if (record->parts > 1) record->reference = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
      return;
    case RecordKind::kAccepted:
      record->wants_receipt = (first & kHasReceipt) != 0;
      if (record->wants_receipt) {
        record->account = static_cast<uint32_t>(reader.Varint(kMostAccounts));
        record->number = reader.Octet();
      }
      record->message_id = reader.Text(reader.Octet());
      if (HasCorrelation(*record)) {
        record->correlation = ReadCorrelation(reader, (first & kHasReference) != 0);
      }
      return;
    case RecordKind::kRejected:
      record->status = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
      return;
    case RecordKind::kRefused:
      record->status = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
      record->next_ns = UnZigZag(reader.Varint());
      return;
    case RecordKind::kReceipt:
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
  if (record.kind == RecordKind::kAccepted && record.wants_receipt) first |= kHasReceipt;
  if (HasCorrelation(record) && record.correlation.reference) first |= kHasReference;
  out->push_back(first);
  if (record.kind == RecordKind::kReceipt) return EncodeReceipt(record, out);
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
      kind > static_cast<uint8_t>(RecordKind::kReceipt)) {
    return false;
  }
  record->kind = static_cast<RecordKind>(kind);
  if (record->kind == RecordKind::kReceipt) {
    // It has no key, and leaves the one before it to the next record.
    DecodeReceipt(reader, (first & kHasReference) != 0, record);
    *octets = reader.ok() ? reader.rest() : *octets;
    return reader.ok() && record->state <= DeliveryState::kSkipped;
  }
  record->key = *previous_key + static_cast<uint64_t>(UnZigZag(reader.Varint()));
  if (first & kHasPart) {
    record->part = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
    record->parts = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
    if (record->part >= record->parts) return false;
  }
  if (first & kHasAttempt) record->attempt = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
  DecodeDetail(reader, first, record);
  if (!reader.ok()) return false;
  *previous_key = record->key;
  *octets = reader.rest();
  return true;
}

}  // namespace salvo::engine
