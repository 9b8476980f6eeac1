// A loop without a machine: its time goes on when a test says so, and the test is the peer of every
// connection.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/loop.h"
#include "pdu/decode.h"
#include "pdu/encode.h"

namespace salvo::sim {

class FakeClock final : public io::Clock {
 public:
  io::Nanos Monotonic() override { return now; }
  io::Nanos Wall() override { return now; }

  io::Nanos now = io::kNanosPerSecond;
};

// A whole PDU.
inline std::vector<uint8_t> Encoded(pdu::CommandId id, uint32_t sequence) {
  std::vector<uint8_t> octets(pdu::kHeaderOctets);
  pdu::EncodeHeaderOnly(id, pdu::CommandStatus::ESME_ROK, sequence, octets);
  return octets;
}
template <class Body>
std::vector<uint8_t> Encoded(pdu::CommandId id, uint32_t sequence, const Body& body) {
  std::vector<uint8_t> octets(1024);
  octets.resize(pdu::Encode(id, pdu::CommandStatus::ESME_ROK, sequence, body, octets).octets);
  return octets;
}

// A connection as its peer sees it, which speaks in PDUs.
class FakeStream final : public io::Stream {
 public:
  explicit FakeStream(size_t output_octets) : output_(output_octets) {}

  io::OutputBuffer& output() override { return output_; }
  void Flush() override { output_.Release(); }
  void SetReceiving(bool /*receiving*/) override {}
  void Close() override {
    Flush();
    closing_ = true;
  }
  void Abort() override { dead_ = true; }
  void Reset() override { Abort(); }
  std::string PeerName() const override { return "192.0.2.1:40000"; }
  std::string LocalName() const override { return "192.0.2.2:2775"; }

  void SetHandler(io::StreamHandler* handler) { handler_ = handler; }
  io::StreamHandler* handler() const { return handler_; }
  bool dead() const { return dead_; }
  // Its handler was told that it is closed.
  bool ended() const { return handler_ == nullptr; }

  // From now on the peer takes nothing, or all again.
  void SetReading(bool reading) { reading_ = reading; }
  void Say(const std::vector<uint8_t>& octets) { handler_->OnReceived(octets); }

  template <class... Body>
  void Say(pdu::CommandId id, uint32_t sequence, const Body&... body) {
    Say(Encoded(id, sequence, body...));
  }

  // The headers of the PDUs that came since the last call.
  std::vector<pdu::Header> Heard() {
    std::vector<pdu::Header> headers;
    while (heard_.size() >= pdu::kHeaderOctets) {
      const pdu::Header header = pdu::DecodeHeader(heard_);
      if (header.command_length > heard_.size()) break;
      headers.push_back(header);
      heard_.erase(heard_.begin(), heard_.begin() + header.command_length);
    }
    return headers;
  }

  // What a loop does with a stream; false when there was nothing to do.
  bool Run() {
    if (handler_ == nullptr) return false;
    if (!dead_ && reading_ && Send()) return handler_->OnSent();
    if (closing_ && output_.empty()) dead_ = true;
    if (!dead_) return false;
    std::exchange(handler_, nullptr)->OnClosed({});
    return true;
  }

 private:
  bool Send() {
    const std::span<const uint8_t> octets = output_.ToSend();
    heard_.insert(heard_.end(), octets.begin(), octets.end());
    output_.Sent(octets.size());
    return !octets.empty();
  }

  io::OutputBuffer output_;
  io::StreamHandler* handler_ = nullptr;
  std::vector<uint8_t> heard_;
  bool reading_ = true;
  bool closing_ = false;
  bool dead_ = false;
};

class FakeLoop final : public io::Loop {
 public:
  FakeLoop() : FakeLoop(std::make_unique<FakeClock>()) {}

  io::Clock& clock() override { return *clock_; }
  io::TimerQueue& timers() override { return timers_; }
  void Turn(io::Nanos wait_until) override {
    RunStreams();
    while (timers_.NextDeadline() <= wait_until) {
      clock_->now = std::max(clock_->now, timers_.NextDeadline());
      timers_.RunDue(clock_->now);
      RunStreams();
    }
    clock_->now = std::max(clock_->now, wait_until);
  }
  void Doze(io::Nanos wait_until) override { Turn(wait_until); }
  void Submit() override {}
  void Wake() override {}
  void Post(std::function<void()> task) override { task(); }
  io::Stream* Connect(const io::SocketAddress& /*address*/, const io::StreamOptions& /*options*/,
                      io::StreamHandler* /*handler*/) override {
    return nullptr;
  }
  absl::StatusOr<io::SocketAddress> Listen(const io::SocketAddress& address,
                                           const io::StreamOptions& options,
                                           io::AcceptHandler* handler) override {
    options_ = options;
    accepts_ = handler;
    return address;
  }
  absl::StatusOr<std::unique_ptr<io::File>> OpenForAppend(const std::string& /*path*/) override {
    return nullptr;
  }
  void Resolve(const io::Endpoint& /*endpoint*/, io::ResolveCallback /*done*/) override {}

  // So much time goes by, and what is due in it happens.
  void Pass(io::Nanos time) { Turn(now() + time); }
  // Somebody connects to whoever listens; not owned.
  FakeStream* Accept() {
    FakeStream* stream = Connecting();
    if (!stream->dead()) stream->handler()->OnConnected();
    return stream;
  }
  // The same, and the handshakes of TLS are not through.
  FakeStream* Connecting() {
    FakeStream* stream =
        streams_.emplace_back(std::make_unique<FakeStream>(options_.output_octets)).get();
    stream->SetHandler(accepts_->OnAccepted(stream));
    return stream;
  }

 private:
  explicit FakeLoop(std::unique_ptr<FakeClock> clock)
      : io::Loop(&clock->now), clock_(std::move(clock)) {}

  void RunStreams() {
    for (bool busy = true; busy;) {
      busy = false;
      for (const auto& stream : streams_) busy |= stream->Run();
    }
  }

  std::unique_ptr<FakeClock> clock_;
  io::TimerQueue timers_;
  io::StreamOptions options_;
  io::AcceptHandler* accepts_ = nullptr;
  std::vector<std::unique_ptr<FakeStream>> streams_;
};

}  // namespace salvo::sim
