// The journal of a campaign that the salvo command sends: its directory, its record, and what of
// the results file stays when it goes on.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "salvo/journal.h"
#include "tools/send/block_checksums.h"
#include "tools/send/campaign_record.h"
#include "tools/send/input_spool.h"
#include "tools/send/results_recovery.h"

namespace salvo::tools {

// Why it cannot be used, and the exit code for that.
struct JournalFault {
  int exit_code = 0;
  std::string sentence;
};

// The journal of a campaign that was begun: one that knows of no run has lost its files, and is
// refused as damaged. Else as Journal::Open.
Status OpenBegun(const JournalOptions& options, std::unique_ptr<Journal>* journal);

class CampaignJournal {
 public:
  struct Options {
    std::string directory;
    CampaignRecord record;  // of a new campaign; when it goes on only its accounts are looked at
    std::string results;    // path; "": none are written
    Sync sync = Sync::kProcess;
    OnUnknown on_unknown = OnUnknown::kHold;
    bool goes_on = false;  // salvo resume
    // `salvo receipts`: nothing is sent, and so neither campaign nor results are looked at.
    bool only_receipts = false;
    std::function<void(const Receipt&)> on_receipt;  // of earlier runs; may be empty
    std::vector<ReceiptOptions> receipts;            // of the accounts, as they are named
    uint64_t max_waiting_receipts = 10'000'000;      // looked for at a time
    bool again = false;  // a finished one is kept under another name, and a new one begun
  };

  // nullptr and `*fault` when it cannot be used.
  static std::unique_ptr<CampaignJournal> Open(const Options& options, JournalFault* fault);

  Journal& journal() { return *journal_; }
  // Rows whose lines stay in the results file.
  const RowSet& reported() const { return results_.rows; }
  bool goes_on() const { return options_.goes_on; }

  // From where the campaign is to be read: the file, watched, or what a pipe brings or brought.
  // Once; what it points to is the journal's.
  absl::StatusOr<ByteSourceOptions> Source();
  // What became of the campaign file since the campaign began: a sentence; "" when nothing did.
  std::string Change() const;
  // Whether its directory is gone: the files are still written to, and nobody will find them.
  bool WasRemoved() const;
  // Once all is ready, before anything is sent, with kBegun: a start that fails leaves no record,
  // and so nothing that is in the way of the next.
  absl::Status SetState(CampaignRecord::State state);

 private:
  explicit CampaignJournal(const Options& options) : options_(options) {}
  bool Begin(JournalFault* fault);
  bool GoOn(JournalFault* fault);
  bool WasOnlyTouched();
  bool AccountsAreAsBefore(JournalFault* fault);
  bool MakeWay(const CampaignRecord& record, JournalFault* fault);
  std::string WhyItIsInTheWay(const CampaignRecord& record) const;
  bool OpenJournal(JournalFault* fault);

  const Options options_;
  CampaignRecord record_;
  bool record_is_written_ = false;  // as it is, but for its state
  std::unique_ptr<ByteWitness> witness_;
  RecoveredResults results_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace salvo::tools
