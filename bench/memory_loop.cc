#include "bench/memory_loop.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "pdu/decode.h"
#include "pdu/encode.h"

namespace salvo::bench {
namespace {

constexpr io::Nanos kTurn = 20'000;
constexpr io::Nanos kEpoch = 1'700'000'000 * io::kNanosPerSecond;

class NoFile final : public io::File {
 public:
  explicit NoFile(io::Loop& loop) : loop_(loop) {}
  absl::Status Append(std::span<const uint8_t> octets) override {
    appended_ += octets.size();
    return absl::OkStatus();
  }
  absl::Status Reserve(uint64_t /*octets*/) override { return absl::OkStatus(); }
  void Sync(std::function<void(absl::Status)> done) override {
    loop_.Post([done = std::move(done)] { done(absl::OkStatus()); });
  }
  uint64_t appended() const override { return appended_; }

 private:
  io::Loop& loop_;
  uint64_t appended_ = 0;
};

}  // namespace

// The SMSC's side of it answers in the turn after that in which it was asked.
class MemoryStream final : public io::Stream {
 public:
  MemoryStream(const io::StreamOptions& options, io::StreamHandler* handler)
      : output_(options.output_octets), handler_(handler) {}

  io::OutputBuffer& output() override { return output_; }
  void Flush() override {
    output_.Release();
    Take();
  }
  void SetReceiving(bool /*receiving*/) override {}
  void Close() override {
    Flush();
    closing_ = true;
  }
  void Abort() override { closing_ = true; }
  void Reset() override { closing_ = true; }
  std::string PeerName() const override { return "memory"; }
  std::string LocalName() const override { return "memory"; }

  // False when it is closed and its user knows.
  bool Turn() {
    if (!std::exchange(connected_, true)) handler_->OnConnected();
    while (!answers_.empty() && !closing_) {
      std::vector<uint8_t> answers;
      answers.swap(answers_);
      std::span<const uint8_t> rest = answers;
      for (; !rest.empty(); rest = rest.subspan(std::min(rest.size(), io::kMaxReceiveOctets))) {
        handler_->OnReceived(rest.first(std::min(rest.size(), io::kMaxReceiveOctets)));
      }
      answers.clear();
      if (answers_.empty()) answers_.swap(answers);
    }
    if (std::exchange(sent_, false) && !closing_) handler_->OnSent();
    if (!closing_) return true;
    handler_->OnClosed({io::CloseReason::Cause::kRequested, 0, "closed"});
    return false;
  }

 private:
  void Take() {
    for (std::span<const uint8_t> octets = output_.ToSend(); !octets.empty();
         octets = output_.ToSend()) {
      for (std::span<const uint8_t> rest = octets; !rest.empty();) {
        const pdu::Header header = pdu::DecodeHeader(rest);
        if (!pdu::IsResponse(header.command_id)) Answer(header);
        rest = rest.subspan(header.command_length);
      }
      output_.Sent(octets.size());
      sent_ = true;
    }
  }

  void Answer(const pdu::Header& request) {
    pdu::MessageIdResponse body;
    char id[] = "0000000000";
    if (request.command_id == pdu::CommandId::kSubmitSm) {
      uint32_t number = request.sequence_number;
      for (char* digit = id + 9; number > 0; number /= 10) {
        *digit-- = static_cast<char>('0' + number % 10);
      }
      body.message_id = id;
    }
    const auto response = pdu::ResponseTo(request.command_id);
    uint8_t octets[64];
    const pdu::EncodeResult result =
        pdu::Encode(response, pdu::CommandStatus::ESME_ROK, request.sequence_number, body, octets);
    answers_.insert(answers_.end(), octets, octets + result.octets);
  }

  io::OutputBuffer output_;
  io::StreamHandler* handler_;
  std::vector<uint8_t> answers_;
  bool connected_ = false;
  bool sent_ = false;
  bool closing_ = false;
};

MemoryLoop::MemoryLoop() : Loop(&now_), clock_(now_) {}
MemoryLoop::~MemoryLoop() = default;

io::Nanos MemoryLoop::TurnClock::Wall() { return kEpoch + Monotonic(); }

void MemoryLoop::Turn(io::Nanos /*wait_until*/) {
  now_ += kTurn;
  std::deque<std::function<void()>> posted;
  posted.swap(posted_);
  for (const auto& task : posted) task();
  // A callback may connect anew.
  for (size_t i = 0; i < streams_.size(); ++i) {
    if (streams_[i] != nullptr && !streams_[i]->Turn()) streams_[i] = nullptr;
  }
  timers_.RunDue(now_);
}

io::Stream* MemoryLoop::Connect(const io::SocketAddress& /*address*/,
                                const io::StreamOptions& options, io::StreamHandler* handler) {
  streams_.push_back(std::make_unique<MemoryStream>(options, handler));
  return streams_.back().get();
}

absl::StatusOr<io::SocketAddress> MemoryLoop::Listen(const io::SocketAddress& /*address*/,
                                                     const io::StreamOptions& /*options*/,
                                                     io::AcceptHandler* /*handler*/) {
  return absl::UnimplementedError("a loop in memory does not listen");
}

absl::StatusOr<std::unique_ptr<io::File>> MemoryLoop::OpenForAppend(const std::string& /*path*/) {
  return std::make_unique<NoFile>(*this);
}

void MemoryLoop::Resolve(const io::Endpoint& endpoint, io::ResolveCallback done) {
  Post([address = io::SocketAddress::FromNumeric(endpoint), done = std::move(done)] {
    done(std::vector<io::SocketAddress>{*address});
  });
}

}  // namespace salvo::bench
