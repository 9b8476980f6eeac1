#include "tools/send/campaign_journal.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tools/common/cannot.h"
#include "tools/common/exit_code.h"
#include "tools/common/shell_word.h"

namespace salvo::tools {
namespace {

using State = CampaignRecord::State;

bool Refuse(JournalFault* fault, int exit_code, std::string sentence) {
  *fault = {exit_code, std::move(sentence)};
  return false;
}

bool Refuse(JournalFault* fault, int exit_code, const absl::Status& status) {
  return Refuse(fault, exit_code, std::string(status.message()));
}

bool KnowsAnyRow(const Journal& journal) {
  const JournalCounts counts = journal.counts();
  return counts.accepted + counts.rejected + counts.unknown + counts.begun > 0;
}

}  // namespace

Status OpenBegun(const JournalOptions& options, std::unique_ptr<Journal>* journal) {
  Status status = Journal::Open(options, journal);
  if (!status.ok() || (*journal)->earlier_runs() > 0) return status;
  journal->reset();
  return {StatusCode::kDataLoss,
          absl::StrFormat("the journal '%s' has lost what its runs wrote ('runs' and the files "
                          "beside it): what was sent cannot be told any more; restore them",
                          options.directory)};
}

std::unique_ptr<CampaignJournal> CampaignJournal::Open(const Options& options,
                                                       JournalFault* fault) {
  std::unique_ptr<CampaignJournal> journal(new CampaignJournal(options));
  const bool ready = options.goes_on ? journal->GoOn(fault) : journal->Begin(fault);
  return ready ? std::move(journal) : nullptr;
}

bool CampaignJournal::Begin(JournalFault* fault) {
  const auto earlier = CampaignRecord::Read(options_.directory);
  if (!earlier.ok()) return Refuse(fault, kExitDisk, earlier.status());
  if (*earlier && !MakeWay(**earlier, fault)) return false;
  record_ = options_.record;
  if (!OpenJournal(fault)) return false;
  if (*earlier || !KnowsAnyRow(*journal_)) return true;
  return Refuse(fault, kExitDisk,
                absl::StrFormat("the journal '%s' has lost its 'campaign.json': of which campaign "
                                "its rows are cannot be told; restore it, or name another with "
                                "--journal",
                                options_.directory));
}

bool CampaignJournal::MakeWay(const CampaignRecord& record, JournalFault* fault) {
  // Nobody may be at it, least of all while it is renamed. A damaged one may go all the same.
  std::unique_ptr<Journal> held;
  JournalOptions earlier;
  earlier.directory = options_.directory;
  const Status taken = Journal::Open(earlier, &held);
  if (taken.code() == StatusCode::kInUse) {
    return Refuse(fault, kExitJournalInUse, taken.message());
  }
  if (record.state != State::kFinished || !options_.again) {
    return Refuse(fault, kExitUsage, WhyItIsInTheWay(record));
  }
  for (int number = 1;; ++number) {
    const std::string old_name = absl::StrFormat("%s.%d", options_.directory, number);
    // Whatever it is, a link that leads nowhere included, it is not written over.
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(old_name, error))) continue;
    if (std::rename(options_.directory.c_str(), old_name.c_str()) == 0) return true;
    return Refuse(fault, kExitDisk, Cannot("rename the journal", options_.directory));
  }
}

std::string CampaignJournal::WhyItIsInTheWay(const CampaignRecord& record) const {
  const std::string& directory = options_.directory;
  const bool is_finished = record.state == State::kFinished;
  if (!record.IsOfTheSame(options_.record)) {
    return absl::StrFormat(
        "the journal '%s' is of another campaign, %s: name another with "
        "--journal",
        directory, record.Description());
  }
  if (is_finished) {
    return absl::StrFormat(
        "the journal '%s' says that this campaign was sent: give --again to "
        "send it once more",
        directory);
  }
  return absl::StrFormat(
      "the journal '%s' has this campaign, which was not finished: name another "
      "with --journal, or go on with: salvo resume %s",
      directory, ShellWord(directory));
}

bool CampaignJournal::GoOn(JournalFault* fault) {
  auto record = CampaignRecord::Read(options_.directory);
  if (!record.ok()) return Refuse(fault, kExitDisk, record.status());
  if (!*record) {
    return Refuse(fault, kExitNoJournal,
                  absl::StrFormat("'%s' is no journal of a campaign", options_.directory));
  }
  record_ = **std::move(record);
  record_is_written_ = true;
  const std::string change = options_.only_receipts ? "" : Change();
  if (!change.empty() && !WasOnlyTouched()) {
    return Refuse(fault, kExitCampaign, change + ": what is left of it cannot be told any more");
  }
  return OpenJournal(fault) && AccountsAreAsBefore(fault);
}

