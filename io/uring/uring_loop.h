// The loop on io_uring: SINGLE_ISSUER and DEFER_TASKRUN where the kernel has them, multishot
// receives into provided buffers. See io/loop.h for the contract.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/inbox.h"
#include "io/loop.h"
#include "io/resolver.h"
#include "io/uring/ring.h"

namespace salvo::io {

class UringListener;
class UringStream;

using UringLoopOptions = RingOptions;

class UringLoop final : public Loop {
 public:
  // Belongs to the calling thread from now on. The error says why the kernel refuses and what to
  // do about it.
  static absl::StatusOr<std::unique_ptr<UringLoop>> Create(const UringLoopOptions& options = {});
  // Aborts the streams that are left: their handlers are told, and so are, at once, those that
  // connect again. Files must be gone before, or not be used any more; timers and posted tasks do
  // not run. A listener's port is free when this returns.
  ~UringLoop() override;

  Clock& clock() override { return SystemClock(); }
  TimerQueue& timers() override { return timers_; }
  void Turn(Nanos wait_until) override { TurnOnce(wait_until, 1, 0); }
  void Doze(Nanos wait_until) override { TurnOnce(wait_until, kMuch, 0); }
  void Watch(Nanos wait_until) override { TurnOnce(wait_until, 1, kLongestWatch); }
  void Submit() override { ring_->Submit(); }
  void Wake() override { inbox_->Wake(); }
  void Post(std::function<void()> task) override { inbox_->Post(std::move(task)); }
  Stream* Connect(const SocketAddress& address, const StreamOptions& options,
                  StreamHandler* handler) override;
  absl::StatusOr<SocketAddress> Listen(const SocketAddress& address, const StreamOptions& options,
                                       AcceptHandler* handler) override;
  absl::StatusOr<std::unique_ptr<File>> OpenForAppend(const std::string& path) override;
  void Resolve(const Endpoint& endpoint, ResolveCallback done) override;

  // For streams, listeners and files of this loop.
  Ring& ring() { return *ring_; }
  bool ending() const { return ending_; }
  void RearmLater(UringStream* stream) { to_rearm_.push_back(stream); }
  void AcknowledgeLater(UringStream* stream) { to_acknowledge_.push_back(stream); }
  void FinishLater(UringStream* stream);
  // The completion that is being told was of no concern to anybody.
  void NoteUnheeded() { ++unheeded_; }
  void Accept(int fd, const StreamOptions& options, AcceptHandler* handler);

 private:
  // Completions that end a doze: far fewer than there are receive buffers.
  static constexpr uint32_t kMuch = 16;
  // About what it takes to fall asleep and to be woken again, which a watch is to save.
  static constexpr Nanos kLongestWatch = 50'000;
  // What the completions were that were there.
  enum class Reaped : uint8_t { kNone, kUnheeded, kHeeded };

  explicit UringLoop(std::unique_ptr<Ring> ring, uint32_t max_streams);
  void TurnOnce(Nanos wait_until, uint32_t enough, Nanos watch);
  Reaped Reap();
  bool HasListed() const { return !to_rearm_.empty() || !to_finish_.empty(); }
  void ArmWakeUp();
  void OnWokenUp(int result, uint32_t flags);
  CloseReason RefusalOfStream() const;
  void FinishStreams();
  void Forget(UringStream* stream);
  const std::vector<UringStream*>& Take(std::vector<UringStream*>& list);
  UringStream* Add(std::unique_ptr<UringStream> stream);

  std::unique_ptr<Ring> ring_;
  const uint32_t max_streams_;
  Nanos now_;
  TimerQueue timers_;
  std::shared_ptr<Inbox> inbox_;
  Resolver resolver_;
  BoundOperation<UringLoop, &UringLoop::OnWokenUp> wake_operation_{this};
  bool ending_ = false;
  uint32_t unheeded_ = 0;    // completions of this Reap
  uint64_t wake_count_ = 0;  // where the kernel writes the eventfd's value
  std::vector<std::unique_ptr<UringListener>> listeners_;
  std::vector<std::unique_ptr<UringStream>> streams_;
  std::vector<UringStream*> to_rearm_;
  std::vector<UringStream*> to_acknowledge_;
  std::vector<UringStream*> to_finish_;
  std::vector<UringStream*> taken_;  // of one of these, while it is gone through
};

}  // namespace salvo::io
