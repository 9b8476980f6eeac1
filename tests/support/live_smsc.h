// A simulated SMSC on a thread and a loopback port of its own.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "io/uring/uring_loop.h"
#include "tools/sim/server.h"

namespace salvo::test {

class LiveSmsc {
 public:
  explicit LiveSmsc(sim::Options options = {}) {
    std::promise<uint16_t> port;
    auto listening = port.get_future();
    thread_ = std::thread([this, options = std::move(options), &port] {
      auto loop = io::UringLoop::Create({});
      ASSERT_TRUE(loop.ok()) << loop.status();
      sim::Server server(**loop, options, nullptr);
      const auto address = server.Listen(*io::SocketAddress::FromNumeric({"127.0.0.1", 0}));
      ASSERT_TRUE(address.ok()) << address.status();
      loop_ = loop->get();
      port.set_value(address->port());
      while (!stop_.load()) (*loop)->Turn(io::kNever);
      server.CloseAll();
      while (server.connections() > 0) (*loop)->Turn(io::kNever);
      submits_ = server.counters().submits;
    });
    port_ = listening.get();
  }
  ~LiveSmsc() { Stop(); }

  void Stop() {
    if (!thread_.joinable()) return;
    stop_.store(true);
    loop_->Wake();
    thread_.join();
  }

  uint16_t port() const { return port_; }
  // After Stop.
  uint64_t submits() const { return submits_; }

 private:
  std::thread thread_;
  io::Loop* loop_ = nullptr;
  std::atomic<bool> stop_ = false;
  uint16_t port_ = 0;
  uint64_t submits_ = 0;
};

}  // namespace salvo::test
