#include "engine/log/log_thread.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <ctime>
#include <mutex>
#include <utility>

#include "engine/log/log_rest.h"
#include "io/thread_name.h"

namespace salvo::engine {
namespace {

constexpr auto kLookInterval = std::chrono::milliseconds(20);
// Sending goes first; lower still, a few lines could wait for seconds on a busy machine.
constexpr int kLowPriority = 10;
// For a thread that was told to give up to be seen to have ended.
constexpr auto kGraceTime = std::chrono::milliseconds(100);

io::Nanos Read(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return t.tv_sec * io::kNanosPerSecond + t.tv_nsec;
}

// The host's signals are for the host's threads, and a pipe without a reader is an error of write.
void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

struct LogThread::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  bool ended = false;

  // Writes all there is, but rests where it should. REQUIRES: `lock` is held; it is let go
  // meanwhile.
  void Work(LogWriter& writer, std::unique_lock<std::mutex>& lock) {
    for (bool any = true; any && !stopping;) {
      lock.unlock();
      const io::Nanos began = Read(CLOCK_MONOTONIC);
      const io::Nanos had = Read(CLOCK_THREAD_CPUTIME_ID);
      any = writer.RunOnce();
      const io::Nanos rest = RestAfterWork(Read(CLOCK_MONOTONIC) - began,
                                           Read(CLOCK_THREAD_CPUTIME_ID) - had, writer.is_behind());
      lock.lock();
      if (rest > 0) WaitFor(lock, std::chrono::nanoseconds(rest));
    }
  }

  void WaitFor(std::unique_lock<std::mutex>& lock, std::chrono::nanoseconds at_most) {
    changed.wait_for(lock, at_most, [this] { return stopping; });
  }

  void Run(LogWriter& writer) {
    io::NameThread("salvo-log");
    BlockSignals();
    // On Linux a thread has a priority of its own. A refusal is of no consequence but speed.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLowPriority);
    std::unique_lock lock(mutex);
    while (!stopping) {
      Work(writer, lock);
      WaitFor(lock, kLookInterval);
    }
    lock.unlock();
    writer.Finish();
    lock.lock();
    ended = true;
    changed.notify_all();
  }
};

LogThread::LogThread(std::shared_ptr<LogWriter> writer)
    : writer_(std::move(writer)),
      shared_(std::make_shared<Shared>()),
      thread_([shared = shared_, writer = writer_] { shared->Run(*writer); }) {}

LogThread::~LogThread() {
  if (thread_.joinable()) Stop(std::chrono::steady_clock::now());
}

void LogThread::AskToEnd() {
  const std::lock_guard lock(shared_->mutex);
  shared_->stopping = true;
  shared_->changed.notify_all();
}

bool LogThread::Stop(std::chrono::steady_clock::time_point deadline) {
  AskToEnd();
  std::unique_lock lock(shared_->mutex);
  const auto has_ended = [this] { return shared_->ended; };
  const bool in_time = shared_->changed.wait_until(lock, deadline, has_ended);
  if (!in_time) writer_->GiveUp();
  const bool ended = in_time || shared_->changed.wait_for(lock, kGraceTime, has_ended);
  lock.unlock();
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
  return in_time;
}

}  // namespace salvo::engine
