#include "io/tls/tls_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace salvo::io {
namespace {

// Room for what records need beyond their plain octets, and for handshakes and alerts.
constexpr size_t kRecordsBeyondPlain = 16 * 1024;
// How long the last records (an alert, close_notify) may take to leave.
constexpr Nanos kEndTimeout = 5 * kNanosPerSecond;

CloseReason ClosedInHandshake() {
  return {CloseReason::Cause::kTlsInterrupted, 0, "the peer closed during the TLS handshake"};
}

class TlsStream final : public Stream, public StreamHandler {
 public:
  TlsStream(Loop& loop, const StreamOptions& options, std::shared_ptr<const TlsContext> context,
            const std::string& server_name, StreamHandler* handler, TlsFacts* facts = nullptr);

  void SetInner(Stream* inner) {
    inner_ = inner;
    if (engine_ == nullptr) inner_->Abort();
  }

  // Stream, towards the user.
  OutputBuffer& output() override { return output_; }
  void Flush() override;
  void SetReceiving(bool receiving) override;
  void Close() override;
  void Abort() override;
  void Reset() override;
  std::string PeerName() const override { return inner_->PeerName(); }
  std::string LocalName() const override { return inner_->LocalName(); }

  // StreamHandler, towards the inner stream.
  void OnConnected() override;
  void OnReceived(std::span<const uint8_t> records) override;
  bool OnSent() override;
  void OnClosed(const CloseReason& reason) override;

 private:
  enum class State : uint8_t {
    kConnecting,  // TCP
    kShaking,     // TLS
    kOpen,
    kFlushing,  // the user closed it: what was committed is sent first
    kEnding,    // the inner stream closes or aborts
  };
  // Which plain octets a record carries: they have left when all of the record has. A peer cannot
  // read a part of one.
  struct Record {
    uint64_t plain_end;   // in output_
    uint64_t record_end;  // in the inner stream's output
  };

  bool is_up() const { return state_ == State::kOpen || state_ == State::kFlushing; }
  void AfterHandshake();
  void TellFacts();
  void Deliver();
  void Encrypt();
  void MoveRecords();
  void CreditSent();
  void SetInnerReceiving();
  void CloseWhenThrough();
  void OnDeadline();
  void OnPeerEndedTls();
  void FailTls();
  void End();
  void EndFor(CloseReason reason);

