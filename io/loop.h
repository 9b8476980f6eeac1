// The event loop of one shard: everything that a shard does to the machine goes through it.
// The real one is UringLoop (io/uring/uring_loop.h); tests run the same users on a simulated one.
// All of it belongs to one thread, the one that created it, but for what says otherwise.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "io/address.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/stream.h"
#include "io/timer.h"

namespace salvo::io {

using ResolveCallback = std::function<void(absl::StatusOr<std::vector<SocketAddress>>)>;

class Loop {
 public:
  virtual ~Loop() = default;

  // Nanoseconds of the monotonic clock, read in each turn; never before the clock of the turn.
  Nanos now() const { return *now_; }
  virtual Clock& clock() = 0;
  virtual TimerQueue& timers() = 0;

  // One turn: hands queued operations to the kernel, waits until something completes that concerns
  // anybody (StreamHandler::OnSent may say it does not), a timer is due, somebody wakes the loop or
  // `wait_until` has come (a time in the past: does not wait), then calls back whoever is
  // concerned.
  virtual void Turn(Nanos wait_until) = 0;
  // The same for who has little to do before `wait_until`: what completes until then may wait as
  // long, wake-ups and tasks included, so that one turn does for all of it. Ends earlier when much
  // has completed.
  virtual void Doze(Nanos wait_until) = 0;
  // The same as Turn for who expects something within microseconds: stays awake for so long.
  virtual void Watch(Nanos wait_until) { Turn(wait_until); }

  // Hands queued operations to the kernel now, without waiting.
  virtual void Submit() = 0;

  // Thread-safe. Ends the wait of the current or the next turn, but no doze. Cheap when repeated.
  virtual void Wake() = 0;
  // Thread-safe. Runs `task` on the loop's thread in a later turn.
  virtual void Post(std::function<void()> task) = 0;

  // Never fails at once: OnConnected or OnClosed follows in a later turn. `handler` is not owned
  // and must live until its OnClosed returns.
  virtual Stream* Connect(const SocketAddress& address, const StreamOptions& options,
                          StreamHandler* handler) = 0;

  // Accepts connections until the loop ends. Returns the address that was taken (port 0 takes a
  // free one). `handler` is not owned and must outlive the loop.
  virtual absl::StatusOr<SocketAddress> Listen(const SocketAddress& address,
                                               const StreamOptions& options,
                                               AcceptHandler* handler) = 0;

  // Opens for appending, creating it with mode 0600 when it does not exist.
  virtual absl::StatusOr<std::unique_ptr<File>> OpenForAppend(const std::string& path) = 0;

  // Resolves a name without stalling the loop; `done` is called in a later turn.
  virtual void Resolve(const Endpoint& endpoint, ResolveCallback done) = 0;

 protected:
  // `now`: where the implementation keeps what now() tells, which is asked for often. Not owned.
  explicit Loop(const Nanos* now) : now_(now) {}

 private:
  const Nanos* const now_;
};

}  // namespace salvo::io
