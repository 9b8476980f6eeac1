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

void UringListener::Arm() {
  io_uring_sqe* entry = loop_->ring().NextEntry();
  io_uring_prep_multishot_accept(entry, fd_, nullptr, nullptr, SOCK_CLOEXEC);
  Ring::SetOperation(entry, &operation_);
}

void UringListener::OnAccepted(int result, uint32_t flags) {
  if (result >= 0) loop_->Accept(result, options_, handler_);
  const bool short_of_something = result < 0 && result != -ECANCELED && result != -ECONNABORTED;
  if (short_of_something) handler_->OnAcceptFailed(-result);
  if ((flags & IORING_CQE_F_MORE) != 0) return;
  // Such as EMFILE: at once it would fail again.
  retry_.Set(loop_->now() + (short_of_something ? kRetryAfter : 0));
}

}  // namespace salvo::io
