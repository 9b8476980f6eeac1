// Between the journal's records and what the matcher of receipts takes. Views are the arguments'.
#pragma once

#include <cstdint>

#include "engine/journal/record.h"
#include "engine/receipts/segment.h"

namespace salvo::engine {

JournalRecord RecordOf(const InboundReceipt& receipt);
// One that an earlier run received, at `wall_ns`.
InboundReceipt ReceiptOf(const JournalRecord& record, int64_t wall_ns);
// REQUIRES: the record wants a receipt.
Acceptance AcceptanceOf(const JournalRecord& record);

}  // namespace salvo::engine
