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
    : ring_(std::move(ring)),
      max_streams_(max_streams),
      now_(SystemClock().Monotonic()),
      inbox_(std::make_shared<Inbox>()),
      resolver_(inbox_) {}

UringLoop::~UringLoop() {
  while (!streams_.empty()) {
    for (const auto& stream : streams_) stream->Abort();
    Turn(clock().Monotonic() + kNanosPerMilli);
  }
}

void UringLoop::Turn(Nanos wait_until) {
  for (UringStream* stream : to_acknowledge_) stream->AcknowledgeUnlessAnswered();
  to_acknowledge_.clear();
  // Whoever is handed octets here may add to the list.
  for (size_t i = 0; i < to_rearm_.size(); ++i) to_rearm_[i]->ResumeReceiving();
  to_rearm_.clear();
  const Nanos deadline = std::min(wait_until, timers_.NextDeadline());
  const Nanos wait =
      deadline == kNever ? kNever : std::max<Nanos>(deadline - clock().Monotonic(), 0);
  ring_->SubmitAndReap(to_finish_.empty() ? wait : 0);
  now_ = clock().Monotonic();
  inbox_->RunPosted();
  timers_.RunDue(now_);
  FinishStreams();
}

void UringLoop::ArmWakeUp() {
  io_uring_sqe* entry = ring_->NextEntry();
  io_uring_prep_read(entry, inbox_->descriptor(), &wake_count_, sizeof wake_count_, 0);
  Ring::SetOperation(entry, &wake_operation_);
}

void UringLoop::OnWokenUp(int /*result*/, uint32_t /*flags*/) {
  inbox_->Woken();
  ArmWakeUp();
}

UringStream* UringLoop::Add(std::unique_ptr<UringStream> stream) {
  streams_.push_back(std::move(stream));
  return streams_.back().get();
}

Stream* UringLoop::Connect(const SocketAddress& address, const StreamOptions& options,
                           StreamHandler* handler) {
  const bool has_room = streams_.size() < max_streams_;
  const int fd = has_room ? socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
  const int error = errno;
  UringStream* stream = Add(std::make_unique<UringStream>(this, fd, options, address.ToString()));
  if (!has_room) {
    stream->StartDead({CloseReason::Cause::kLimit, 0, "too many streams on one loop"}, handler);
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
    stream->StartDead({CloseReason::Cause::kLimit, 0, "too many streams on one loop"}, user);
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
  if (stream->Finished()) to_finish_.push_back(stream);
}

void UringLoop::FinishStreams() {
  for (size_t i = 0; i < to_finish_.size(); ++i) {
    UringStream* stream = to_finish_[i];
    Forget(stream);
    stream->TellClosed();
    const auto owned = std::find_if(streams_.begin(), streams_.end(),
                                    [&](const auto& s) { return s.get() == stream; });
    std::swap(*owned, streams_.back());
    streams_.pop_back();
  }
  to_finish_.clear();
}

void UringLoop::Forget(UringStream* stream) {
  std::erase(to_rearm_, stream);
  std::erase(to_acknowledge_, stream);
}

}  // namespace salvo::io
