#include "engine/journal/directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <tuple>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "engine/journal/file_source.h"
#include "engine/journal/make_last.h"
#include "engine/journal/receipts.h"
#include "engine/receipts/hash.h"
#include "io/descriptor.h"

namespace salvo::engine {
namespace {

// Who has a journal has all octets of its lock, but for that of the run which it has begun: so
// those who look know whose a run is that has not ended.
constexpr off_t kFirstRunOctet = off_t{1} << 32;

struct flock LockOf(short type, off_t start, off_t octets) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = octets;
  return lock;
}

struct flock LockOfAll() {
  return LockOf(F_WRLCK, 0, 0);
}

struct flock LockOfRun(short type, uint32_t run) {
  return LockOf(type, kFirstRunOctet + run, 1);
}

std::string FileName(uint32_t run, uint32_t shard) {
  return absl::StrFormat("run-%04d-shard-%02d.journal", run, shard);
}

// Tells what earlier runs received.
class ReceiptTeller final : public MatcherSink {
 public:
  explicit ReceiptTeller(const std::function<void(const Receipt&)>& tell) : tell_(tell) {}
  void OnReceipt(const Receipt& receipt) override {
    if (tell_) tell_(receipt);
  }
  // It was said in its own run.
  void OnIdsLearned(uint32_t /*account*/, IdChange /*change*/) override {}
  void OnUnknownSettled(const SettledByReceipt& /*settled*/) override {}

