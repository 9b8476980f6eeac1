#include "io/uring/uring_loop.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/uring/uring_file.h"
#include "io/uring/uring_listener.h"
#include "io/uring/uring_stream.h"

namespace salvo::io {
namespace {

std::string PeerNameOf(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (getpeername(fd, address, &size) != 0) return "unknown";
  return SocketAddress(address, size).ToString();
}

Nanos TimeTo(Nanos deadline, Nanos now) {
  return deadline == kNever ? kNever : std::max<Nanos>(deadline - now, 0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<UringLoop>> UringLoop::Create(const UringLoopOptions& options) {
  absl::StatusOr<std::unique_ptr<Ring>> ring = Ring::Create(options);
  if (!ring.ok()) return ring.status();
  std::unique_ptr<UringLoop> loop(new UringLoop(std::move(*ring), options.max_streams));
  if (loop->inbox_->descriptor() < 0) return ExplainRingError(EMFILE);
  loop->ArmWakeUp();
  return loop;
}

UringLoop::UringLoop(std::unique_ptr<Ring> ring, uint32_t max_streams)
    : Loop(&now_),
      ring_(std::move(ring)),
      max_streams_(max_streams),
      now_(SystemClock().Monotonic()),
      inbox_(std::make_shared<Inbox>()),
      resolver_(inbox_) {}

UringLoop::~UringLoop() {
  ending_ = true;
  ring_->Cancel(&wake_operation_);
  for (const auto& listener : listeners_) listener->Stop();
  for (const auto& stream : streams_) stream->Abort();
  // The kernel writes into what it was given until the last operation has ended.
  while (!streams_.empty() || ring_->running() > 0) {
    ring_->SubmitAndReap(to_finish_.empty() ? kNanosPerMilli : 0);
    FinishStreams();
  }
}

// What is on a list now; what the callbacks add to it is for a later turn.
const std::vector<UringStream*>& UringLoop::Take(std::vector<UringStream*>& list) {
  taken_.clear();
  std::swap(taken_, list);
  return taken_;
}

UringLoop::Reaped UringLoop::Reap() {
  unheeded_ = 0;
  const uint32_t count = ring_->Reap();
  if (count == 0) return Reaped::kNone;
  return count == unheeded_ && !HasListed() ? Reaped::kUnheeded : Reaped::kHeeded;
}

void UringLoop::TurnOnce(Nanos wait_until, uint32_t enough, Nanos watch) {
  for (UringStream* stream : to_acknowledge_) stream->AcknowledgeUnlessAnswered();
  to_acknowledge_.clear();
  now_ = clock().Monotonic();
  bool has_work = false;
  for (UringStream* stream : Take(to_rearm_)) has_work |= stream->ResumeReceiving();
  // A send mostly completes while it is submitted: the kernel need not be asked for that.
  has_work |= Reap() == Reaped::kHeeded;
  // What came of the callbacks above cannot wait for a completion, here or at the caller's.
  has_work |= HasListed();
  Nanos deadline = 0;
  do {
    // What is not heeded may have set a timer.
    deadline = std::min(wait_until, timers_.NextDeadline());
    const Nanos wait = has_work ? 0 : TimeTo(deadline, now_);
    if (watch > 0 && wait > watch) ring_->Watch(watch);
    ring_->SubmitAndWait(wait, enough);
    // Before anybody is called: the wait may have been long.
    now_ = clock().Monotonic();
  } while (Reap() == Reaped::kUnheeded && !has_work && now_ < deadline);
  inbox_->RunPosted();
  timers_.RunDue(now_);
  FinishStreams();
}

void UringLoop::ArmWakeUp() {
  io_uring_sqe* entry = ring_->NextEntry();
  io_uring_prep_read(entry, inbox_->descriptor(), &wake_count_, sizeof wake_count_, 0);
  ring_->SetOperation(entry, &wake_operation_);
}

void UringLoop::OnWokenUp(int /*result*/, uint32_t /*flags*/) {
  inbox_->Woken();
  if (!ending_) ArmWakeUp();
}

UringStream* UringLoop::Add(std::unique_ptr<UringStream> stream) {
  streams_.push_back(std::move(stream));
  return streams_.back().get();
}

CloseReason UringLoop::RefusalOfStream() const {
  if (ending_) return {CloseReason::Cause::kRequested, 0, "the loop ends"};
  return {CloseReason::Cause::kLimit, 0, "too many streams on one loop"};
}

Stream* UringLoop::Connect(const SocketAddress& address, const StreamOptions& options,
                           StreamHandler* handler) {
  const bool has_room = !ending_ && streams_.size() < max_streams_;
  const int fd = has_room ? socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
  const int error = errno;
  UringStream* stream = Add(std::make_unique<UringStream>(this, fd, options, address.ToString()));
  if (!has_room) {
    stream->StartDead(RefusalOfStream(), handler);
  } else if (fd < 0) {
    stream->StartDead({CloseReason::Cause::kConnectFailed, error, std::strerror(error)}, handler);
  } else {
    stream->StartConnecting(address, options.connect_timeout, handler);
  }
  return stream;
}

absl::StatusOr<SocketAddress> UringLoop::Listen(const SocketAddress& address,
                                                const StreamOptions& options,
                                                AcceptHandler* handler) {
  absl::StatusOr<std::unique_ptr<UringListener>> listener =
      UringListener::Create(this, address, options, handler);
  if (!listener.ok()) return listener.status();
  listeners_.push_back(std::move(*listener));
  return listeners_.back()->LocalAddress();
}

void UringLoop::Accept(int fd, const StreamOptions& options, AcceptHandler* handler) {
  UringStream* stream = Add(std::make_unique<UringStream>(this, fd, options, PeerNameOf(fd)));
  StreamHandler* user = handler->OnAccepted(stream);
  if (streams_.size() > max_streams_) {
    stream->StartDead(RefusalOfStream(), user);
  } else {
    stream->StartOpen(user);
  }
}

absl::StatusOr<std::unique_ptr<File>> UringLoop::OpenForAppend(const std::string& path) {
  return UringFile::Open(this, path);
}

void UringLoop::Resolve(const Endpoint& endpoint, ResolveCallback done) {
  resolver_.Resolve(endpoint, std::move(done));
}

void UringLoop::FinishLater(UringStream* stream) {
  if (stream->Finished() && stream->ClaimEnd()) to_finish_.push_back(stream);
}

void UringLoop::FinishStreams() {
  for (UringStream* stream : Take(to_finish_)) {
    Forget(stream);
    stream->TellClosed();
    const auto owned = std::find_if(streams_.begin(), streams_.end(),
                                    [&](const auto& s) { return s.get() == stream; });
    std::swap(*owned, streams_.back());
    streams_.pop_back();
  }
}

void UringLoop::Forget(UringStream* stream) {
  std::erase(to_rearm_, stream);
  std::erase(to_acknowledge_, stream);
}

}  // namespace salvo::io
