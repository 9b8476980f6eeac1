// Receipts that stand in the journal: those, too, that could not be told while they came, because
// memory had no room for the segments they are about.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "salvo/account.h"
#include "salvo/journal.h"
#include "tools/send/campaign_record.h"
#include "tools/send/receipt_store.h"

namespace salvo::tools {

// How the accounts have their receipts, as JournalOptions wants it.
std::vector<ReceiptOptions> ReceiptsOf(const std::vector<AccountOptions>& accounts);
// The same of a campaign's accounts, as their file says now; with the defaults where it cannot be
// read any more.
std::vector<ReceiptOptions> ReceiptsOf(const CampaignRecord& record);

// Adds what the journal knows of all receipts, looking for those of `most_waiting` segments at a
// time.
absl::StatusOr<JournalCounts> ReadReceipts(const std::string& directory,
                                           const std::vector<AccountOptions>& accounts,
                                           uint64_t most_waiting, ReceiptStore* receipts);

}  // namespace salvo::tools
