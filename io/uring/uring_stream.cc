#include "io/uring/uring_stream.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

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
  for (const HeldBuffer& held : held_) loop_->ring().GiveBack(held.flags);
  if (fd_ >= 0) close(fd_);
}

void UringStream::StartConnecting(const SocketAddress& address, Nanos timeout,
                                  StreamHandler* handler) {
  handler_ = handler;
  connect_timer_.Set(loop_->clock().Monotonic() + timeout);
  io_uring_sqe* entry = loop_->ring().NextEntry();
  io_uring_prep_connect(entry, fd_, address.get(), address.size());
  Ring::SetOperation(entry, &connect_operation_);
  // The kernel reads the address when it takes the entry: that is before this call returns.
  loop_->ring().Submit();
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
  if (state_ == State::kConnecting) state_ = State::kOpen;
  ArmReceive();
  handler_->OnConnected();
}

void UringStream::ResumeReceiving() {
  std::vector<HeldBuffer> held;
  held.swap(held_);
  for (const HeldBuffer& buffer : held) {
    if (dead() || !receiving_) {
      held_.push_back(buffer);
      continue;
    }
    Deliver(loop_->ring().Received(buffer.result, buffer.flags));
    loop_->ring().GiveBack(buffer.flags);
  }
  ArmReceive();
}

void UringStream::ArmReceive() {
  if (receive_armed_ || !receiving_ || dead()) return;
  loop_->ring().PrepareReceive(fd_, &receive_operation_);
  receive_armed_ = true;
  ++operations_;
}

void UringStream::OnReceiveDone(int result, uint32_t flags) {
  if ((flags & IORING_CQE_F_MORE) == 0) {
    receive_armed_ = false;
    --operations_;
  }
  const bool has_buffer = (flags & IORING_CQE_F_BUFFER) != 0;
  if (result > 0 && has_buffer && !dead()) {
    if (receiving_) {
      Deliver(loop_->ring().Received(result, flags));
    } else {
      held_.push_back({result, flags});
      return;
    }
  }
  if (has_buffer) loop_->ring().GiveBack(flags);
  if (dead()) return loop_->FinishLater(this);
  if (result > 0 || result == -ENOBUFS || result == -ECANCELED) {
    if (!receive_armed_) loop_->RearmLater(this);
  } else if (result == 0) {
    Die({CloseReason::Cause::kPeerClosed, 0, "the peer closed the connection"});
  } else if (result == -EINVAL && loop_->ring().FallBackFromMultishot()) {
    loop_->RearmLater(this);
  } else {
    Die(FromErrno(CloseReason::Cause::kBroken, -result));
  }
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

void UringStream::Flush() {
  const bool can_send = state_ == State::kOpen || state_ == State::kFlushing;
  if (can_send && !sending_) StartSend();
}

void UringStream::StartSend() {
  const std::span<const uint8_t> octets = output_.ToSend();
  if (octets.empty()) return;
  io_uring_sqe* entry = loop_->ring().NextEntry();
  io_uring_prep_send(entry, fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
  Ring::SetOperation(entry, &send_operation_);
  sending_ = true;
  unanswered_ = false;
  ++operations_;
}

void UringStream::OnSendDone(int result, uint32_t /*flags*/) {
  sending_ = false;
  --operations_;
  if (result > 0) output_.Sent(static_cast<size_t>(result));
  if (dead()) return loop_->FinishLater(this);
  if (result < 0) return Die(FromErrno(CloseReason::Cause::kBroken, -result));
  StartSend();
  if (state_ == State::kFlushing && !sending_) return Die(CloseReason{});
  handler_->OnSent();
}

void UringStream::SetReceiving(bool receiving) {
  if (receiving_ == receiving || dead()) return;
  receiving_ = receiving;
  if (receiving) {
    loop_->RearmLater(this);
  } else if (receive_armed_) {
    loop_->ring().Cancel(&receive_operation_);
  }
}

void UringStream::Close() {
  if (dead() || state_ == State::kFlushing) return;
  if (state_ == State::kConnecting) return Die(CloseReason{});
  state_ = State::kFlushing;
  Flush();
  if (!sending_) Die(CloseReason{});
}

void UringStream::Abort() {
  if (!dead()) Die(CloseReason{});
}

void UringStream::Die(CloseReason reason) {
  if (dead()) return;
  state_ = State::kDead;
  reason_ = std::move(reason);
  connect_timer_.Cancel();
  if (fd_ >= 0) shutdown(fd_, SHUT_RDWR);
  if (connecting_) loop_->ring().Cancel(&connect_operation_);
  if (receive_armed_) loop_->ring().Cancel(&receive_operation_);
  if (sending_) loop_->ring().Cancel(&send_operation_);
  loop_->FinishLater(this);
}

}  // namespace salvo::io