 private:
  const std::function<void(const Receipt&)>& tell_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<JournalDirectory>> JournalDirectory::Open(
    const JournalOptions& options) {
  std::unique_ptr<JournalDirectory> journal(new JournalDirectory(options));
  absl::Status status = journal->Lock();
  if (status.ok() && options.once_taken) options.once_taken();
  if (status.ok()) status = journal->Read();
  if (!status.ok()) return status;
  return journal;
}

JournalDirectory::~JournalDirectory() {
  if (lock_ >= 0) close(lock_);
}

absl::Status JournalDirectory::Lock() {
  constexpr mode_t kOwnerOnlyDirectory = 0700;
  constexpr mode_t kOwnerOnly = 0600;
  const std::string path = options_.directory + "/lock";
  if (!options_.read_only) {
    if (mkdir(options_.directory.c_str(), kOwnerOnlyDirectory) != 0 && errno != EEXIST) {
      return io::CannotDo("make the journal", options_.directory);
    }
  }
  lock_ = open(path.c_str(), O_CLOEXEC | (options_.read_only ? O_RDONLY : O_RDWR | O_CREAT),
               kOwnerOnly);
  if (lock_ < 0) return io::CannotDo("open", path);
  if (options_.read_only) return absl::OkStatus();
  const struct flock all = LockOfAll();
  if (fcntl(lock_, F_OFD_SETLK, &all) == 0) return absl::OkStatus();
  if (errno != EAGAIN && errno != EACCES) return io::CannotDo("lock", path);
  return absl::AlreadyExistsError(
      absl::StrFormat("the journal '%s' is in use by another process", options_.directory));
}

// Asks only: who looks is in nobody's way, for no moment.
absl::Status JournalDirectory::LookAtOwner(uint32_t run) {
  struct flock all = LockOfAll();
  struct flock of_run = LockOfRun(F_WRLCK, run);
  if (fcntl(lock_, F_OFD_GETLK, &all) != 0 || fcntl(lock_, F_OFD_GETLK, &of_run) != 0) {
    return io::CannotDo("look at", options_.directory + "/lock");
  }
  in_use_ = all.l_type != F_UNLCK;
  // It may have ended between the two.
  all = LockOfAll();
  if (fcntl(lock_, F_OFD_GETLK, &all) != 0) {
    return io::CannotDo("look at", options_.directory + "/lock");
  }
  last_run_is_under_way_ = all.l_type != F_UNLCK && of_run.l_type == F_UNLCK;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<JournalDirectory::RunFile>> JournalDirectory::FindFiles() const {
  std::vector<RunFile> files;
  std::error_code error;
  std::filesystem::directory_iterator entry(options_.directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    RunFile file;
    if (std::sscanf(name.c_str(), "run-%u-shard-%u.journal", &file.run, &file.shard) != 2) continue;
    if (name != FileName(file.run, file.shard)) continue;
    file.path = entry->path().string();
    files.push_back(std::move(file));
  }
  if (error) {
    return absl::UnavailableError(
        absl::StrFormat("cannot read the journal '%s': %s", options_.directory, error.message()));
  }
  std::sort(files.begin(), files.end(), [](const RunFile& a, const RunFile& b) {
    return std::tie(a.run, a.shard) < std::tie(b.run, b.shard);
  });
  return files;
}

// Of each run that the list knows.
absl::Status JournalDirectory::CheckThatAllAreThere(const std::vector<RunFile>& files) const {
  for (const RunList::Run& run : list_.runs()) {
    for (uint32_t shard = 0; shard < run.shards; ++shard) {
      const auto is_it = [&](const RunFile& file) {
        return file.run == run.number && file.shard == shard;
      };
      if (std::any_of(files.begin(), files.end(), is_it)) continue;
      return absl::DataLossError(absl::StrFormat(
          "the journal '%s' lacks its file '%s': what was sent cannot be told any more; restore it",
          options_.directory, FileName(run.number, shard)));
    }
  }
  return absl::OkStatus();
}

// A file is listed before anything is written to it. Its run may have begun since the list was
// read.
absl::Status JournalDirectory::CheckThatItIsListed(const RunFile& file) const {
  std::error_code error;
  if (list_.Has(file.run, file.shard) || std::filesystem::file_size(file.path, error) == 0) {
    return absl::OkStatus();
  }
  const auto list = RunList::Read(options_.directory);
  if (!list.ok()) return list.status();
  if (list->Has(file.run, file.shard)) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrFormat("the journal's list '%s/runs' lacks run %d: what was sent cannot be told any "
                      "more; restore it",
                      options_.directory, file.run));
}

absl::Status JournalDirectory::Read() {
  // Before the files: what it says of them is there by then.
  auto list = RunList::Read(options_.directory);
  if (!list.ok()) return list.status();
  list_ = *std::move(list);
  const auto files = FindFiles();
  if (!files.ok()) return files.status();
  absl::Status all = CheckThatAllAreThere(*files);
  if (!all.ok()) return all;
  if (options_.read_only) {
    // Before they are read: of a process that ends meanwhile, all of its last words are there.
    absl::Status looked = LookAtOwner(files->empty() ? 0 : files->back().run);
    if (!looked.ok()) return looked;
  }
  for (const RunFile& file : *files) {
    if (file.run != earlier_runs_) {
      rows_.EndRun();
      ended_in_order_ = true;
      earlier_runs_ = file.run;
    }
    const auto scan = ReadFile(
        file, [this](const JournalRecord& record, int64_t wall_ns) { Apply(record, wall_ns); });
    if (!scan.ok()) return scan.status();
    all = CheckThatItIsListed(file);
    if (!all.ok()) return all;
    ended_in_order_ = ended_in_order_ && scan->ended_in_order;
    if (scan->ended_in_order || !list_.HasEnded(file.run)) continue;
    return absl::DataLossError(
        absl::StrFormat("the journal '%s' lacks its end, which it had when its run was over: what "
                        "was sent cannot be told any more; restore the file",
                        file.path));
  }
  if (!last_run_is_under_way_) rows_.EndRun();
  const absl::Status status = ReadReceipts(*files);
  if (!status.ok()) return status;
  KeepReceiptsOfUnknown();
  return LearnWhenUnknownLeft(*files);
}

// A reference is the low octets of a key. Two messages that have the same may be to one number, and
// their receipts cannot be told apart here.
void JournalDirectory::KeepReceiptsOfUnknown() {
  absl::flat_hash_map<uint16_t, uint32_t> keys;
  for (const uint64_t key : rows_.Unknown()) {
    const RowProgress* progress = rows_.ProgressOf(key);
    if (progress == nullptr || progress->parts == 1) ++keys[static_cast<uint16_t>(key)];
  }
  if (keys.empty()) return;
  const auto adds_reference = [](const ReceiptOptions& options) { return options.reference; };
  if (options_.only_receipts &&
      std::any_of(options_.receipts.begin(), options_.receipts.end(), adds_reference)) {
    if (matcher_ == nullptr) matcher_ = std::make_unique<Matcher>(nullptr, options_.receipts);
    absl::flat_hash_set<uint16_t> references;
    for (const auto& [reference, count] : keys) references.insert(reference);
    matcher_->ExpectReferences(std::move(references));
  }
  if (matcher_ == nullptr) return;
  matcher_->ForEachParked([&](const InboundReceipt& receipt) {
    const Correlation& about = receipt.correlation;
    if (receipt.id.empty() || about.addresses == 0 || !about.reference) return;
    const auto found = keys.find(*about.reference);
    if (found == keys.end() || found->second > 1) return;
    const auto [kept, is_new] = receipts_of_unknown_.try_emplace(
        ReferenceKey(receipt.account, about),
        ReceiptId{std::string(receipt.id), receipt.received_at_ns});
    if (is_new) return;
    if (kept->second.id != receipt.id) kept->second.id.clear();
    kept->second.received_at_ns = std::max(kept->second.received_at_ns, receipt.received_at_ns);
  });
}

// A receipt that came before may be of another campaign that has the same references.
absl::Status JournalDirectory::LearnWhenUnknownLeft(const std::vector<RunFile>& files) {
  if (receipts_of_unknown_.empty()) return absl::OkStatus();
  for (const uint64_t key : rows_.Unknown()) unknown_since_.emplace(key, INT64_MAX);
  for (const RunFile& file : files) {
    const auto scan = ReadFile(file, [&](const JournalRecord& record, int64_t wall_ns) {
      if (record.kind != RecordKind::kIntent) return;
      const auto found = unknown_since_.find(record.key);
      if (found != unknown_since_.end()) found->second = std::min(found->second, wall_ns);
    });
    if (!scan.ok()) return scan.status();
  }
  return absl::OkStatus();
}

std::string_view JournalDirectory::ReceiptOfUnknown(uint32_t account,
                                                    const Correlation& correlation,
                                                    uint64_t key) const {
  const auto receipt = receipts_of_unknown_.find(ReferenceKey(account, correlation));
  const auto since = unknown_since_.find(key);
  const bool is_there = receipt != receipts_of_unknown_.end() && since != unknown_since_.end() &&
                        receipt->second.received_at_ns >= since->second;
  return is_there ? std::string_view(receipt->second.id) : std::string_view();
}

// Where memory has no room for all segments that wait, each pass is about a share of the messages.
absl::Status JournalDirectory::ReadReceipts(const std::vector<RunFile>& files) {
  if (matcher_ == nullptr) return absl::OkStatus();
  const uint64_t most = std::max<uint64_t>(options_.max_waiting_receipts, 1);
  const uint64_t passes = (std::max<uint64_t>(acceptances_, 1) + most - 1) / most;
  if (passes == 1) return MatchReceipts(files);
  MatcherCounts total;
  for (uint64_t pass = 0; pass < passes; ++pass) {
    matcher_ = std::make_unique<Matcher>(nullptr, options_.receipts);
    matcher_->SetPartial();
    for (const RunFile& file : files) {
      const auto scan = ReadFile(file, [&](const JournalRecord& record, int64_t wall_ns) {
        const bool is_of_pass = record.wants_receipt && Mix(record.key) % passes == pass;
        if (is_of_pass) matcher_->OnAccepted(AcceptanceOf(record), wall_ns);
      });
      if (!scan.ok()) return scan.status();
    }
    absl::Status status = MatchReceipts(files);
    if (!status.ok()) return status;
    total.waiting += receipt_counts_.waiting;
    total.delivered += receipt_counts_.delivered;
    total.undelivered += receipt_counts_.undelivered;
    total.without_id += receipt_counts_.without_id;
  }
  matcher_->AddElsewhere(total.waiting - receipt_counts_.waiting,
                         total.without_id - receipt_counts_.without_id);
  receipt_counts_ = total;
  return absl::OkStatus();
}

// They may stand before their messages' answers, in whatever file: so once more from the front. And
// how ids are written is known when all were looked at: so twice.
absl::Status JournalDirectory::MatchReceipts(const std::vector<RunFile>& files) {
  ReceiptTeller teller(options_.on_receipt);
  matcher_->SetSink(&teller);
  absl::Status status =
      ForEachReceipt(files, [this](const InboundReceipt& receipt) { matcher_->Vote(receipt); });
  if (!status.ok()) return status;
  matcher_->DecideByVotes();
  status = ForEachReceipt(files,
                          [this](const InboundReceipt& receipt) { matcher_->OnReceipt(receipt); });
  if (!status.ok()) return status;
  matcher_->EndOfEarlier();
  matcher_->SetSink(nullptr);
  receipt_counts_ = matcher_->counts();
  return absl::OkStatus();
}

absl::Status JournalDirectory::ForEachReceipt(
    const std::vector<RunFile>& files, const std::function<void(const InboundReceipt&)>& take) {
  if (receipts_ == 0) return absl::OkStatus();
  for (const RunFile& file : files) {
    const auto scan = ReadFile(file, [&](const JournalRecord& record, int64_t wall_ns) {
      if (record.kind == RecordKind::kReceipt) take(ReceiptOf(record, wall_ns));
    });
    if (!scan.ok()) return scan.status();
  }
  return absl::OkStatus();
}

absl::StatusOr<JournalScan> JournalDirectory::ReadFile(const RunFile& file,
                                                       const RecordVisitor& on_record) {
  const int fd = open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io::CannotDo("open", file.path);
  FileSource source(fd, file.path);
  const auto scan = ScanJournal(source, on_record);
  if (!scan.ok()) return scan;
  const JournalFileHeader& header = scan->header;
  if (scan->end > 0 && (header.epoch != file.run || header.shard != file.shard)) {
    return absl::DataLossError(absl::StrFormat(
        "'%s' is the file of run %d and shard %d of a journal, by what it says itself: put back "
        "what belongs under that name",
        file.path, header.epoch, header.shard));
  }
  switch (scan->verdict) {
    case JournalEnd::kClean:
    case JournalEnd::kTorn: {
      if (!MakesLast() || !made_to_last_.insert(file.path).second) return scan;
      const absl::Status made = MakeLast(file.path, scan->durable, scan->end);
      if (!made.ok()) return made;
      break;
    }
    case JournalEnd::kDamaged:
      return absl::DataLossError(absl::StrFormat(
          "the journal '%s' is damaged at octet %d, which had reached the disk: what was sent "
          "cannot be told any more; restore the file",
          file.path, scan->end));
    case JournalEnd::kForeign:
      return absl::DataLossError(
          absl::StrFormat("'%s' is not a journal of a version that this program reads", file.path));
  }
  return scan;
}

void JournalDirectory::Apply(const JournalRecord& record, int64_t wall_ns) {
  rows_.Apply(record, wall_ns);
  if (record.kind == RecordKind::kRejected) rejections_.try_emplace(record.key, record.status);
  const bool is_receipt = record.kind == RecordKind::kReceipt;
  receipts_ += is_receipt ? 1 : 0;
  if (is_receipt || record.wants_receipt) {
    if (matcher_ == nullptr) matcher_ = std::make_unique<Matcher>(nullptr, options_.receipts);
    acceptances_ += record.wants_receipt ? 1 : 0;
    const bool has_room = acceptances_ <= options_.max_waiting_receipts;
    if (record.wants_receipt && has_room) matcher_->OnAccepted(AcceptanceOf(record), wall_ns);
  }
  if (!options_.wants_details || record.kind == RecordKind::kEnd || is_receipt) return;
  if (options_.wants_details(record.key)) KeepDetail(record, wall_ns);
}

void JournalDirectory::KeepDetail(const JournalRecord& record, int64_t wall_ns) {
  Detail& detail = details_[record.key];
  detail.attempts = std::max(detail.attempts, record.attempt);
  if (record.kind == RecordKind::kIntent) {
    detail.billed = record.billed;
    if (detail.submitted_at_ns == 0) detail.submitted_at_ns = wall_ns;
    return;
  }
  if (record.kind == RecordKind::kUnsent || record.kind == RecordKind::kUnknown) return;
  detail.answered_at_ns = wall_ns;
  if (record.kind != RecordKind::kAccepted) return;
  detail.ids.resize(std::max<size_t>(detail.ids.size(), record.part + 1u));
  detail.ids[record.part] = record.message_id;
  detail.joined_ids.clear();
  for (const std::string& id : detail.ids) {
    if (id.empty()) continue;
    if (!detail.joined_ids.empty()) detail.joined_ids += ' ';
    detail.joined_ids += id;
  }
}

bool JournalDirectory::IsOpen(uint64_t key) const {
  switch (rows_.StateOf(key)) {
    case RowState::kOpen:
    case RowState::kBegun:
      return true;
    case RowState::kUnknown:
      return options_.on_unknown == OnUnknown::kResend;
    case RowState::kAccepted:
    case RowState::kRejected:
    case RowState::kUnderWay:
      break;
  }
  return false;
}

Outcome JournalDirectory::OutcomeOf(uint64_t key) const {
  Outcome outcome;
  outcome.key = key;
  outcome.earlier = true;
  const RowState state = rows_.StateOf(key);
  outcome.result = state == RowState::kAccepted   ? Result::kAccepted
                   : state == RowState::kRejected ? Result::kRejected
                                                  : Result::kUnknown;
  const auto rejection = rejections_.find(key);
  if (rejection != rejections_.end()) outcome.command_status = rejection->second;
  const auto found = details_.find(key);
  if (found == details_.end()) return outcome;
  const Detail& detail = found->second;
  outcome.segments = detail.billed;
  outcome.attempts = detail.attempts;
  outcome.message_ids = detail.joined_ids;
  outcome.submitted_at_ns = detail.submitted_at_ns;
  outcome.answered_at_ns = detail.answered_at_ns;
  return outcome;
}

absl::StatusOr<std::unique_ptr<KeptBatch>> JournalDirectory::NextUnsettled() {
  if (kept_ == nullptr) {
    kept_ = std::make_unique<MessageSpoolReader>(options_.directory, earlier_runs_, MakesLast(),
                                                 [this](uint64_t key) { return IsOpen(key); });
  }
  auto next = kept_->Next();
  if (next.ok() && *next != nullptr) (*next)->set_kept_in(this);
  return next;
}

// The journal knows an account by its index.
absl::Status JournalDirectory::CheckAccounts(const std::vector<std::string>& accounts) const {
  const std::vector<std::string>& before = list_.accounts();
  const JournalRows::Counts counts = rows_.Count();
  const bool knows_any = counts.begun + counts.unknown + receipt_counts_.waiting +
                             receipt_counts_.delivered + receipt_counts_.undelivered >
                         0;
  const bool begins_so = before.size() <= accounts.size() &&
                         std::equal(before.begin(), before.end(), accounts.begin());
  if (begins_so || !knows_any) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "the accounts were %s and are %s now, but the journal '%s' knows by their order what was "
      "begun over them and whose receipts came: name them as before, and new ones behind those",
      absl::StrJoin(before, ", "), absl::StrJoin(accounts, ", "), options_.directory));
}

