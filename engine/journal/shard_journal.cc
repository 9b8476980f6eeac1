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
  std::unique_ptr<ShardJournal> journal(new ShardJournal(std::move(file), options));
  journal->KeepRoom();
  if (!journal->has_room_) return journal->room_status_;
  return journal;
}

ShardJournal::ShardJournal(std::unique_ptr<io::File> file, const Options& options)
    : file_(std::move(file)), options_(options) {}

void ShardJournal::Add(const JournalRecord& record, int64_t wall_ns) {
  if (writer_.full()) status_.Update(Write(wall_ns));
  if (status_.ok()) writer_.Add(record);
}

absl::Status ShardJournal::Write(int64_t wall_ns) {
  BatchHeader header;
  header.epoch = options_.epoch;
  header.offset = file_->appended();
  header.durable = durable_;
  header.wall_ns = wall_ns;
  absl::Status status = file_->Append(writer_.Finish(header));
  writer_.Clear();
  ++batches_;
  return status;
}

absl::Status ShardJournal::Commit(int64_t wall_ns, io::Nanos now) {
  if (!status_.ok() || writer_.empty()) return status_;
  status_.Update(Write(wall_ns));
  if (!status_.ok()) return status_;
  KeepRoom();
  if (!syncing_ && now - synced_at_ >= kSyncInterval) {
    synced_at_ = now;
    Sync([](const absl::Status&) {});
  }
  return status_;
}

void ShardJournal::KeepRoom() {
  if (!has_room_ || reserved_ >= file_->appended() + options_.reserve) return;
  constexpr uint64_t kStep = 16;
  for (const uint64_t ahead : {kStep * options_.reserve, options_.reserve}) {
    room_status_ = file_->Reserve(ahead);
    if (!room_status_.ok()) continue;
    reserved_ = file_->appended() + ahead;
    return;
  }
  has_room_ = false;
}

void ShardJournal::Sync(std::function<void(absl::Status)> done) {
  syncing_ = true;
  const uint64_t octets = file_->appended();
  file_->Sync([this, octets, done = std::move(done)](const absl::Status& status) {
    syncing_ = false;
    status_.Update(status);
    if (status.ok()) durable_ = std::max(durable_, octets);
    done(status);
  });
}

void ShardJournal::End(int64_t wall_ns, std::function<void(absl::Status)> done) {
  JournalRecord end;
  end.kind = RecordKind::kEnd;
  Add(end, wall_ns);
  if (status_.ok()) status_.Update(Write(wall_ns));
  Sync(std::move(done));
}

}  // namespace salvo::engine
