#include "tools/send/receipt_recovery.h"

#include <filesystem>
#include <memory>

#include "tools/account/account_file.h"

namespace salvo::tools {
namespace {

// The account file that the campaign was begun with; "" when none is named.
std::string AccountFileOf(const CampaignRecord& record) {
  constexpr std::string_view kFlag = "--account=";
  for (const std::string& argument : record.arguments) {
    if (!argument.starts_with(kFlag)) continue;
    return (std::filesystem::path(record.folder) / argument.substr(kFlag.size())).string();
  }
  return "";
}

}  // namespace

std::vector<ReceiptOptions> ReceiptsOf(const std::vector<AccountOptions>& accounts) {
  std::vector<ReceiptOptions> receipts;
  for (const AccountOptions& account : accounts) receipts.push_back(account.receipts);
  return receipts;
}

std::vector<ReceiptOptions> ReceiptsOf(const CampaignRecord& record) {
  std::vector<ReceiptOptions> receipts(record.accounts.size());
  std::vector<std::string> ignored;
  const auto accounts = ReadAccountFile(AccountFileOf(record), &ignored);
  if (!accounts.ok()) return receipts;
  for (const AccountOptions& account : *accounts) {
    for (size_t i = 0; i < receipts.size(); ++i) {
      if (record.accounts[i] == account.name) receipts[i] = account.receipts;
    }
  }
  return receipts;
}

absl::StatusOr<JournalCounts> ReadReceipts(const std::string& directory,
                                           const std::vector<AccountOptions>& accounts,
                                           uint64_t most_waiting, ReceiptStore* receipts) {
  JournalOptions options;
  options.directory = directory;
  options.read_only = true;
  options.max_waiting_receipts = most_waiting;
  options.receipts = ReceiptsOf(accounts);
  options.on_receipt = [&](const Receipt& receipt) { receipts->Add(receipt); };
  std::unique_ptr<Journal> journal;
  const Status status = Journal::Open(options, &journal);
  if (!status.ok()) return absl::DataLossError(status.message());
  return journal->counts();
}

}  // namespace salvo::tools
