#include "io/tls/tls_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace salvo::io {
namespace {

// Room for what records need beyond their plain octets, and for handshakes and alerts.
constexpr size_t kRecordsBeyondPlain = 16 * 1024;

class TlsStream final : public Stream, public StreamHandler {
 public:
  TlsStream(Loop& loop, const StreamOptions& options, std::shared_ptr<const TlsContext> context,
            const std::string& server_name, StreamHandler* handler)
      : handler_(handler),
        output_(options.output_octets),
        deadline_(loop.timers(), [this] { OnHandshakeTimeout(); }),
        plain_(kMaxReceiveOctets) {
    deadline_.Set(loop.clock().Monotonic() + options.connect_timeout);
    absl::StatusOr<std::unique_ptr<TlsEngine>> engine =
        TlsEngine::Create(std::move(context), server_name);
    if (engine.ok()) {
      engine_ = std::move(*engine);
    } else {
      reason_ = {CloseReason::Cause::kTlsFailed, 0, std::string(engine.status().message())};
    }
  }

  void SetInner(Stream* inner) {
    inner_ = inner;
    if (engine_ == nullptr) inner_->Abort();
  }

  // Stream, towards the user.
  OutputBuffer& output() override { return output_; }
  void Flush() override {
    if (engine_ == nullptr || !open_) return;
    Encrypt();
    MoveRecords();
  }
  void SetReceiving(bool receiving) override { inner_->SetReceiving(receiving); }
  void Close() override {
    closing_ = true;
    Flush();
    CloseWhenThrough();
  }
  void Abort() override {
    closing_ = true;
    inner_->Abort();
  }
  std::string PeerName() const override { return inner_->PeerName(); }

  // StreamHandler, towards the inner stream.
  void OnConnected() override {
    if (engine_ == nullptr) return;
    tcp_is_up_ = true;
    engine_->Handshake();
    AfterEngine();
  }
  void OnReceived(std::span<const uint8_t> records) override;
  void OnSent() override;
  void OnClosed(const CloseReason& reason) override;

 private:
  // Which plain octets a record carries: they have left when all of the record has. A peer cannot
  // read a part of one.
  struct Record {
    uint64_t plain_end;   // in output_
    uint64_t record_end;  // in the inner stream's output
  };

  void OnHandshakeTimeout() {
    if (!tcp_is_up_) return;  // the inner stream's own time-out tells
    reason_ = {CloseReason::Cause::kConnectTimeout, ETIMEDOUT,
               "no TLS handshake within the time allowed"};
    inner_->Abort();
  }

  void AfterEngine();
  void FailTls();
  void OnPeerEndedTls();
  void Encrypt();
  void MoveRecords();
  void CreditSent();
  void CloseWhenThrough();

  Stream* inner_ = nullptr;  // unowned; gone after OnClosed
  StreamHandler* handler_;   // unowned
  std::unique_ptr<TlsEngine> engine_;
  OutputBuffer output_;
  Timer deadline_;
  std::vector<uint8_t> plain_;
  std::deque<Record> records_;  // encrypted and not yet sent
  uint64_t encrypted_ = 0;      // plain octets, from output_'s start
  CloseReason reason_;
  bool tcp_is_up_ = false;
  bool open_ = false;
  bool closing_ = false;
  bool notified_ = false;  // our close_notify was made
};

void TlsStream::OnReceived(std::span<const uint8_t> records) {
  if (engine_ == nullptr || closing_) return;
  engine_->PutRecords(records);
  AfterEngine();
  while (open_ && !closing_) {
    const size_t octets = engine_->TakePlain(plain_);
    if (octets > 0) handler_->OnReceived({plain_.data(), octets});
    if (octets < plain_.size()) break;
  }
  if (engine_->state() == TlsEngine::State::kFailed) FailTls();
  if (engine_->state() == TlsEngine::State::kPeerClosed) OnPeerEndedTls();
  MoveRecords();
}

void TlsStream::OnPeerEndedTls() {
  if (closing_) return;
  closing_ = true;
  reason_ = {CloseReason::Cause::kPeerClosed, 0, "the peer closed the connection"};
  engine_->CloseNotify();
  MoveRecords();
  inner_->Close();
}

void TlsStream::AfterEngine() {
  MoveRecords();
  if (engine_->state() == TlsEngine::State::kFailed) return FailTls();
  if (open_ || engine_->state() != TlsEngine::State::kOpen) return;
  open_ = true;
  deadline_.Cancel();
  handler_->OnConnected();
}

void TlsStream::FailTls() {
  if (closing_) return;
  closing_ = true;
  reason_ = {open_ ? CloseReason::Cause::kBroken : CloseReason::Cause::kTlsFailed, 0,
             engine_->error()};
  // The alert that tells the peer why is among the records.
  MoveRecords();
  inner_->Close();
}

// One half of the output at a time: it must stay where it is until its records have left.
void TlsStream::Encrypt() {
  if (!records_.empty()) return;
  std::span<const uint8_t> plain = output_.ToSend();
  while (!plain.empty()) {
    const size_t taken = engine_->PutPlain(plain);
    if (taken == 0) return FailTls();
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

void TlsStream::OnSent() {
  if (engine_ == nullptr) return;
  CreditSent();
  if (open_) Encrypt();
  MoveRecords();
  CloseWhenThrough();
  if (open_ && !closing_) handler_->OnSent();
}

void TlsStream::CloseWhenThrough() {
  if (!closing_ || notified_ || engine_ == nullptr || !output_.empty()) return;
  notified_ = true;
  engine_->CloseNotify();
  MoveRecords();
  inner_->Close();
}

void TlsStream::OnClosed(const CloseReason& reason) {
  CreditSent();
  CloseReason told = reason;
  const bool ours = reason_.cause != CloseReason::Cause::kRequested;
  if (ours) {
    told = reason_;
  } else if (reason.cause == CloseReason::Cause::kPeerClosed) {
    told = open_ ? CloseReason{CloseReason::Cause::kTlsTruncated, 0,
                               "the peer closed the connection without ending TLS"}
                 : CloseReason{CloseReason::Cause::kTlsFailed, 0,
                               "the peer closed during the TLS handshake"};
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
  auto* stream = new TlsStream(loop, options, std::move(context), "", handler);
  stream->SetInner(plain);
  *tls = stream;
  return stream;
}

}  // namespace salvo::io
