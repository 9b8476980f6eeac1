#include "io/uring/ring.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace salvo::io {
namespace {

constexpr unsigned kSubmissionEntries = 1024;
constexpr int kBufferGroup = 0;
constexpr unsigned kMostCompletionEntries = 65'536;  // the kernel's own limit
constexpr unsigned kMostReceiveBuffers = 32'768;     // as well
constexpr unsigned kHouseKeepingEntries = 64;        // wake-up, listeners, one sync a file
constexpr int kLooksPerClock = 16;                   // of Watch: some hundred nanoseconds

// The richest set of features first: what each needs is the kernel that brought it.
constexpr unsigned kSetupFlags[] = {
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,  // 6.1
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN,   // 6.0
    IORING_SETUP_COOP_TASKRUN,                                // 5.19
    0,
};

// Tells the processor that somebody waits for memory to change, where it can be told.
void Relax() {
#ifdef __x86_64__
  __builtin_ia32_pause();
#endif
}

// Memory is short, or the like: trying again must not be a busy loop.
void PauseForMemory() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

}  // namespace

absl::Status ExplainRingError(int error_number) {
  const char* cure = "";
  switch (error_number) {
    case EPERM:
      cure =
          "io_uring is forbidden here. On a host: sysctl kernel.io_uring_disabled=0. In a "
          "container: run it with a seccomp profile that allows io_uring (Docker's default profile "
          "does not; --security-opt seccomp=unconfined does)";
      break;
    case ENOSYS:
      cure =
          "this kernel has no io_uring, or a container's seccomp profile hides it. Salvo needs "
          "Linux 5.19 or later";
      break;
    case ENOMEM:
      cure = "the limit of locked memory is too low: raise it with ulimit -l or LimitMEMLOCK=";
      break;
    case EMFILE:
    case ENFILE:
      cure = "the limit of open files is reached: raise it with ulimit -n or LimitNOFILE=";
      break;
    case EINVAL:
      cure = "this kernel lacks what Salvo needs of io_uring: Linux 5.19 or later has it";
      break;
    default:
      cure = "see io_uring_setup(2)";
  }
  return absl::FailedPreconditionError(absl::StrFormat(
      "io_uring_setup: %s (errno %d): %s", std::strerror(error_number), error_number, cure));
}

absl::StatusOr<std::unique_ptr<Ring>> Ring::Create(const RingOptions& options) {
  std::unique_ptr<Ring> ring(new Ring);
  absl::Status status = ring->SetUp(options);
  if (!status.ok()) return status;
  return ring;
}

uint32_t Ring::MostStreams(uint32_t receive_buffers) {
  return (kMostCompletionEntries - kHouseKeepingEntries - receive_buffers) / kOperationsPerStream;
}

absl::Status Ring::SetUp(const RingOptions& options) {
  options_ = options;
  multishot_receive_ = options.multishot;
  const uint32_t buffers = options.receive_buffers;
  if (!std::has_single_bit(buffers) || buffers > kMostReceiveBuffers) {
    return absl::InvalidArgumentError(
        absl::StrFormat("receive_buffers is %d; it must be a power of two, at most %d", buffers,
                        kMostReceiveBuffers));
  }
  const uint32_t most_streams = MostStreams(buffers);
  if (options.max_streams > most_streams) {
    return absl::InvalidArgumentError(
        absl::StrFormat("max_streams is %d; a ring's completion queue has room for %d",
                        options.max_streams, most_streams));
  }
  const unsigned needed =
      buffers + kOperationsPerStream * options.max_streams + kHouseKeepingEntries;
  // The kernel refuses a completion queue that is smaller than the submission queue.
  const unsigned completions = std::bit_ceil(std::max(needed, kSubmissionEntries));
  int error = -EINVAL;
  for (unsigned flags : kSetupFlags) {
    io_uring_params params{};
    params.flags = flags | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    // For Watch: without one of those, completions are queued as they come.
    if (flags != 0) params.flags |= IORING_SETUP_TASKRUN_FLAG;
    params.cq_entries = completions;
    error = io_uring_queue_init_params(kSubmissionEntries, &ring_, &params);
    if (error != -EINVAL) break;
  }
  if (error < 0) return ExplainRingError(-error);
  ring_is_set_up_ = true;
  // Spares a table look-up a system call; without it all works the same.
  io_uring_register_ring_fd(&ring_);
  if ((ring_.features & IORING_FEAT_EXT_ARG) == 0 || (ring_.features & IORING_FEAT_NODROP) == 0) {
    return ExplainRingError(EINVAL);
  }
  return SetUpBuffers();
}

absl::Status Ring::SetUpBuffers() {
  const uint32_t count = options_.receive_buffers;
  buffer_ring_octets_ = count * sizeof(io_uring_buf);
  void* memory = mmap(nullptr, buffer_ring_octets_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return absl::ResourceExhaustedError("no memory for the ring of receive buffers");
  }
  buffer_ring_ = static_cast<io_uring_buf_ring*>(memory);
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<uintptr_t>(buffer_ring_);
  registration.ring_entries = count;
  registration.bgid = kBufferGroup;
  const int error = io_uring_register_buf_ring(&ring_, &registration, 0);
  if (error < 0) return ExplainRingError(-error);
  io_uring_buf_ring_init(buffer_ring_);
  constexpr uint32_t kOctets = kMaxReceiveOctets;
  buffers_ = std::make_unique_for_overwrite<uint8_t[]>(size_t{count} * kOctets);
  for (uint32_t i = 0; i < count; ++i) {
    io_uring_buf_ring_add(buffer_ring_, buffers_.get() + size_t{i} * kOctets, kOctets,
                          static_cast<uint16_t>(i), io_uring_buf_ring_mask(count),
                          static_cast<int>(i));
  }
  io_uring_buf_ring_advance(buffer_ring_, static_cast<int>(count));
  return absl::OkStatus();
}

