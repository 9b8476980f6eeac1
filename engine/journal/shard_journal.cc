#include "engine/journal/shard_journal.h"

#include <algorithm>
#include <utility>

namespace salvo::engine {

absl::StatusOr<std::unique_ptr<ShardJournal>> ShardJournal::Start(std::unique_ptr<io::File> file,
                                                                  const Options& options) {
  const std::vector<uint8_t> header =
      EncodeFileHeader({kJournalVersion, options.epoch, options.shard});
  absl::Status status = file->Append(header);
  if (!status.ok()) return status;
  if (options.sync == Sync::kPower) file->ExpectSyncs();
  std::unique_ptr<ShardJournal> journal(new ShardJournal(std::move(file), options));
  // No more than is needed: the other shards want theirs, too.
  if (!journal->Reserve(options.reserve)) return journal->room_status_;
  return journal;
}

ShardJournal::ShardJournal(std::unique_ptr<io::File> file, const Options& options)
    : file_(std::move(file)), options_(options) {}

absl::Status ShardJournal::Write(int64_t wall_ns) {
  BatchHeader header;
  header.epoch = options_.epoch;
  header.offset = file_->appended();
  header.durable = durable_;
  header.wall_ns = wall_ns;
  absl::Status status = file_->Append(writer_.Finish(header));
  writer_.Clear();
  ++counts_.batches;
  return status;
}

absl::Status ShardJournal::Commit(int64_t wall_ns, io::Nanos now) {
  if (status_.ok() && !writer_.empty()) {
    status_.Update(Write(wall_ns));
    if (status_.ok()) KeepRoom();
  }
  if (status_.ok()) SyncWhenDue(now);
  return status_;
}

void ShardJournal::SyncWhenDue(io::Nanos now) {
  if (asked_syncs_ > counts_.syncs || file_->appended() == asked_) return;
  if (!waits_for_disk() && now - asked_at_ < kSyncInterval) return;
  asked_at_ = now;
  BeginSync([](const absl::Status&) {});
}

uint64_t ShardJournal::covering_sync() const {
  if (!waits_for_disk()) return 0;
  const bool all_asked = writer_.empty() && file_->appended() == asked_;
  return all_asked ? asked_syncs_ : asked_syncs_ + 1;
}

void ShardJournal::KeepRoom() {
  if (!has_room_ || reserved_ >= file_->appended() + options_.reserve) return;
  // Larger ones would stall the shard: the file system has work with each page.
  constexpr uint64_t kStep = 4;
  has_room_ = Reserve(kStep * options_.reserve) || Reserve(options_.reserve);
}

bool ShardJournal::Reserve(uint64_t ahead) {
  room_status_ = file_->Reserve(ahead);
  if (room_status_.ok()) reserved_ = file_->appended() + ahead;
  return room_status_.ok();
}

void ShardJournal::BeginSync(std::function<void(absl::Status)> done) {
  ++asked_syncs_;
  asked_ = file_->appended();
  const io::Nanos began = options_.clock == nullptr ? 0 : options_.clock->Monotonic();
  file_->Sync([this, octets = asked_, began, done = std::move(done)](const absl::Status& status) {
    OnSynced(octets, began, status);
    done(status);
  });
}

void ShardJournal::OnSynced(uint64_t octets, io::Nanos began, const absl::Status& status) {
  status_.Update(status);
  if (!status.ok()) return;
  ++counts_.syncs;
  durable_ = std::max(durable_, octets);
  if (options_.clock == nullptr) return;
  const io::Nanos took = options_.clock->Monotonic() - began;
  counts_.sync_time += took;
  counts_.longest_sync = std::max(counts_.longest_sync, took);
  // Slower is believed at once, faster by and by.
  constexpr io::Nanos kWeight = 8;
  expected_sync_ = std::max(took, expected_sync_ + (took - expected_sync_) / kWeight);
}

ShardJournal::Counts ShardJournal::counts() const {
  Counts counts = counts_;
  counts.octets = file_->appended();
  return counts;
}

void ShardJournal::End(int64_t wall_ns, std::function<void(absl::Status)> done) {
  if (status_.ok() && !writer_.empty()) status_.Update(Write(wall_ns));
  // The end says of all before it that it is durable, and so damage is told from a torn tail.
  BeginSync([this, wall_ns, done = std::move(done)](const absl::Status& status) mutable {
    if (!status.ok()) return done(status);
    JournalRecord end;
    end.kind = RecordKind::kEnd;
    Add(end, wall_ns);
    if (status_.ok()) status_.Update(Write(wall_ns));
    BeginSync(std::move(done));
  });
}

}  // namespace salvo::engine
