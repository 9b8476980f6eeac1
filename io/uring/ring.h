// One io_uring with its provided receive buffers, and what this kernel lets it do.
// Belongs to the thread that created it: the kernel itself insists on that.
#pragma once

#include <liburing.h>

#include <cstdint>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "io/clock.h"
#include "io/stream.h"

namespace salvo::io {

// Something submitted to the ring. Owned by its user, who keeps it until its last completion.
class Operation {
 public:
  // The kernel's result (a count or -errno) and its IORING_CQE_F_ flags.
  virtual void Complete(int result, uint32_t flags) = 0;

 protected:
  ~Operation() = default;
};

// An operation that ends in a method of its owner.
template <class Owner, void (Owner::*kMethod)(int, uint32_t)>
class BoundOperation final : public Operation {
 public:
  explicit BoundOperation(Owner* owner) : owner_(owner) {}
  void Complete(int result, uint32_t flags) override { (owner_->*kMethod)(result, flags); }

 private:
  Owner* owner_;
};

struct RingOptions {
  // Streams at a time. With the receive buffers it decides the completion queue, so that by
  // construction it cannot overflow (an overflow ends multishot operations): entries >= buffers +
  // kOperationsPerStream x max_streams + some for listeners, files and the wake-up.
  uint32_t max_streams = 1024;
  uint32_t receive_buffers = 64;  // a power of two; each of kMaxReceiveOctets
  // Many receives in one operation, where the kernel can (Linux 6.0).
  bool multishot = true;
  // Asks again and again instead of sleeping: an answer is seen some microseconds earlier, and a
  // core is busy all the time. Between two questions others may have the core.
  bool spin = false;
  // Watch may stay awake: nobody else wants the core meanwhile.
  bool watch = true;
};

class Ring {
 public:
  // A stream has at most a connect or a receive, a send, a cancel of each and a receive's final
  // completion under way.
  static constexpr uint32_t kOperationsPerStream = 5;

  // The largest max_streams beside so many receive buffers.
  static uint32_t MostStreams(uint32_t receive_buffers);

  // The error says what is missing and what to do about it.
  static absl::StatusOr<std::unique_ptr<Ring>> Create(const RingOptions& options);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // A free submission entry; submits what is queued when there is none. To be prepared, then given
  // its operation.
  io_uring_sqe* NextEntry();
  // Who is told of the completion.
  void SetOperation(io_uring_sqe* entry, Operation* operation);
  // Operations that have completions to come.
  uint32_t running() const { return running_; }

  // Ends an operation that runs; it completes all the same, with what it had done or -ECANCELED.
  void Cancel(Operation* operation);

  // Receives on `fd` into provided buffers. True when it is one multishot operation; when that one
  // fails with -EINVAL this kernel lacks it: call DoWithoutMultishot and prepare again.
  bool PrepareReceive(int fd, Operation* operation);
  void DoWithoutMultishot() { multishot_receive_ = false; }

  // Submits what is queued.
  void Submit();
  // Submits, waits for a completion until `wait` nanoseconds have passed (0: not at all), then
  // calls Complete for those that are there by then; what completes meanwhile is for the next call.
  // Returns how many there were.
  uint32_t SubmitAndReap(Nanos wait);
  // The two halves of it, for who looks at the clock in between. `enough`: completions that end the
  // wait before its time; where it has none, or with RingOptions::spin, one is enough.
  void SubmitAndWait(Nanos wait, uint32_t enough = 1);
  uint32_t Reap();
  // Submits, and looks out for a completion for so many nanoseconds, without giving the core away;
  // SubmitAndWait follows. Does nothing with RingOptions::spin.
  void Watch(Nanos at_most);

  // The octets that a receive's completion brought. Valid until the buffer is given back.
  std::span<const uint8_t> Received(int result, uint32_t flags) const;
  void GiveBack(uint32_t flags);

  // How often completions were found to have had no room in the queue and to wait in the kernel:
  // 0, unless our arithmetic is wrong.
  uint32_t overflows() const { return overflows_; }

 private:
  Ring() = default;
  absl::Status SetUp(const RingOptions& options);
  absl::Status SetUpBuffers();
  void NoteOverflow();
  int Spin(Nanos wait);

  io_uring ring_{};
  bool ring_is_set_up_ = false;
  bool multishot_receive_ = true;
  uint32_t running_ = 0;
  uint32_t overflows_ = 0;
  RingOptions options_;
  io_uring_buf_ring* buffer_ring_ = nullptr;
  size_t buffer_ring_octets_ = 0;
  std::unique_ptr<uint8_t[]> buffers_;
};

// What to tell a person when io_uring_setup failed: the reason and the cure.
absl::Status ExplainRingError(int error_number);

}  // namespace salvo::io
