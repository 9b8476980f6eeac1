// The thread of one log. It has a low priority: on a machine that is busy with sending, the
// log gets what is left, and where that is not enough, no more than a part of it. Looks into the
// rings some fifty times a second, so that no shard ever has to wake it.
#pragma once

#include <chrono>
#include <memory>
#include <thread>

#include "engine/log/log_writer.h"

namespace salvo::engine {

class LogThread {
 public:
  explicit LogThread(std::shared_ptr<LogWriter> writer);
  // As Stop without time, unless it was stopped.
  ~LogThread();
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

  // Has it write all there is and end, in its own time. REQUIRES: no shard puts anything in any
  // more.
  void AskToEnd();
  // Waits for that; false when it had not ended by then: the file hangs, and what was left is lost.
  // A thread that does not come back from it is forgotten. Once.
  bool Stop(std::chrono::steady_clock::time_point deadline);

 private:
  struct Shared;

  std::shared_ptr<LogWriter> writer_;
  std::shared_ptr<Shared> shared_;  // the thread may be there longer than this object
  std::thread thread_;
};

}  // namespace salvo::engine
