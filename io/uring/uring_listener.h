// Accepts connections on the ring, one an operation: a multishot accept would post a completion for
// each connection that waits, however many those are, and could overflow the completion queue.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "io/address.h"
#include "io/stream.h"
#include "io/timer.h"
#include "io/uring/ring.h"

namespace salvo::io {

class UringLoop;

// Owned by its loop; belongs to the loop's thread.
class UringListener {
 public:
  static absl::StatusOr<std::unique_ptr<UringListener>> Create(UringLoop* loop,
                                                               const SocketAddress& address,
                                                               const StreamOptions& options,
                                                               AcceptHandler* handler);
  ~UringListener();

  // What the socket is bound to.
  absl::StatusOr<SocketAddress> LocalAddress() const;

  // Accepts no more. The loop turns the ring until the operation has ended.
  void Stop();

 private:
  UringListener(UringLoop* loop, int fd, const StreamOptions& options, AcceptHandler* handler);
  void Arm();
  void OnAccepted(int result, uint32_t flags);

  UringLoop* loop_;
  int fd_;
  StreamOptions options_;
  AcceptHandler* handler_;  // unowned
  Timer retry_;
  BoundOperation<UringListener, &UringListener::OnAccepted> operation_{this};
};

}  // namespace salvo::io
