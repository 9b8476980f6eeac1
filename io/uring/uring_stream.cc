#include "io/uring/uring_stream.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/uring/uring_loop.h"

namespace salvo::io {
namespace {

CloseReason FromErrno(CloseReason::Cause cause, int error_number) {
  return {cause, error_number, std::strerror(error_number)};
}

}  // namespace

UringStream::UringStream(UringLoop* loop, int fd, const StreamOptions& options,
                         std::string peer_name)
    : loop_(loop),
      fd_(fd),
      peer_name_(std::move(peer_name)),
      output_(options.output_octets),
      connect_timer_(loop->timers(), [this] {
        Die({CloseReason::Cause::kConnectTimeout, ETIMEDOUT, "no answer within the time allowed"});
      }) {
  if (fd_ < 0) return;
  const int one = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

UringStream::~UringStream() {
  if (fd_ >= 0) close(fd_);
}

void UringStream::StartConnecting(const SocketAddress& address, Nanos timeout,
                                  StreamHandler* handler) {
  handler_ = handler;
  address_ = address;
  connect_timer_.Set(Later(loop_->clock().Monotonic(), timeout));
  io_uring_sqe* entry = loop_->ring().NextEntry();
  io_uring_prep_connect(entry, fd_, address_.get(), address_.size());
  loop_->ring().SetOperation(entry, &connect_operation_);
  connecting_ = true;
  ++operations_;
}

void UringStream::StartDead(CloseReason reason, StreamHandler* handler) {
  handler_ = handler;
  Die(std::move(reason));
}

void UringStream::OnConnectDone(int result, uint32_t /*flags*/) {
  connecting_ = false;
  --operations_;
  connect_timer_.Cancel();
  if (dead()) return loop_->FinishLater(this);
  if (result < 0) return Die(FromErrno(CloseReason::Cause::kConnectFailed, -result));
  StartOpen(handler_);
}

void UringStream::StartOpen(StreamHandler* handler) {
  handler_ = handler;
  // Closed before it began, where it was accepted.
  if (dead()) return;
  state_ = State::kOpen;
  ArmReceive();
  handler_->OnConnected();
}

void UringStream::RearmLater() {
  if (std::exchange(rearm_listed_, true)) return;
  loop_->RearmLater(this);
}

bool UringStream::ResumeReceiving() {
  rearm_listed_ = false;
  const bool called = DeliverHeld();
  if (end_.has_value() && held_.empty()) {
    Die(*std::move(end_));
  } else {
    ArmReceive();
  }
  return called;
}

bool UringStream::DeliverHeld() {
  const std::vector<uint8_t> held = std::exchange(held_, {});
  size_t given = 0;
  while (given < held.size() && receiving_ && !dead()) {
    const size_t some = std::min(held.size() - given, kMaxReceiveOctets);
    Deliver({held.data() + given, some});
    given += some;
  }
  held_.assign(held.begin() + static_cast<ptrdiff_t>(given), held.end());
  return given > 0;
}

void UringStream::ArmReceive() {
  if (receive_armed_ || !receiving_ || dead()) return;
  receive_is_multishot_ = loop_->ring().PrepareReceive(fd_, &receive_operation_);
  receive_armed_ = true;
  receive_cancelled_ = false;
  ++operations_;
}

void UringStream::OnReceiveDone(int result, uint32_t flags) {
  if ((flags & IORING_CQE_F_MORE) == 0) {
    receive_armed_ = false;
    --operations_;
  }
  if ((flags & IORING_CQE_F_BUFFER) != 0) TakeReceived(result, flags);
  if (dead()) return loop_->FinishLater(this);
  if (!receive_armed_) OnReceiveEnded(result);
}

void UringStream::TakeReceived(int result, uint32_t flags) {
  if (result > 0 && !dead()) {
    const std::span<const uint8_t> octets = loop_->ring().Received(result, flags);
    if (receiving_ && held_.empty()) {
      Deliver(octets);
    } else {
      held_.insert(held_.end(), octets.begin(), octets.end());
    }
  }
  loop_->ring().GiveBack(flags);
}

void UringStream::OnReceiveEnded(int result) {
  if (result > 0 || result == -ENOBUFS || result == -ECANCELED || result == -EINTR) {
    return RearmLater();
  }
  if (result == -EINVAL && receive_is_multishot_) {
    loop_->ring().DoWithoutMultishot();
    return RearmLater();
  }
  if (send_failure_.has_value()) {
    end_ = std::move(send_failure_);
  } else if (result == 0) {
    end_ = {CloseReason::Cause::kPeerClosed, 0, "the peer closed the connection"};
  } else {
    end_ = FromErrno(CloseReason::Cause::kBroken, -result);
  }
  if (held_.empty()) return Die(*std::move(end_));
  if (receiving_) RearmLater();
}

void UringStream::Deliver(std::span<const uint8_t> octets) {
  if (!unanswered_) {
    unanswered_ = true;
    loop_->AcknowledgeLater(this);
  }
  handler_->OnReceived(octets);
}

void UringStream::AcknowledgeUnlessAnswered() {
  if (!unanswered_ || dead()) return;
  unanswered_ = false;
  const int one = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
}

std::string UringStream::LocalName() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  const bool known = state_ != State::kConnecting && getsockname(fd_, address, &size) == 0;
  return known ? SocketAddress(address, size).ToString() : "";
}

void UringStream::Flush() {
  output_.Release();
  const bool can_send = state_ == State::kOpen || state_ == State::kFlushing;
  if (can_send && !sending_) StartSend();
}

// A peer that has ended its own side may still read; one that does not fails the send.
void UringStream::StartSend() {
  if (send_failure_.has_value()) return;
  const std::span<const uint8_t> octets = output_.ToSend();
  if (octets.empty()) return;
  io_uring_sqe* entry = loop_->ring().NextEntry();
  io_uring_prep_send(entry, fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
  loop_->ring().SetOperation(entry, &send_operation_);
  sending_ = true;
  unanswered_ = false;
  ++operations_;
}

void UringStream::OnSendDone(int result, uint32_t /*flags*/) {
  sending_ = false;
  --operations_;
  if (result > 0) output_.Sent(static_cast<size_t>(result));
  if (dead()) return loop_->FinishLater(this);
  if (result < 0) return OnSendFailed(-result);
  StartSend();
  if (state_ == State::kFlushing && !sending_) return Die(CloseReason{});
  if (!handler_->OnSent()) loop_->NoteUnheeded();
}

// What the peer said before it went may still be on its way through the ring; the receive finds
// the end after it.
void UringStream::OnSendFailed(int error_number) {
  CloseReason reason = FromErrno(CloseReason::Cause::kBroken, error_number);
  const bool peer_went = error_number == ECONNRESET || error_number == EPIPE;
  if (!peer_went || !receiving_) return Die(std::move(reason));
  send_failure_ = std::move(reason);
}

void UringStream::SetReceiving(bool receiving) {
  if (receiving_ == receiving || dead()) return;
  receiving_ = receiving;
  if (receiving) {
    RearmLater();
  } else if (send_failure_.has_value()) {
    Die(*std::move(send_failure_));
  } else if (receive_armed_ && !std::exchange(receive_cancelled_, true)) {
    loop_->ring().Cancel(&receive_operation_);
  }
}

void UringStream::Close() {
  if (dead() || state_ == State::kFlushing) return;
  if (state_ == State::kConnecting) return Die(CloseReason{});
  state_ = State::kFlushing;
  Flush();
  if (!sending_) Die(std::move(send_failure_).value_or(CloseReason{}));
}

void UringStream::Abort() {
  if (!dead()) Die(CloseReason{});
}

void UringStream::Reset() {
  if (dead()) return;
  // The kernel sends an RST when such a socket is closed, unless a FIN went before.
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  resets_ = setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0;
  Die(CloseReason{});
}

void UringStream::Die(CloseReason reason) {
  if (dead()) return;
  state_ = State::kDead;
  reason_ = std::move(reason);
  connect_timer_.Cancel();
  if (fd_ >= 0 && !resets_) shutdown(fd_, SHUT_RDWR);
  if (connecting_) loop_->ring().Cancel(&connect_operation_);
  if (receive_armed_ && !receive_cancelled_) loop_->ring().Cancel(&receive_operation_);
  if (sending_) loop_->ring().Cancel(&send_operation_);
  loop_->FinishLater(this);
}

}  // namespace salvo::io
