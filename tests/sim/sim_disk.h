// The disk of a simulated machine: files that remember what has reached the platter, operations
// that fail when they are told to, and a process that ends in the middle of one.
//
// A process that dies leaves its page cache behind. A machine that loses power keeps of each file
// what was synced, and of the sectors written since any number, whole or torn. After a failed sync
// the kernel takes the pages for clean: later syncs succeed, and what failed never gets there.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "io/file.h"
#include "tests/sim/faults.h"
#include "tests/sim/sim_world.h"

namespace salvo::test {

class SimLoop;

// What a SimFile was given, kept by the test when the file is gone.
using SimFileContents = std::shared_ptr<std::string>;

// How it behaves when nothing is wrong.
struct DiskOptions {
  Nanos least_sync = 0;  // that a sync takes
  Nanos most_sync = 0;
};

class SimDisk {
 public:
  // `tally` may be nullptr. World and tally are not owned.
  SimDisk(SimWorld& world, const DiskOptions& options, Tally* tally)
      : world_(world), options_(options), tally_(tally) {}

  struct State {
    SimFileContents contents = std::make_shared<std::string>();
    uint64_t synced = 0;         // octets that will survive
    uint64_t whole = 0;          // octets up to the last append that succeeded
    uint64_t acknowledged = 0;   // octets of which its own syncs said so
    bool drops_writes = false;   // a sync failed: nothing more reaches the platter
    bool real_is_stale = false;  // the file in the real directory does not have all of it
  };

  std::unique_ptr<io::File> Open(SimLoop& loop, const std::string& path);
  SimFileContents contents(const std::string& path) { return files_[path].contents; }
  std::map<std::string, State>& files() { return files_; }
  // The same with contents of their own.
  std::map<std::string, State> Copy() const;
  // Makes the real files of these paths what they are here, for whoever reads real files.
  void WriteRealFiles();
  // The product has read these real files and synced them. What failed to be synced before reaches
  // the platter when it was written once more, too.
  void SyncRealFiles();

  // The next so many operations of that kind fail.
  void FailAppends(uint32_t count, int error_number, FaultKind kind);
  void FailReserves(uint32_t count) { reserves_to_fail_ = count; }
  void FailSyncs(uint32_t count) { syncs_to_fail_ = count; }
  void SlowSyncs(Nanos time) { sync_time_ = time; }
  // A bug for the model to find: what is appended goes nowhere, and nobody is told.
  void LoseAppendsSilently() { loses_appends_ = true; }
  // `crash` is called within the n-th operation from now, which may have been done, half or not at
  // all; then the process can do nothing more with its files.
  void CrashAt(uint64_t n, std::function<void()> crash);
  // Nothing fails any more.
  void Heal();
  uint64_t operations() const { return operations_; }
  // While that is wanted a sync, also one that is under way, is done by the next turn.
  void HurrySyncs(bool hurry);

  // The process that had files open is gone.
  void EndProcess() { ++process_, crashed_ = false; }
  void LosePower();

 private:
  friend class SimFile;

  // How many of the octets are written, and whether the caller is told so.
  struct Verdict {
    size_t octets = 0;
    int error_number = 0;
  };
  // False when the process is gone.
  bool BeginOperation(uint64_t process, bool* crashes);
  Verdict JudgeAppend(uint64_t process, size_t octets);
  int JudgeReserve(uint64_t process);
  void Sync(SimLoop& loop, uint64_t process, State& file, std::function<void(absl::Status)> done);
  void Hit(FaultKind kind) {
    if (tally_ != nullptr) tally_->Hit(kind);
  }
  Nanos SyncTime();
  void LoseUnsynced(State& file);

  SimWorld& world_;
  const DiskOptions options_;
  Tally* const tally_;
  std::map<std::string, State> files_;
  uint64_t process_ = 0;  // whoever opened a file before is gone
  bool crashed_ = false;
  uint64_t operations_ = 0;
  uint64_t crash_at_ = 0;  // 0: never
  std::function<void()> crash_;
  uint32_t appends_to_fail_ = 0;
  int append_error_ = 0;
  FaultKind append_fault_ = FaultKind::kAppendFailsOnce;
  uint32_t reserves_to_fail_ = 0;
  bool loses_appends_ = false;
  uint32_t syncs_to_fail_ = 0;
  Nanos sync_time_ = 0;  // of slow ones; 0: they are not
  bool hurries_ = false;
  uint64_t last_sync_ = 0;
  std::map<uint64_t, std::function<void()>> syncs_;  // under way
};

}  // namespace salvo::test
