// The logs of an engine: one of connections, one of PDUs, either or both. Shards get a BindLog for
// each of their binds and know nothing else of them.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/log/bind_log.h"
#include "engine/log/log_thread.h"
#include "engine/log/log_writer.h"
#include "engine/log/sampler.h"
#include "salvo/log.h"

namespace salvo::engine {

class Logs {
 public:
  // Opens the files; nullptr when none is asked for. `on_failure` is called by the threads of the
  // logs. `clock` is not owned and must live as long as the process, or else until the logs were
  // stopped in time.
  static absl::StatusOr<std::unique_ptr<Logs>> Open(const LogOptions& options, uint32_t shards,
                                                    io::Clock& clock,
                                                    LogWriter::OnFailure on_failure);

  // Valid as long as the logs are. `instance`: "0". Thread-safe, and so Reopen and stats.
  BindLog* AddBind(uint32_t shard, std::string_view account, std::string_view instance,
                   uint32_t window, io::Loop& loop);
  // Opens the files anew, under the names that they have: another program may have renamed them.
  void Reopen();
  LogStats stats() const;

  // Starts the threads.
  void Start();
  // Writes what there is on the caller's thread: for whoever does without Start.
  void RunOnce();
  // Writes all there is and ends, the first time; takes at most that long, and a little more. What
  // could not be written is told to `on_failure`. REQUIRES: no shard runs any more.
  void Stop(std::chrono::milliseconds at_most);

 private:
  struct Log {
    std::string path;
    std::shared_ptr<LogWriter> writer;  // nullptr: there is no such log
    std::unique_ptr<LogThread> thread;
  };

  Logs(const LogOptions& options, uint32_t shards, LogWriter::OnFailure on_failure);

  LogWriter::OnFailure on_failure_;
  Log connector_;
  Log pdus_;
  bool stopped_ = false;
  std::deque<Sampler> samplers_;  // one a shard
  std::mutex mutex_;              // guards the next one
  std::deque<BindLog> binds_;
};

}  // namespace salvo::engine