Ring::~Ring() {
  if (ring_is_set_up_) io_uring_queue_exit(&ring_);
  if (buffer_ring_ != nullptr) munmap(buffer_ring_, buffer_ring_octets_);
}

io_uring_sqe* Ring::NextEntry() {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);
  while (entry == nullptr) {
    if (io_uring_submit(&ring_) < 0) PauseForMemory();
    NoteOverflow();
    entry = io_uring_get_sqe(&ring_);
  }
  return entry;
}

void Ring::SetOperation(io_uring_sqe* entry, Operation* operation) {
  io_uring_sqe_set_data(entry, operation);
  ++running_;
}

void Ring::Cancel(Operation* operation) {
  io_uring_sqe* entry = NextEntry();
  io_uring_prep_cancel(entry, operation, 0);
  io_uring_sqe_set_data(entry, nullptr);
}

bool Ring::PrepareReceive(int fd, Operation* operation) {
  io_uring_sqe* entry = NextEntry();
  if (multishot_receive_) {
    io_uring_prep_recv_multishot(entry, fd, nullptr, 0, 0);
  } else {
    io_uring_prep_recv(entry, fd, nullptr, kMaxReceiveOctets, 0);
  }
  SetOperation(entry, operation);
  entry->buf_group = kBufferGroup;
  entry->flags |= IOSQE_BUFFER_SELECT;
  return multishot_receive_;
}

void Ring::Submit() {
  io_uring_submit(&ring_);
  NoteOverflow();
}

// The kernel says so until it can queue them, which is when they are reaped.
void Ring::NoteOverflow() {
  if (io_uring_cq_has_overflow(&ring_)) ++overflows_;
}

uint32_t Ring::SubmitAndReap(Nanos wait) {
  SubmitAndWait(wait);
  return Reap();
}

// Until a completion is there or `wait` nanoseconds have passed.
int Ring::Spin(Nanos wait) {
  const Nanos start = SystemClock().Monotonic();
  for (;;) {
    const int result = io_uring_submit_and_get_events(&ring_);
    if (result < 0 || io_uring_cq_ready(&ring_) > 0) return result;
    if (wait != kNever && SystemClock().Monotonic() - start >= wait) return result;
    std::this_thread::yield();
  }
}

// No system call while it looks: the kernel flags that it has something to queue.
void Ring::Watch(Nanos at_most) {
  if (options_.spin || !options_.watch) return;
  Submit();
  const unsigned* const flags = ring_.sq.kflags;
  const Nanos until = SystemClock().Monotonic() + at_most;
  do {
    for (int i = 0; i < kLooksPerClock; ++i) {
      if ((__atomic_load_n(flags, __ATOMIC_RELAXED) & IORING_SQ_TASKRUN) != 0) return;
      if (io_uring_cq_ready(&ring_) > 0) return;
      Relax();
    }
  } while (SystemClock().Monotonic() < until);
}

void Ring::SubmitAndWait(Nanos wait, uint32_t enough) {
  int result = 0;
  if (wait <= 0) {
    // Also where nothing is queued: deferred completions are only delivered to one who asks.
    result = io_uring_submit_and_get_events(&ring_);
  } else if (options_.spin) {
    result = Spin(wait);
  } else if (wait == kNever) {
    result = io_uring_submit_and_wait(&ring_, 1);
  } else {
    __kernel_timespec timeout = {wait / kNanosPerSecond, wait % kNanosPerSecond};
    io_uring_cqe* first = nullptr;
    result = io_uring_submit_and_wait_timeout(&ring_, &first, enough, &timeout, nullptr);
  }
  const bool expected =
      result >= 0 || result == -ETIME || result == -EINTR || result == -EAGAIN || result == -EBUSY;
  // The queue is kept and tried again.
  if (!expected) PauseForMemory();
  NoteOverflow();
}

uint32_t Ring::Reap() {
  const unsigned count = io_uring_cq_ready(&ring_);
  for (unsigned i = 0; i < count; ++i) {
    io_uring_cqe* first = nullptr;
    io_uring_peek_cqe(&ring_, &first);
    const io_uring_cqe cqe = *first;
    // Before anybody is called: what they submit may complete at once and needs the room.
    io_uring_cqe_seen(&ring_, first);
    auto* operation = static_cast<Operation*>(io_uring_cqe_get_data(&cqe));
    if (operation == nullptr) continue;
    if ((cqe.flags & IORING_CQE_F_MORE) == 0) --running_;
    operation->Complete(cqe.res, cqe.flags);
  }
  return count;
}

std::span<const uint8_t> Ring::Received(int result, uint32_t flags) const {
  const size_t buffer = flags >> IORING_CQE_BUFFER_SHIFT;
  return {buffers_.get() + buffer * kMaxReceiveOctets, static_cast<size_t>(result)};
}

void Ring::GiveBack(uint32_t flags) {
  constexpr uint32_t kOctets = kMaxReceiveOctets;
  const uint32_t buffer = flags >> IORING_CQE_BUFFER_SHIFT;
  io_uring_buf_ring_add(buffer_ring_, buffers_.get() + size_t{buffer} * kOctets, kOctets,
                        static_cast<uint16_t>(buffer),
                        io_uring_buf_ring_mask(options_.receive_buffers), 0);
  io_uring_buf_ring_advance(buffer_ring_, 1);
}

}  // namespace salvo::io
