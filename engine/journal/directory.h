// The files of a journal: one for each shard of each run, named run-NNNN-shard-NN.journal, and a
// lock. Read once, when it is opened; after that const methods may be called by all shards.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "engine/journal/message_spool.h"
#include "engine/journal/rows.h"
#include "engine/journal/run_list.h"
#include "engine/journal/scan.h"
#include "engine/receipts/matcher.h"
#include "salvo/journal.h"

namespace salvo::engine {

class JournalDirectory {
 public:
  // kAlreadyExists: another process has it. kDataLoss: damaged. Else: the system's words.
  static absl::StatusOr<std::unique_ptr<JournalDirectory>> Open(const JournalOptions& options);
  ~JournalDirectory();
  JournalDirectory(const JournalDirectory&) = delete;
  JournalDirectory& operator=(const JournalDirectory&) = delete;

  const std::string& directory() const { return options_.directory; }
  bool in_use() const { return in_use_; }
  uint32_t earlier_runs() const { return earlier_runs_; }
  bool ended_in_order() const { return ended_in_order_; }
  const JournalRows& rows() const { return rows_; }
  OnUnknown on_unknown() const { return options_.on_unknown; }
  Sync sync() const { return options_.sync; }

  // Whether this run is to send it.
  bool IsOpen(uint64_t key) const;
  Outcome OutcomeOf(uint64_t key) const;

  // The next of the messages that earlier runs kept and that are open; nullptr: there are no more.
  // One thread; what it gives must be gone before this is.
  absl::StatusOr<std::unique_ptr<KeptBatch>> NextUnsettled();

  // The matcher that waits for the receipts that earlier runs asked for. Once; nullptr after that,
  // or when none did.
  std::unique_ptr<Matcher> TakeMatcher() { return std::move(matcher_); }
  // Whether it left in an earlier run and nobody knows what became of it.
  bool IsUnknown(uint64_t key) const { return rows_.StateOf(key) == RowState::kUnknown; }
  // The id in a receipt that an earlier run received, that found no message there, and that is
  // about this one of one segment whose fate is unknown: it has the account, both addresses and the
  // reference, no other unknown message can have them, and it did not come before the message of
  // that key left. "": there is none. REQUIRES: the correlation has a reference, which is that of
  // the key.
  std::string_view ReceiptOfUnknown(uint32_t account, const Correlation& correlation,
                                    uint64_t key) const;
  bool has_receipts_of_unknown() const { return !receipts_of_unknown_.empty(); }
  // Counts of the earlier runs' receipts.
  const MatcherCounts& receipt_counts() const { return receipt_counts_; }

  // The run that an engine begins now.
  uint32_t run() const { return earlier_runs_ + 1; }
  // Makes empty files for so many shards, durably, and gives their paths. `accounts`: the names of
  // the accounts, by index; InvalidArgument when something is begun, unknown or waited for over
  // accounts of other names, or receipts came. Once, and not of what is only read:
  // FailedPrecondition.
  absl::StatusOr<std::vector<std::string>> BeginRun(uint32_t shards,
                                                    const std::vector<std::string>& accounts);
  // Says that all files of the run have their ends, durably.
  absl::Status EndRun() { return RunList::AddEnd(options_.directory, run()); }
  // Where this run keeps its messages; nullptr: it does not, or has not begun.
  MessageSpool* spool() { return spool_.get(); }

 private:
  // What is known of a message that was settled, for its outcome.
  struct Detail {
    uint16_t billed = 0;
    uint32_t attempts = 0;
    int64_t submitted_at_ns = 0;
    int64_t answered_at_ns = 0;
    std::vector<std::string> ids;  // by part
    std::string joined_ids;
  };
  struct RunFile {
    uint32_t run = 0;
    uint32_t shard = 0;
    std::string path;
  };

  explicit JournalDirectory(const JournalOptions& options) : options_(options) {}
  absl::Status Lock();
  // Of what is only read: whether another process has it, and whether `run` is that one's.
  absl::Status LookAtOwner(uint32_t run);
  absl::StatusOr<std::vector<RunFile>> FindFiles() const;
  absl::Status CheckThatAllAreThere(const std::vector<RunFile>& files) const;
  absl::Status CheckThatItIsListed(const RunFile& file) const;
  absl::Status CheckAccounts(const std::vector<std::string>& accounts) const;
  absl::Status Read();
  absl::StatusOr<JournalScan> ReadFile(const RunFile& file, const RecordVisitor& on_record);
  absl::Status ReadReceipts(const std::vector<RunFile>& files);
  // Whether what earlier runs left must be on the disk before this one relies on it.
  bool MakesLast() const { return options_.sync == Sync::kPower && !options_.read_only; }
  absl::Status MatchReceipts(const std::vector<RunFile>& files);
  absl::Status ForEachReceipt(const std::vector<RunFile>& files,
                              const std::function<void(const InboundReceipt&)>& take);
  void KeepReceiptsOfUnknown();
  absl::Status LearnWhenUnknownLeft(const std::vector<RunFile>& files);
  void Apply(const JournalRecord& record, int64_t wall_ns);
  void KeepDetail(const JournalRecord& record, int64_t wall_ns);

  const JournalOptions options_;
  std::set<std::string> made_to_last_;  // files of earlier runs
  int lock_ = -1;
  bool in_use_ = false;                 // by another process
  bool last_run_is_under_way_ = false;  // the last of earlier_runs_: that process's
  bool begun_ = false;                  // the run
  uint32_t earlier_runs_ = 0;
  bool ended_in_order_ = true;
  RunList list_;
  JournalRows rows_;
  absl::flat_hash_map<uint64_t, uint32_t> rejections_;  // command_status by key
  absl::flat_hash_map<uint64_t, Detail> details_;
  std::unique_ptr<Matcher> matcher_;
  uint64_t acceptances_ = 0;  // segments whose receipt was asked for
  uint64_t receipts_ = 0;     // records of them
  MatcherCounts receipt_counts_;
  struct ReceiptId {
    std::string id;  // "": several have a claim
    int64_t received_at_ns = 0;
  };
  absl::flat_hash_map<uint64_t, ReceiptId> receipts_of_unknown_;  // by ReferenceKey
  absl::flat_hash_map<uint64_t, int64_t> unknown_since_;  // wall clock of the intent, by key
  std::unique_ptr<MessageSpool> spool_;
  std::unique_ptr<MessageSpoolReader> kept_;
};

}  // namespace salvo::engine