absl::StatusOr<std::vector<std::string>> JournalDirectory::BeginRun(
    uint32_t shards, const std::vector<std::string>& accounts) {
  if (options_.read_only) {
    return absl::FailedPreconditionError(
        absl::StrFormat("the journal '%s' was opened only to be read", options_.directory));
  }
  if (std::exchange(begun_, true)) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the journal '%s' was given to an engine before: open it anew", options_.directory));
  }
  absl::Status status = CheckAccounts(accounts);
  if (!status.ok()) return status;
  // Before there is anything of the run: whoever finds some knows whose it is.
  const struct flock of_run = LockOfRun(F_UNLCK, run());
  if (fcntl(lock_, F_OFD_SETLK, &of_run) != 0) {
    return io::CannotDo("unlock a part of", options_.directory + "/lock");
  }
  std::vector<std::string> paths;
  for (uint32_t shard = 0; shard < shards; ++shard) {
    paths.push_back(options_.directory + "/" + FileName(run(), shard));
    const io::Descriptor file(
        open(paths.back().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.get() < 0) return io::CannotDo("make", paths.back());
  }
  if (options_.keep_messages) {
    auto spool = MessageSpool::Create(MessageSpoolPath(options_.directory, run()), run(),
                                      /*durable=*/options_.sync == Sync::kPower);
    if (!spool.ok()) return spool.status();
    spool_ = *std::move(spool);
  }
  // What the list says is there by then.
  status = io::SyncDirectory(options_.directory);
  if (status.ok()) status = RunList::AddRun(options_.directory, {run(), shards}, accounts);
  if (status.ok()) status = io::SyncDirectory(options_.directory);
  // The folder of a journal may be one that its owner cannot read; who wants no more than that the
  // process may die does without.
  const bool outlasts_power = options_.sync == Sync::kPower;
  if (status.ok() && outlasts_power) status = io::SyncDirectory(options_.directory + "/..");
  if (!status.ok()) return status;
  return paths;
}

}  // namespace salvo::engine
