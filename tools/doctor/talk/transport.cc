#include "tools/doctor/talk/transport.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace salvo::doctor {
namespace {

constexpr size_t kOutputOctets = 64 * 1024;

}  // namespace

class Transport::Outside final : public io::StreamHandler {
 public:
  explicit Outside(Transport* owner) : owner_(*owner) {}

  void OnConnected() override { owner_.OnPlainConnected(); }
  void OnReceived(std::span<const uint8_t> octets) override { owner_.OnWire(octets); }
  bool OnSent() override { return owner_.wrapping_ != nullptr && owner_.wrapping_->OnSent(); }
  void OnClosed(const io::CloseReason& reason) override {
    owner_.wire_ = nullptr;
    io::StreamHandler* wrapping = std::exchange(owner_.wrapping_, nullptr);
    // TLS tells the inside, with what it knows better.
    if (wrapping != nullptr) return wrapping->OnClosed(reason);
    owner_.OnClosed(reason);
  }

 private:
  Transport& owner_;
};

class Transport::Inside final : public io::StreamHandler {
 public:
  explicit Inside(Transport* owner) : owner_(*owner) {}

  void OnConnected() override { owner_.state_ = State::kOpen; }
  void OnReceived(std::span<const uint8_t> octets) override { owner_.Deliver(octets); }
  bool OnSent() override { return false; }
  void OnClosed(const io::CloseReason& reason) override { owner_.OnClosed(reason); }

 private:
  Transport& owner_;
};

Transport::Transport(io::Loop& loop)
    : loop_(loop),
      outside_(std::make_unique<Outside>(this)),
      inside_(std::make_unique<Inside>(this)) {}

Transport::~Transport() {
  on_octets_ = nullptr;
  Abort();
  while (wire_ != nullptr) loop_.Turn(io::kNever);
}

void Transport::Connect(const io::SocketAddress& address, io::Nanos timeout) {
  io::StreamOptions options;
  options.connect_timeout = timeout;
  options.output_octets = 2 * kOutputOctets;
  state_ = State::kConnecting;
  wire_ = loop_.Connect(address, options, outside_.get());
}

void Transport::OnPlainConnected() {
  state_ = State::kConnected;
  local_name_ = wire_->LocalName();
  // What comes before somebody looks is for them all the same.
  wire_->SetReceiving(false);
}

void Transport::StartPlain(OnOctets on_octets) {
  on_octets_ = std::move(on_octets);
  if (state_ != State::kConnected) return;
  stream_ = wire_;
  state_ = State::kOpen;
  wire_->SetReceiving(true);
}

void Transport::StartTls(std::shared_ptr<const io::TlsContext> context,
                         const std::string& server_name, io::Nanos timeout, OnOctets on_octets) {
  on_octets_ = std::move(on_octets);
  if (state_ != State::kConnected) return;
  io::StreamOptions options;
  options.connect_timeout = timeout;
  options.output_octets = kOutputOctets;
  state_ = State::kShaking;
  wrapping_ = io::WrapTls(loop_, wire_, options, std::move(context), server_name, inside_.get(),
                          &stream_, &facts_);
  wire_->SetReceiving(true);
  wrapping_->OnConnected();
}

void Transport::OnWire(std::span<const uint8_t> octets) {
  const std::span<const uint8_t> kept =
      octets.first(std::min(octets.size(), kMostFirst - first_.size()));
  first_.insert(first_.end(), kept.begin(), kept.end());
  if (wrapping_ != nullptr) return wrapping_->OnReceived(octets);
  Deliver(octets);
}

void Transport::Deliver(std::span<const uint8_t> octets) {
  if (on_octets_) on_octets_(octets);
}

void Transport::OnClosed(const io::CloseReason& reason) {
  stream_ = nullptr;
  state_ = State::kClosed;
  reason_ = reason;
}

bool Transport::Send(std::span<const uint8_t> octets) {
  if (state_ != State::kOpen) return false;
  uint8_t* out = stream_->output().Claim(octets.size());
  if (out == nullptr) return false;
  std::memcpy(out, octets.data(), octets.size());
  stream_->output().Commit(octets.size());
  stream_->Flush();
  return true;
}

void Transport::Close() {
  if (stream_ != nullptr) stream_->Close();
}

void Transport::Abort() {
  if (stream_ != nullptr) {
    stream_->Abort();
  } else if (wire_ != nullptr) {
    wire_->Abort();
  }
}

}  // namespace salvo::doctor
