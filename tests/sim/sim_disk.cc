#include "tests/sim/sim_disk.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>

#include "tests/sim/sim_loop.h"

namespace salvo::test {
namespace {

constexpr uint64_t kSector = 512;
// Of real files that nobody has written since.
constexpr std::filesystem::file_time_type kLongAgo{std::chrono::hours(24)};

absl::Status Failed(int error_number) { return absl::ErrnoToStatus(error_number, "simulated"); }

}  // namespace

class SimFile final : public io::File {
 public:
  SimFile(SimDisk& disk, SimLoop& loop, SimDisk::State& state)
      : disk_(disk), loop_(loop), process_(disk.process_), state_(state) {}

  absl::Status Append(std::span<const uint8_t> octets) override {
    const SimDisk::Verdict verdict = disk_.JudgeAppend(process_, octets.size());
    state_.contents->append(reinterpret_cast<const char*>(octets.data()), verdict.octets);
    state_.real_is_stale = state_.real_is_stale || verdict.octets > 0;
    if (verdict.error_number != 0) return Failed(verdict.error_number);
    appended_ += octets.size();
    state_.whole = state_.contents->size();
    return absl::OkStatus();
  }

  absl::Status Reserve(uint64_t /*octets*/) override {
    const int error_number = disk_.JudgeReserve(process_);
    return error_number == 0 ? absl::OkStatus() : Failed(error_number);
  }

  void Sync(std::function<void(absl::Status)> done) override {
    disk_.Sync(loop_, process_, state_, std::move(done));
  }

  uint64_t appended() const override { return appended_; }

