#include "engine/journal/receipts.h"

namespace salvo::engine {

JournalRecord RecordOf(const InboundReceipt& receipt) {
  JournalRecord record;
  record.kind = RecordKind::kReceipt;
  record.account = receipt.account;
  record.state = receipt.state;
  record.source_number = MarkOf(receipt.source_number);
  record.destination_number = MarkOf(receipt.destination_number);
  record.message_id = receipt.id;
  record.error = receipt.error;
  record.correlation = receipt.correlation;
  return record;
}

InboundReceipt ReceiptOf(const JournalRecord& record, int64_t wall_ns) {
  InboundReceipt receipt;
  receipt.account = record.account;
  receipt.state = record.state;
  receipt.source_number = record.source_number;
  receipt.destination_number = record.destination_number;
  receipt.id = record.message_id;
  receipt.error = record.error;
  receipt.correlation = record.correlation;
  receipt.received_at_ns = wall_ns;
  receipt.earlier = true;
  return receipt;
}

Acceptance AcceptanceOf(const JournalRecord& record) {
  Acceptance acceptance;
  acceptance.key = record.key;
  acceptance.account = record.account;
  acceptance.part = record.part;
  acceptance.parts = record.parts;
  acceptance.number = record.number;
  acceptance.id = record.message_id;
  acceptance.correlation = record.correlation;
  return acceptance;
}

}  // namespace salvo::engine
