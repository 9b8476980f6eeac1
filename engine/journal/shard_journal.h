// The journal of one shard in one run: takes its records and brings them to the disk in batches,
// one a turn.
//
// At the level `process` a batch survives the process as soon as Commit returns; the disk follows
// about once a second, so that damage can be told from a torn tail. At the level `power` it counts
// when it is on the disk: syncs follow one another, one at a time, and each covers all that was
// written before it began. They are numbered from 1. All belongs to the shard's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "engine/journal/batch.h"
#include "io/clock.h"
#include "io/file.h"
#include "salvo/journal.h"

namespace salvo::engine {

class ShardJournal {
 public:
  struct Options {
    uint32_t epoch = 1;
    uint32_t shard = 0;
    // Octets kept free on the disk ahead of what is written, so that the results of what is under
    // way can always be told: at least what those take.
    uint64_t reserve = 1 << 20;
    Sync sync = Sync::kProcess;
    io::Clock* clock = nullptr;  // to measure syncs with; not owned
  };

  struct Counts {
    uint64_t batches = 0;
    uint64_t octets = 0;  // of the file
    uint64_t syncs = 0;
    io::Nanos sync_time = 0;  // of all syncs together
    io::Nanos longest_sync = 0;
  };

  // Writes the file header. `file` is new and empty.
  static absl::StatusOr<std::unique_ptr<ShardJournal>> Start(std::unique_ptr<io::File> file,
                                                             const Options& options);

  // What goes into the next batch. A long batch is written before its turn.
  void Add(const JournalRecord& record, int64_t wall_ns) {
    if (MakeRoom(wall_ns)) [[likely]]
      writer_.Add(record);
  }
  // Of a message of one part: its first intent, and its acceptance when no receipt is wanted.
  // REQUIRES: message_id.size() <= kLongestJournalledId.
  void AddIntent(uint64_t key, uint32_t account, uint16_t billed, int64_t wall_ns) {
    if (MakeRoom(wall_ns)) [[likely]]
      writer_.AddIntent(key, account, billed);
  }
  void AddAccepted(uint64_t key, std::string_view message_id, int64_t wall_ns) {
    if (MakeRoom(wall_ns)) [[likely]]
      writer_.AddAccepted(key, message_id);
  }

  // Writes what was added. `now`: of the loop. After an error, which is final, nothing that was
  // added since the last Commit may be acted upon: no octet may leave, no result be shown.
  absl::Status Commit(int64_t wall_ns, io::Nanos now);

  // The sync after which all that was added counts; 0 when nothing is waited for.
  uint64_t covering_sync() const;
  // The last sync that is done.
  uint64_t synced() const { return counts_.syncs; }
  // How long a sync may be expected to take.
  io::Nanos sync_time() const { return expected_sync_; }
  bool waits_for_disk() const { return options_.sync == Sync::kPower; }

  // Says that the run ended in order, and syncs. `done` is called in a later turn of the loop.
  void End(int64_t wall_ns, std::function<void(absl::Status)> done);

  // False when the disk has no room for more intents. What is under way can still be settled: room
  // for that is kept.
  bool has_room() const { return has_room_; }
  // Why there is none.
  const absl::Status& room_status() const { return room_status_; }
  // The first error; OK while there is none.
  const absl::Status& status() const { return status_; }

  Counts counts() const;

 private:
  static constexpr io::Nanos kSyncInterval = io::kNanosPerSecond;

  ShardJournal(std::unique_ptr<io::File> file, const Options& options);
  absl::Status Write(int64_t wall_ns);
  // For one more record; false after an error.
  bool MakeRoom(int64_t wall_ns) {
    if (writer_.full()) [[unlikely]]
      status_.Update(Write(wall_ns));
    return status_.ok();
  }
  void KeepRoom();
  // So many octets behind what is written; false when the disk has no room for them.
  bool Reserve(uint64_t ahead);
  void SyncWhenDue(io::Nanos now);
  void BeginSync(std::function<void(absl::Status)> done);
  void OnSynced(uint64_t octets, io::Nanos began, const absl::Status& status);

  std::unique_ptr<io::File> file_;
  const Options options_;
  BatchWriter writer_;
  uint64_t durable_ = 0;   // octets that are on the disk
  uint64_t asked_ = 0;     // octets that a sync was asked for
  uint64_t reserved_ = 0;  // octets of the file that will find room
  uint64_t asked_syncs_ = 0;
  Counts counts_;
  io::Nanos asked_at_ = 0;  // when the last sync was asked for
  io::Nanos expected_sync_ = 0;
  bool has_room_ = true;
  absl::Status room_status_;
  absl::Status status_;
};

}  // namespace salvo::engine