 private:
  SimDisk& disk_;
  SimLoop& loop_;
  const uint64_t process_;
  SimDisk::State& state_;
  uint64_t appended_ = 0;
};

std::unique_ptr<io::File> SimDisk::Open(SimLoop& loop, const std::string& path) {
  return std::make_unique<SimFile>(*this, loop, files_[path]);
}

std::map<std::string, SimDisk::State> SimDisk::Copy() const {
  std::map<std::string, State> copy = files_;
  for (auto& [path, file] : copy) file.contents = std::make_shared<std::string>(*file.contents);
  return copy;
}

void SimDisk::WriteRealFiles() {
  for (auto& [path, file] : files_) {
    if (std::exchange(file.real_is_stale, false)) {
      std::ofstream real(path, std::ios::binary | std::ios::trunc);
      real.write(file.contents->data(), static_cast<std::streamsize>(file.contents->size()));
    }
    if (std::filesystem::exists(path)) std::filesystem::last_write_time(path, kLongAgo);
  }
}

void SimDisk::SyncRealFiles() {
  for (auto& [path, file] : files_) {
    const bool is_real = std::filesystem::exists(path);
    if (is_real && std::filesystem::last_write_time(path) != kLongAgo) file.drops_writes = false;
    if (!file.drops_writes) file.synced = file.contents->size();
  }
}

void SimDisk::FailAppends(uint32_t count, int error_number, FaultKind kind) {
  appends_to_fail_ = count;
  append_error_ = error_number;
  append_fault_ = kind;
}

void SimDisk::CrashAt(uint64_t n, std::function<void()> crash) {
  crash_at_ = operations_ + n;
  crash_ = std::move(crash);
}

void SimDisk::Heal() {
  appends_to_fail_ = 0;
  reserves_to_fail_ = 0;
  syncs_to_fail_ = 0;
  sync_time_ = 0;
  crash_at_ = 0;
}

void SimDisk::HurrySyncs(bool hurry) {
  hurries_ = hurry;
  for (const auto& [number, finish] : std::exchange(syncs_, {})) finish();
}

Nanos SimDisk::SyncTime() {
  if (hurries_) return 0;
  if (sync_time_ > 0) {
    Hit(FaultKind::kSlowSync);
    return sync_time_;
  }
  if (options_.most_sync == 0) return 0;
  const auto span = static_cast<uint64_t>(options_.most_sync - options_.least_sync);
  return options_.least_sync + static_cast<Nanos>(world_.Below(span + 1));
}

bool SimDisk::BeginOperation(uint64_t process, bool* crashes) {
  *crashes = false;
  if (process != process_ || crashed_) return false;
  ++operations_;
  if (operations_ != crash_at_) return true;
  *crashes = true;
  crashed_ = true;
  Hit(FaultKind::kCrashInFileOperation);
  crash_();
  return true;
}

SimDisk::Verdict SimDisk::JudgeAppend(uint64_t process, size_t octets) {
  bool crashes = false;
  if (!BeginOperation(process, &crashes)) return {0, EIO};
  if (crashes) {
    const uint64_t how = world_.Below(3);
    return {how == 0 ? 0 : how == 1 ? world_.Below(octets + 1) : octets, EIO};
  }
  if (loses_appends_) return {0, 0};
  if (appends_to_fail_ == 0) return {octets, 0};
  --appends_to_fail_;
  Hit(append_fault_);
  const bool writes_some = append_fault_ == FaultKind::kAppendShort;
  return {writes_some ? world_.Below(octets) : 0, append_error_};
}

int SimDisk::JudgeReserve(uint64_t process) {
  bool crashes = false;
  if (!BeginOperation(process, &crashes) || crashes) return EIO;
  if (reserves_to_fail_ == 0) return 0;
  --reserves_to_fail_;
  Hit(FaultKind::kReserveRefused);
  return ENOSPC;
}

void SimDisk::Sync(SimLoop& loop, uint64_t process, State& file,
                   std::function<void(absl::Status)> done) {
  bool crashes = false;
  if (!BeginOperation(process, &crashes)) {
    return loop.Post([done = std::move(done)] { done(Failed(EIO)); });
  }
  const uint64_t octets = file.contents->size();
  if (crashes) {
    if (world_.Chance(0.5) && !file.drops_writes) file.synced = std::max(file.synced, octets);
    return loop.Post([done = std::move(done)] { done(Failed(EIO)); });
  }
  if (syncs_to_fail_ > 0) {
    --syncs_to_fail_;
    Hit(FaultKind::kSyncFailsOnce);
    file.drops_writes = true;
    return loop.Post([done = std::move(done)] { done(Failed(EIO)); });
  }
  const auto finish = [this, &loop, &file, octets, whole = file.whole, process,
                       done = std::move(done)] {
    if (process != process_) return;
    if (!file.drops_writes) {
      file.synced = std::max(file.synced, octets);
      file.acknowledged = std::max(file.acknowledged, whole);
    }
    loop.Post([done] { done(absl::OkStatus()); });
  };
  const Nanos takes = SyncTime();
  if (takes == 0) return finish();
  syncs_[++last_sync_] = finish;
  world_.At(world_.now() + takes, [this, number = last_sync_] {
    // Unless it was hurried.
    if (const auto sync = syncs_.extract(number)) sync.mapped()();
  });
}

void SimDisk::LosePower() {
  EndProcess();
  for (auto& [path, file] : files_) LoseUnsynced(file);
}

void SimDisk::LoseUnsynced(State& file) {
  std::string& octets = *file.contents;
  const uint64_t written = octets.size();
  if (written == file.synced) return;
  file.real_is_stale = true;
  const uint64_t how = world_.Below(4);
  if (how == 0) return;  // all of it had been written back meanwhile
  // Of the new size as much as the file system had brought to the inode.
  octets.resize(how == 1 ? file.synced : file.synced + world_.Below(written - file.synced + 1));
  uint64_t at = file.synced;
  while (at < octets.size()) {
    const uint64_t end = std::min<uint64_t>(octets.size(), (at / kSector + 1) * kSector);
    const uint64_t fate = world_.Below(3);  // written, not written, torn
    const uint64_t kept = fate == 0 ? end - at : fate == 1 ? 0 : world_.Below(end - at);
    std::fill(octets.begin() + static_cast<std::ptrdiff_t>(at + kept),
              octets.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    at = end;
  }
}

}  // namespace salvo::test
