// A loop without a kernel: connections to an SMSC in memory that accepts everything at once, files
// that go nowhere, a clock that advances with every turn. What runs on it executes the same
// instructions each time, so that they can be counted.
// One thread.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "io/loop.h"

namespace salvo::bench {

class MemoryStream;

class MemoryLoop final : public io::Loop {
 public:
  MemoryLoop();
  ~MemoryLoop() override;

  io::Clock& clock() override { return clock_; }
  io::TimerQueue& timers() override { return timers_; }
  void Turn(io::Nanos wait_until) override;
  void Doze(io::Nanos wait_until) override { Turn(wait_until); }
  void Submit() override {}
  void Wake() override {}
  void Post(std::function<void()> task) override { posted_.push_back(std::move(task)); }
  io::Stream* Connect(const io::SocketAddress& address, const io::StreamOptions& options,
                      io::StreamHandler* handler) override;
  absl::StatusOr<io::SocketAddress> Listen(const io::SocketAddress& address,
                                           const io::StreamOptions& options,
                                           io::AcceptHandler* handler) override;
  absl::StatusOr<std::unique_ptr<io::File>> OpenForAppend(const std::string& path) override;
  void Resolve(const io::Endpoint& endpoint, io::ResolveCallback done) override;

 private:
  class TurnClock final : public io::Clock {
   public:
    explicit TurnClock(const io::Nanos& now) : now_(now) {}
    io::Nanos Monotonic() override { return now_; }
    io::Nanos Wall() override;

   private:
    const io::Nanos& now_;
  };

  io::Nanos now_ = 1;
  TurnClock clock_;
  io::TimerQueue timers_;
  std::deque<std::function<void()>> posted_;
  std::vector<std::unique_ptr<MemoryStream>> streams_;
};

}  // namespace salvo::bench
