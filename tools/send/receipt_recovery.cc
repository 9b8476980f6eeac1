#include "tools/send/receipt_recovery.h"

#include <memory>

namespace salvo::tools {

absl::StatusOr<JournalCounts> ReadReceipts(const std::string& directory, uint64_t most_waiting,
                                           ReceiptStore* receipts) {
  JournalOptions options;
  options.directory = directory;
  options.read_only = true;
  options.max_waiting_receipts = most_waiting;
  options.on_receipt = [&](const Receipt& receipt) { receipts->Add(receipt); };
  std::unique_ptr<Journal> journal;
  const Status status = Journal::Open(options, &journal);
  if (!status.ok()) return absl::DataLossError(status.message());
  return journal->counts();
}

}  // namespace salvo::tools