// The journal knows by an account's place in the file what was begun over it, and whose message a
// receipt is about.
bool CampaignJournal::AccountsAreAsBefore(JournalFault* fault) {
  const std::vector<std::string>& before = record_.accounts;
  const std::vector<std::string>& now = options_.record.accounts;
  if (before == now) return true;
  const bool begins_so =
      before.size() <= now.size() && std::equal(before.begin(), before.end(), now.begin());
  const JournalCounts counts = journal_->counts();
  const bool knows_any = counts.begun + counts.unknown + counts.receipts_waiting +
                             counts.delivered + counts.undelivered >
                         0;
  if (!begins_so && knows_any) {
    return Refuse(
        fault, kExitUsage,
        absl::StrFormat("the accounts were %s and are %s now, but the journal '%s' knows "
                        "by their order what was begun over them and whose receipts "
                        "came: name them as before, and new ones behind those",
                        absl::StrJoin(before, ", "), absl::StrJoin(now, ", "), options_.directory));
  }
  record_.accounts = now;
  record_is_written_ = false;
  return true;
}

// Then the record follows the file.
bool CampaignJournal::WasOnlyTouched() {
  const auto now = Fingerprint::Of(record_.campaign);
  if (!now.ok() || !record_.fingerprint.IsTouched(*now)) return false;
  if (!IsAsItWasRead(options_.directory, record_.campaign)) return false;
  record_.fingerprint = *now;
  record_is_written_ = false;
  return true;
}

bool CampaignJournal::OpenJournal(JournalFault* fault) {
  const bool has_results = options_.goes_on && !options_.only_receipts && !options_.results.empty();
  absl::Status recovered;
  JournalOptions options;
  options.directory = options_.directory;
  options.sync = options_.sync;
  options.on_unknown = options_.on_unknown;
  options.on_receipt = options_.on_receipt;
  options.receipts = options_.receipts;
  options.only_receipts = options_.only_receipts;
  options.max_waiting_receipts = options_.max_waiting_receipts;
  if (has_results) {
    // Not before: another process may be writing them.
    options.once_taken = [&] {
      auto results = RecoverResults(options_.results);
      recovered = results.status();
      if (results.ok()) results_ = *std::move(results);
    };
    options.wants_details = [this](uint64_t row) { return !results_.rows.Has(row); };
  }
  const Status status =
      options_.goes_on ? OpenBegun(options, &journal_) : Journal::Open(options, &journal_);
  if (!recovered.ok()) return Refuse(fault, kExitDisk, recovered);
  if (status.ok()) {
    const absl::Status kept = Keep(results_);
    return kept.ok() || Refuse(fault, kExitDisk, kept);
  }
  Drop(results_);
  const bool in_use = status.code() == StatusCode::kInUse;
  return Refuse(fault, in_use ? kExitJournalInUse : kExitDisk, status.message());
}

absl::StatusOr<ByteSourceOptions> CampaignJournal::Source() {
  ByteSourceOptions source{record_.campaign};
  if (record_.spooled && options_.goes_on) {
    const auto kept = FindKeptInput(options_.directory);
    if (!kept) {
      return absl::NotFoundError(absl::StrFormat(
          "the journal '%s' has lost what the pipe brought: the file 'input' is not there",
          options_.directory));
    }
    source.path = kept->path;
    source.broken_off = !kept->ended;
    return source;
  }
  if (record_.spooled) {
    auto spool = InputSpool::Create(options_.directory, options_.sync == Sync::kPower);
    if (!spool.ok()) return spool.status();
    witness_ = *std::move(spool);
  } else {
    auto checksums = BlockChecksums::Open(options_.directory, !options_.goes_on);
    if (!checksums.ok()) return checksums.status();
    witness_ = *std::move(checksums);
  }
  source.witness = witness_.get();
  return source;
}

bool CampaignJournal::WasRemoved() const {
  std::error_code error;
  return !std::filesystem::exists(options_.directory + "/lock", error) && !error;
}

std::string CampaignJournal::Change() const {
  if (record_.campaign.empty() || record_.spooled) return "";
  const auto now = Fingerprint::Of(record_.campaign);
  if (!now.ok()) return std::string(now.status().message());
  const std::string difference = record_.fingerprint.DifferenceTo(*now);
  if (difference.empty()) return "";
  return absl::StrFormat("the campaign '%s' was changed: %s", record_.campaign, difference);
}

absl::Status CampaignJournal::SetState(State state) {
  record_.state = state;
  if (record_is_written_) return CampaignRecord::WriteState(options_.directory, state);
  absl::Status status = record_.Write(options_.directory);
  record_is_written_ = status.ok();
  return status;
}

}  // namespace salvo::tools