  Loop& loop_;
  Stream* inner_ = nullptr;  // unowned; gone after OnClosed
  StreamHandler* handler_;   // unowned
  TlsFacts* facts_;          // unowned; nullptr: nobody asks
  std::unique_ptr<TlsEngine> engine_;
  OutputBuffer output_;
  Timer deadline_;  // of connecting, then of ending
  Timer resume_;    // delivers what was decrypted while not receiving
  std::vector<uint8_t> plain_;
  std::deque<Record> records_;  // encrypted and not yet sent
  uint64_t encrypted_ = 0;      // plain octets, from output_'s start
  State state_ = State::kConnecting;
  bool receiving_ = true;
  bool has_reason_ = false;  // reason_ is ours to tell, rather than the inner stream's
  CloseReason reason_;
};

TlsStream::TlsStream(Loop& loop, const StreamOptions& options,
                     std::shared_ptr<const TlsContext> context, const std::string& server_name,
                     StreamHandler* handler, TlsFacts* facts)
    : loop_(loop),
      handler_(handler),
      facts_(facts),
      output_(options.output_octets),
      deadline_(loop.timers(), [this] { OnDeadline(); }),
      resume_(loop.timers(), [this] { Deliver(); }),
      plain_(kMaxReceiveOctets) {
  deadline_.Set(Later(loop.clock().Monotonic(), options.connect_timeout));
  absl::StatusOr<std::unique_ptr<TlsEngine>> engine =
      TlsEngine::Create(std::move(context), server_name);
  if (engine.ok()) {
    engine_ = std::move(*engine);
    return;
  }
  state_ = State::kEnding;
  has_reason_ = true;
  reason_ = {CloseReason::Cause::kTlsFailed, 0, std::string(engine.status().message())};
}

void TlsStream::Flush() {
  output_.Release();
  if (!is_up()) return;
  Encrypt();
  MoveRecords();
}

void TlsStream::SetReceiving(bool receiving) {
  if (receiving_ == receiving) return;
  receiving_ = receiving;
  // Octets may be here already, and no record need follow that would bring them out.
  resume_.Set(receiving ? loop_.now() : kNever);
  SetInnerReceiving();
}

// The handshake needs the peer's records in any case. And a peer that makes us write (it can ask
// for new keys as often as it likes) but reads nothing is not read any more: all the records of
// a half of our output fit below that limit.
void TlsStream::SetInnerReceiving() {
  if (state_ == State::kEnding) return;
  const size_t most = output_.half() + 2 * kRecordsBeyondPlain;
  const bool clogged = engine_->RecordsWaiting() > most;
  inner_->SetReceiving((receiving_ || !is_up()) && !clogged);
}

void TlsStream::Close() {
  if (state_ == State::kConnecting) return Abort();
  if (state_ == State::kShaking) return End();
  if (state_ != State::kOpen) return;
  state_ = State::kFlushing;
  Flush();
  CloseWhenThrough();
}

void TlsStream::Abort() {
  state_ = State::kEnding;
  inner_->Abort();
}

void TlsStream::Reset() {
  state_ = State::kEnding;
  inner_->Reset();
}

void TlsStream::OnConnected() {
  if (state_ != State::kConnecting) return;
  state_ = State::kShaking;
  engine_->Handshake();
  AfterHandshake();
}

void TlsStream::OnReceived(std::span<const uint8_t> records) {
  if (state_ == State::kEnding) return;
  engine_->PutRecords(records);
  AfterHandshake();
  Deliver();
}

void TlsStream::TellFacts() {
  if (facts_ != nullptr && engine_ != nullptr) *facts_ = engine_->Facts();
}

void TlsStream::AfterHandshake() {
  MoveRecords();
  if (engine_->state() == TlsEngine::State::kFailed) return FailTls();
  if (state_ != State::kShaking || engine_->state() != TlsEngine::State::kOpen) return;
  state_ = State::kOpen;
  deadline_.Cancel();
  SetInnerReceiving();
  TellFacts();
  handler_->OnConnected();
}

void TlsStream::Deliver() {
  while (is_up() && receiving_) {
    const size_t octets = engine_->TakePlain(plain_);
    if (octets == 0) break;
    handler_->OnReceived({plain_.data(), octets});
  }
  if (state_ == State::kEnding) return;
  if (engine_->state() == TlsEngine::State::kFailed) return FailTls();
  if (engine_->state() == TlsEngine::State::kPeerClosed) return OnPeerEndedTls();
  // Answers to what the peer's TLS asked for.
  MoveRecords();
  SetInnerReceiving();
}

void TlsStream::OnPeerEndedTls() {
  if (!is_up()) return EndFor(ClosedInHandshake());
  engine_->CloseNotify();
  EndFor({CloseReason::Cause::kPeerClosed, 0, "the peer closed the connection"});
}

void TlsStream::FailTls() {
  if (state_ == State::kEnding) return;
  const auto failed =
      engine_->may_pass() ? CloseReason::Cause::kTlsInterrupted : CloseReason::Cause::kTlsFailed;
  // The alert that tells the peer why is among the records.
  EndFor({is_up() ? CloseReason::Cause::kBroken : failed, 0, engine_->error()});
}

void TlsStream::EndFor(CloseReason reason) {
  has_reason_ = true;
  reason_ = std::move(reason);
  End();
}

void TlsStream::End() {
  MoveRecords();
  state_ = State::kEnding;
  // A peer that does not read must not keep us.
  deadline_.Set(Later(loop_.clock().Monotonic(), kEndTimeout));
  inner_->Close();
}

void TlsStream::OnDeadline() {
  if (state_ != State::kEnding) {
    has_reason_ = true;
    reason_ = {CloseReason::Cause::kConnectTimeout, ETIMEDOUT,
               state_ == State::kConnecting ? "no answer within the time allowed"
                                            : "no TLS handshake within the time allowed"};
  }
  Abort();
}

// One half of the output at a time: it must stay where it is until its records have left.
void TlsStream::Encrypt() {
  if (!records_.empty()) return;
  std::span<const uint8_t> plain = output_.ToSend();
  while (!plain.empty()) {
    const size_t taken = engine_->PutPlain(plain);
    if (engine_->state() == TlsEngine::State::kFailed) return FailTls();
    if (taken == 0) return;
    encrypted_ += taken;
    records_.push_back({encrypted_, inner_->output().committed() + engine_->RecordsWaiting()});
    plain = plain.subspan(taken);
  }
}

void TlsStream::MoveRecords() {
  OutputBuffer& to = inner_->output();
  while (engine_->RecordsWaiting() > 0 && to.room() > 0) {
    const size_t room = to.room();
    to.Commit(engine_->TakeRecords({to.Claim(room), room}));
  }
  inner_->Flush();
}

void TlsStream::CreditSent() {
  const uint64_t sent = inner_->output().sent();
  while (!records_.empty() && records_.front().record_end <= sent) {
    output_.Sent(records_.front().plain_end - output_.sent());
    records_.pop_front();
  }
}

bool TlsStream::OnSent() {
  if (engine_ == nullptr) return false;
  CreditSent();
  if (is_up()) Encrypt();
  MoveRecords();
  SetInnerReceiving();
  CloseWhenThrough();
  return is_up() && handler_->OnSent();
}

void TlsStream::CloseWhenThrough() {
  if (state_ != State::kFlushing || !output_.empty()) return;
  engine_->CloseNotify();
  End();
}

void TlsStream::OnClosed(const CloseReason& reason) {
  CreditSent();
  TellFacts();
  CloseReason told = reason;
  if (has_reason_) {
    told = reason_;
  } else if (reason.cause == CloseReason::Cause::kPeerClosed) {
    if (is_up()) {
      told = {CloseReason::Cause::kTlsTruncated, 0,
              "the peer closed the connection without ending TLS"};
    } else if (state_ == State::kEnding) {
      told = {};  // as we were about to do
    } else {
      told = ClosedInHandshake();
    }
  }
  std::unique_ptr<TlsStream> self(this);
  handler_->OnClosed(told);
}

}  // namespace

Stream* ConnectTls(Loop& loop, const SocketAddress& address, const StreamOptions& options,
                   std::shared_ptr<const TlsContext> context, const std::string& server_name,
                   StreamHandler* handler) {
  auto* tls = new TlsStream(loop, options, std::move(context), server_name, handler);
  StreamOptions inner = options;
  inner.output_octets += kRecordsBeyondPlain;
  tls->SetInner(loop.Connect(address, inner, tls));
  return tls;
}

StreamHandler* AcceptTls(Loop& loop, Stream* plain, const StreamOptions& options,
                         std::shared_ptr<const TlsContext> context, StreamHandler* handler,
                         Stream** tls) {
  return WrapTls(loop, plain, options, std::move(context), "", handler, tls, nullptr);
}

StreamHandler* WrapTls(Loop& loop, Stream* plain, const StreamOptions& options,
                       std::shared_ptr<const TlsContext> context, const std::string& server_name,
                       StreamHandler* handler, Stream** tls, TlsFacts* facts) {
  auto* stream = new TlsStream(loop, options, std::move(context), server_name, handler, facts);
  stream->SetInner(plain);
  *tls = stream;
  return stream;
}

}  // namespace salvo::io
