// One log: takes from the rings of all shards what is to be written, in the order of its time,
// makes lines of it and appends them to the file. When the file fails it says so once, goes on to
// empty the rings, counts what is lost, and tries the file again each second: the first line then
// says how much that was.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/log/lines.h"
#include "engine/log/log_file.h"
#include "engine/log/log_ring.h"
#include "engine/log/logged_bind.h"
#include "io/clock.h"
#include "salvo/log.h"

namespace salvo::engine {

class LogWriter {
 public:
  struct Options {
    std::string name;  // "PDU log", for people
    LogFile::Options file;
    uint32_t shards = 1;
    size_t ring_octets = 0;  // of each shard
  };
  // Called by the log's thread, with one sentence.
  using OnFailure = std::function<void(const std::string& sentence)>;

  // Opens the file. `clock` is not owned.
  static absl::StatusOr<std::shared_ptr<LogWriter>> Open(const Options& options,
                                                         std::unique_ptr<Lines> lines,
                                                         io::Clock& clock, OnFailure on_failure);
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // The shard's side. Valid as long as the writer is.
  LogRing& ring(uint32_t shard) { return *rings_[shard]; }

  // Thread-safe, and so all up to RunOnce. Makes place for a bind; its number goes into records.
  LoggedBind* AddBind(std::string_view account, std::string_view instance, uint32_t* number);
  // The file is to be reopened.
  void AskToReopen() { reopens_.store(true); }
  // Nobody waits for the writer any more: it ends soon, if the file lets it, and reports nothing.
  void GiveUp();
  LogStats stats() const;

  // The log's thread, and so Finish. Writes some of what there is; false when there was nothing.
  bool RunOnce();
  // Whether the last RunOnce found that shards had dropped something since the one before it.
  bool is_behind() const { return is_behind_; }
  // Writes what there is, and how much that was in all.
  void Finish();

 private:
  LogWriter(const Options& options, std::unique_ptr<Lines> lines, io::Clock& clock,
            OnFailure on_failure);

  bool Take();
  void Add(std::span<const uint8_t> piece);
  void AddDropped();
  void AppendText();
  void Settle(bool appended);
  void MindReopening();
  void Reopen();
  void Fail(const absl::Status& status);

  const std::string name_;
  const LogFile::Options file_options_;
  std::unique_ptr<Lines> lines_;
  io::Clock& clock_;
  std::vector<std::unique_ptr<LogRing>> rings_;
  std::unique_ptr<LogFile> file_;
  bool is_behind_ = false;
  bool failed_ = false;
  bool failure_told_ = false;  // and nothing was written since
  io::Nanos retry_at_ = 0;
  std::string text_;                                     // lines that are not in the file yet
  std::vector<std::pair<LogRing*, int64_t>> has_front_;  // rings with something, and its time

  mutable std::mutex binds_mutex_;
  std::deque<LoggedBind> binds_;
  std::mutex failure_mutex_;
  OnFailure on_failure_;
  std::atomic<bool> gives_up_ = false;
  std::atomic<bool> reopens_ = false;
};

}  // namespace salvo::engine
