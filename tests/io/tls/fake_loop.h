// A loop whose streams are moved by hand, octet by octet, so that a test decides what leaves, what
// comes and when a connection dies. Manual time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/loop.h"

namespace salvo::io {

class FakeStream final : public Stream {
 public:
  FakeStream(const StreamOptions& options, StreamHandler* handler)
      : output_(options.output_octets), handler_(handler) {}

  OutputBuffer& output() override { return output_; }
  void Flush() override { output_.Release(); }
  void SetReceiving(bool receiving) override { receiving_ = receiving; }
  void Close() override {
    output_.Release();
    closing_ = true;
  }
  void Abort() override { aborted_ = true; }
  void Reset() override { reset_ = true; }
  std::string PeerName() const override { return "fake:1"; }
  std::string LocalName() const override { return "fake:2"; }

  void SetHandler(StreamHandler* handler) { handler_ = handler; }
  StreamHandler& handler() { return *handler_; }
  bool receiving() const { return receiving_; }
  bool closing() const { return closing_; }
  bool aborted() const { return aborted_; }
  bool reset() const { return reset_; }

  // Lets at most so many octets leave and returns them. `tells` false: the stream dies before it
  // could say so.
  std::vector<uint8_t> Leave(size_t most, bool tells = true) {
    std::vector<uint8_t> left;
    while (left.size() < most) {
      const std::span<const uint8_t> octets = output_.ToSend();
      if (octets.empty()) break;
      const size_t some = std::min(octets.size(), most - left.size());
      left.insert(left.end(), octets.begin(), octets.begin() + static_cast<ptrdiff_t>(some));
      output_.Sent(some);
      if (tells) handler_->OnSent();
    }
    return left;
  }

  // The connection is gone; the handler, too, when this returns.
  void Die(CloseReason reason) { handler_->OnClosed(reason); }

 private:
  OutputBuffer output_;
  StreamHandler* handler_;
  bool receiving_ = true;
  bool closing_ = false;
  bool aborted_ = false;
  bool reset_ = false;
};

class FakeLoop final : public Loop, private Clock {
 public:
  FakeLoop() : Loop(&now_) {}

  Clock& clock() override { return *this; }
  TimerQueue& timers() override { return timers_; }
  void Turn(Nanos) override { timers_.RunDue(now_); }
  void Doze(Nanos wait_until) override { Turn(wait_until); }
  void Submit() override {}
  void Wake() override {}
  void Post(std::function<void()>) override {}
  Stream* Connect(const SocketAddress&, const StreamOptions& options,
                  StreamHandler* handler) override {
    stream_ = std::make_unique<FakeStream>(options, handler);
    return stream_.get();
  }
  absl::StatusOr<SocketAddress> Listen(const SocketAddress&, const StreamOptions&,
                                       AcceptHandler*) override {
    return absl::UnimplementedError("a fake");
  }
  absl::StatusOr<std::unique_ptr<File>> OpenForAppend(const std::string&) override {
    return absl::UnimplementedError("a fake");
  }
  void Resolve(const Endpoint&, ResolveCallback) override {}

  // The stream that was connected last.
  FakeStream& stream() { return *stream_; }

  void Advance(Nanos span) {
    now_ += span;
    Turn(0);
  }

 private:
  Nanos Monotonic() override { return now_; }
  Nanos Wall() override { return now_; }

  Nanos now_ = kNanosPerSecond;
  TimerQueue timers_;
  std::unique_ptr<FakeStream> stream_;
};

}  // namespace salvo::io
