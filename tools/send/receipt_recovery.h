// Receipts that could not be told while they came, because memory had no room for the segments they
// are about: the journal has both.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "salvo/journal.h"
#include "tools/send/receipt_store.h"

namespace salvo::tools {

// Adds what the journal knows of all receipts, looking for those of `most_waiting` segments at a
// time.
absl::StatusOr<JournalCounts> ReadReceipts(const std::string& directory, uint64_t most_waiting,
                                           ReceiptStore* receipts);

}  // namespace salvo::tools
