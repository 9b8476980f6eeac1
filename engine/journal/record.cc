#include "engine/journal/record.h"

#include <algorithm>

#include "engine/journal/octets.h"
#include "engine/journal/usual_records.h"

namespace salvo::engine {
namespace {

// The first octet of a record: its kind, and what follows that most records can do without.
constexpr uint8_t kKindMask = 0x0F;
constexpr uint8_t kHasPart = 0x10;
constexpr uint8_t kHasAttempt = 0x20;

constexpr uint8_t kHasReceipt = 0x40;    // of kAccepted
constexpr uint8_t kHasReference = 0x80;  // of kAccepted and kReceipt

constexpr size_t kLongestError = 16;

uint8_t* PutShortText(std::string_view text, size_t most, uint8_t* at) {
  text = text.substr(0, most);
  *at++ = static_cast<uint8_t>(text.size());
  return std::copy(text.begin(), text.end(), at);
}

bool HasCorrelation(const JournalRecord& record) {
  const bool is_known_by_it = record.wants_receipt && record.message_id.empty();
  return record.kind == RecordKind::kReceipt || is_known_by_it;
}

uint8_t* PutCorrelation(const Correlation& correlation, uint8_t* at) {
  PutLittle(at, correlation.addresses);
  at += sizeof correlation.addresses;
  return correlation.reference ? PutVarint(*correlation.reference, at) : at;
}

Correlation ReadCorrelation(OctetReader& reader, bool has_reference) {
  Correlation correlation;
  for (int shift = 0; shift < 64; shift += 8) {
    correlation.addresses |= uint64_t{reader.Octet()} << shift;
  }
  if (has_reference) correlation.reference = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
  return correlation;
}

uint8_t* EncodeReceipt(const JournalRecord& record, uint8_t* at) {
  at = PutVarint(record.account, at);
  *at++ = static_cast<uint8_t>(record.state);
  *at++ = record.source_number;
  *at++ = record.destination_number;
  at = PutShortText(record.message_id, kLongestJournalledId, at);
  at = PutShortText(record.error, kLongestError, at);
  return PutCorrelation(record.correlation, at);
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

uint8_t* EncodeAccepted(const JournalRecord& record, uint8_t* at) {
  if (record.wants_receipt) {
    at = PutVarint(record.account, at);
    *at++ = record.number;
  }
  at = PutShortText(record.message_id, kLongestJournalledId, at);
  return HasCorrelation(record) ? PutCorrelation(record.correlation, at) : at;
}

uint8_t* EncodeDetail(const JournalRecord& record, uint8_t* at) {
  switch (record.kind) {
    case RecordKind::kIntent:
      at = PutVarint(record.account, at);
      at = PutVarint(record.billed, at);
      return record.parts > 1 ? PutVarint(record.look, PutVarint(record.reference, at)) : at;
    case RecordKind::kAccepted:
      return EncodeAccepted(record, at);
    case RecordKind::kRejected:
      return PutVarint(record.status, at);
    case RecordKind::kRefused:
      return PutVarint(ZigZag(record.next_ns), PutVarint(record.status, at));
    case RecordKind::kReceipt:
    case RecordKind::kUnknown:
    case RecordKind::kUnsent:
    case RecordKind::kEnd:
      break;
  }
  return at;
}

void DecodeDetail(OctetReader& reader, uint8_t first, JournalRecord* record) {
  switch (record->kind) {
    case RecordKind::kIntent:
      record->account = static_cast<uint32_t>(reader.Varint(UINT32_MAX));
      record->billed = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
      if (record->parts > 1) {
        record->reference = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
        record->look = static_cast<uint16_t>(reader.Varint(UINT16_MAX));
      }
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

uint8_t* EncodeRecord(const JournalRecord& record, uint64_t* previous_key, uint8_t* at) {
  // The kind, seven varints, two texts, a correlation and three octets are less.
  static_assert(kMostRecordOctets >= 1 + kLongestJournalledId + kLongestError + 40);
  auto first = static_cast<uint8_t>(record.kind);
  if (record.parts > 1) first |= kHasPart;
  if (record.attempt > 1) first |= kHasAttempt;
  if (record.kind == RecordKind::kAccepted && record.wants_receipt) first |= kHasReceipt;
  if (HasCorrelation(record) && record.correlation.reference) first |= kHasReference;
  *at++ = first;
  if (record.kind == RecordKind::kReceipt) return EncodeReceipt(record, at);
  at = PutKey(record.key, previous_key, at);
  if (record.parts > 1) at = PutVarint(record.parts, PutVarint(record.part, at));
  if (record.attempt > 1) at = PutVarint(record.attempt, at);
  return EncodeDetail(record, at);
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
