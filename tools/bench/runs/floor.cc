#include "tools/bench/runs/floor.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <vector>

#include "tools/bench/machine/noise.h"
#include "tools/common/exit_code.h"

namespace salvo::bench {
namespace {

using Clock = std::chrono::steady_clock;

class Floor {
 public:
  ~Floor() {
    if (epoll_ >= 0) close(epoll_);
  }

  absl::Status Open(const RawConnection::Options& options, uint32_t connections) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    for (uint32_t i = 0; i < connections; ++i) {
      connections_.push_back(std::make_unique<RawConnection>(options));
      absl::Status status = connections_.back()->Open();
      if (status.ok()) status = connections_.back()->Push();
      if (!status.ok()) return status;
      Watch(i, EPOLL_CTL_ADD);
    }
    return absl::OkStatus();
  }

  absl::Status RunUntil(Clock::time_point end) {
    constexpr int kLookMillis = 10;
    std::array<epoll_event, 64> events;
    while (Clock::now() < end) {
      const int count =
          epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), kLookMillis);
      for (int i = 0; i < count; ++i) {
        const absl::Status status = Turn(events[static_cast<size_t>(i)]);
        if (!status.ok()) return status;
      }
    }
    return absl::OkStatus();
  }

  uint64_t answered() const {
    uint64_t answered = 0;
    for (const auto& connection : connections_) answered += connection->answered();
    return answered;
  }

 private:
  absl::Status Turn(const epoll_event& event) {
    RawConnection& connection = *connections_[event.data.u32];
    const bool was_stuck = connection.is_stuck();
    if ((event.events & ~EPOLLOUT) != 0) {
      const absl::Status status = connection.Pull();
      if (!status.ok()) return status;
    }
    const absl::Status status = connection.Push();
    if (connection.is_stuck() != was_stuck) Watch(event.data.u32, EPOLL_CTL_MOD);
    return status;
  }

  void Watch(uint32_t index, int operation) {
    epoll_event event{};
    event.events = EPOLLIN | (connections_[index]->is_stuck() ? EPOLLOUT : 0U);
    event.data.u32 = index;
    epoll_ctl(epoll_, operation, connections_[index]->fd(), &event);
  }

  int epoll_ = -1;
  std::vector<std::unique_ptr<RawConnection>> connections_;
};

}  // namespace

Sample RunFloor(const RawConnection::Options& options, uint32_t connections, double warm_up_s,
                double time_s) {
  Sample sample;
  Floor floor;
  const auto duration = [](double s) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(s));
  };
  absl::Status status = floor.Open(options, connections);
  if (status.ok()) status = floor.RunUntil(Clock::now() + duration(warm_up_s));
  const Clock::time_point start = Clock::now();
  const double cpu = ProcessorSeconds();
  const uint64_t before = floor.answered();
  if (status.ok()) status = floor.RunUntil(start + duration(time_s));
  sample.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto answered = static_cast<double>(floor.answered() - before);
  if (!status.ok())
    sample.Fail(tools::kExitOther, {status.message().data(), status.message().size()});
  if (answered == 0) sample.Fail(tools::kExitOther, "the floor got no answer");
  sample.segments_per_s = answered / sample.seconds;
  sample.cpu_ns = (ProcessorSeconds() - cpu) * 1e9 / answered;
  return sample;
}

}  // namespace salvo::bench
