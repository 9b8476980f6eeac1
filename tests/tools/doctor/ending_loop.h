// A loop without a machine, on which every connection ends.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "io/loop.h"

namespace salvo::doctor {

// A stream that never opens.
class EndedStream final : public io::Stream {
 public:
  io::OutputBuffer& output() override { return output_; }
  void Flush() override {}
  void SetReceiving(bool) override {}
  void Close() override {}
  void Abort() override {}
  void Reset() override {}
  std::string PeerName() const override { return ""; }
  std::string LocalName() const override { return ""; }

 private:
  io::OutputBuffer output_{1};
};

// A machine on which every connection ends with the same error before it is told as made.
class EndingLoop final : public io::Loop {
 public:
  explicit EndingLoop(int error_number) : Loop(&now_), error_number_(error_number) {}

  io::Clock& clock() override { return io::SystemClock(); }
  io::TimerQueue& timers() override { return timers_; }
  void Turn(io::Nanos) override {
    if (handler_ == nullptr) return;
    io::CloseReason reason;
    reason.error_number = error_number_;
    std::exchange(handler_, nullptr)->OnClosed(reason);
  }
  void Doze(io::Nanos until) override { Turn(until); }
  void Submit() override {}
  void Wake() override {}
  void Post(std::function<void()>) override {}
  io::Stream* Connect(const io::SocketAddress&, const io::StreamOptions&,
                      io::StreamHandler* handler) override {
    handler_ = handler;
    return &stream_;
  }
  absl::StatusOr<io::SocketAddress> Listen(const io::SocketAddress&, const io::StreamOptions&,
                                           io::AcceptHandler*) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::unique_ptr<io::File>> OpenForAppend(const std::string&) override {
    return absl::UnimplementedError("");
  }
  void Resolve(const io::Endpoint&, io::ResolveCallback) override {}

 private:
  const io::Nanos now_ = 0;
  const int error_number_;
  io::TimerQueue timers_;
  EndedStream stream_;
  io::StreamHandler* handler_ = nullptr;
};

}  // namespace salvo::doctor
