#include "tools/send/receipt_recovery.h"

#include <memory>

namespace salvo::tools {

absl::StatusOr<ReceiptTotals> ReadReceipts(const std::string& directory, uint64_t most_waiting,
                                           ReceiptStore* receipts) {
  ReceiptTotals totals;
  JournalOptions options;
  options.directory = directory;
  options.read_only = true;
  options.max_waiting_receipts = most_waiting;
  options.on_receipt = [&](const Receipt& receipt) {
    const bool failed = IsFinal(receipt.state) && receipt.state != DeliveryState::kDelivered;
    if (failed) ++totals.undelivered;
    receipts->Add(receipt);
  };
  std::unique_ptr<Journal> journal;
  const Status status = Journal::Open(options, &journal);
  if (!status.ok()) return absl::DataLossError(status.message());
  totals.delivered = journal->counts().delivered;
  totals.waiting = journal->counts().receipts_waiting;
  return totals;
}

}  // namespace salvo::tools
