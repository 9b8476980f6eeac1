#include "io/uring/uring_listener.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"
#include "io/uring/uring_loop.h"

namespace salvo::io {
namespace {

constexpr int kBacklog = 512;
constexpr Nanos kRetryAfter = 100 * kNanosPerMilli;

}  // namespace

absl::StatusOr<std::unique_ptr<UringListener>> UringListener::Create(UringLoop* loop,
                                                                     const SocketAddress& address,
                                                                     const StreamOptions& options,
                                                                     AcceptHandler* handler) {
  const auto fail = [&](const char* what) {
    return absl::UnavailableError(
        absl::StrFormat("cannot %s on %s: %s", what, address.ToString(), std::strerror(errno)));
  };
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail("open a socket");
  std::unique_ptr<UringListener> listener(new UringListener(loop, fd, options, handler));
  const int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, address.get(), address.size()) != 0) return fail("listen");
  if (listen(fd, kBacklog) != 0) return fail("listen");
  listener->Arm();
  return listener;
}

UringListener::UringListener(UringLoop* loop, int fd, const StreamOptions& options,
                             AcceptHandler* handler)
    : loop_(loop), fd_(fd), options_(options), handler_(handler), retry_(loop->timers(), [this] {
        Arm();
      }) {}

UringListener::~UringListener() { close(fd_); }

absl::StatusOr<SocketAddress> UringListener::LocalAddress() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(fd_, address, &size) != 0) {
    return absl::InternalError(absl::StrFormat("getsockname: %s", std::strerror(errno)));
  }
  return SocketAddress(address, size);
}

void UringListener::Stop() { loop_->ring().Cancel(&operation_); }

void UringListener::Arm() {
  io_uring_sqe* entry = loop_->ring().NextEntry();
  io_uring_prep_accept(entry, fd_, nullptr, nullptr, SOCK_CLOEXEC);
  loop_->ring().SetOperation(entry, &operation_);
}

void UringListener::OnAccepted(int result, uint32_t /*flags*/) {
  if (loop_->ending()) {
    if (result >= 0) close(result);
    return;
  }
  if (result >= 0) loop_->Accept(result, options_, handler_);
  const bool goes_on = result >= 0 || result == -ECANCELED || result == -ECONNABORTED ||
                       result == -EINTR || result == -EAGAIN;
  if (goes_on) return Arm();
  handler_->OnAcceptFailed(-result);
  // Such as EMFILE: at once it would fail again.
  retry_.Set(loop_->now() + kRetryAfter);
}

}  // namespace salvo::io
