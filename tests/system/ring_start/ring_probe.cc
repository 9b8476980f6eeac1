// A program that does with a ring what every command does: makes it, connects, sends and receives.
// Says "ok", or on one line of stderr why not; exits with 12 when the platform refuses the ring.
#include <cstdio>
#include <cstring>
#include <string>

#include "io/uring/uring_loop.h"

namespace salvo::io {
namespace {

constexpr size_t kOctets = 1'000'000;

// Either end: the one sends, the other counts.
class End final : public StreamHandler {
 public:
  void OnConnected() override { Pump(); }
  void OnReceived(std::span<const uint8_t> octets) override { received += octets.size(); }
  bool OnSent() override {
    Pump();
    return true;
  }
  void OnClosed(const CloseReason& why) override {
    if (why.cause != CloseReason::Cause::kRequested) {
      std::fprintf(stderr, "closed: %s\n", why.detail.c_str());
    }
    stream = nullptr;
  }

  void Pump() {
    while (to_send > 0 && stream->output().room() > 0) {
      const size_t some = std::min(to_send, stream->output().room());
      std::memset(stream->output().Claim(some), 'x', some);
      stream->output().Commit(some);
      to_send -= some;
    }
    stream->Flush();
  }

  Stream* stream = nullptr;
  size_t to_send = 0;
  size_t received = 0;
};

class Acceptor final : public AcceptHandler {
 public:
  StreamHandler* OnAccepted(Stream* stream) override {
    end.stream = stream;
    return &end;
  }
  void OnAcceptFailed(int error_number) override {
    std::fprintf(stderr, "accept: %s\n", std::strerror(error_number));
  }
  End end;
};

int Run() {
  End client;
  Acceptor acceptor;
  auto loop = UringLoop::Create();
  if (!loop.ok()) {
    std::fprintf(stderr, "%s\n", std::string(loop.status().message()).c_str());
    return 12;
  }
  const auto any = SocketAddress::FromNumeric({"127.0.0.1", 0});
  const auto address = (*loop)->Listen(*any, {}, &acceptor);
  if (!address.ok()) return 1;
  client.to_send = kOctets;
  client.stream = (*loop)->Connect(*address, {}, &client);
  while (client.stream != nullptr && acceptor.end.received < kOctets) {
    (*loop)->Turn((*loop)->clock().Monotonic() + kNanosPerSecond);
  }
  if (acceptor.end.received != kOctets) return 1;
  std::puts("ok");
  return 0;
}

}  // namespace
}  // namespace salvo::io

int main() { return salvo::io::Run(); }
