#include "engine/shard/link.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "engine/log/logs.h"
#include "io/tls/tls_stream.h"
#include "pdu/print.h"

namespace salvo::engine {
namespace {

using pdu::CommandStatus;

// A stream that is to close but whose peer does not read is dropped after this long.
constexpr io::Nanos kCloseTimeout = 5 * io::kNanosPerSecond;
// Attempts for each host before an account that never came up is given up.
constexpr uint32_t kStartAttempts = 3;
// Refusals of the credentials since it was up, by a bind of an account that came up once: one may
// be a fault of the SMSC's, and providers lock accounts that go on. Some say so of a bind too many,
// too: what is said while another is up is not about the credentials.
constexpr uint32_t kCredentialAttempts = 3;

bool AreCredentials(CommandStatus status) {
  return status == CommandStatus::ESME_RINVPASWD || status == CommandStatus::ESME_RINVSYSID ||
         status == CommandStatus::ESME_RINVSYSTYP;
}

pdu::CommandId BindCommand(LinkRole role) {
  switch (role) {
    case LinkRole::kTransceiver:
      return pdu::CommandId::kBindTransceiver;
    case LinkRole::kTransmitter:
      return pdu::CommandId::kBindTransmitter;
    case LinkRole::kReceiver:
      return pdu::CommandId::kBindReceiver;
  }
  return pdu::CommandId::kBindTransceiver;
}

std::string StatusText(CommandStatus status) {
  const std::string_view name = pdu::NameOf(status);
  return absl::StrFormat("0x%02X (%s)", static_cast<uint32_t>(status),
                         name.empty() ? "unknown status" : name);
}

}  // namespace

std::string_view NameOf(LinkRole role) {
  switch (role) {
    case LinkRole::kTransceiver:
      return "transceiver";
    case LinkRole::kTransmitter:
      return "transmitter";
    case LinkRole::kReceiver:
      return "receiver";
  }
  return "";
}

Link::Link(Account& account, uint32_t bind_index, LinkRole role, io::Loop& loop, LinkOwner& owner,
           size_t place, uint32_t seed)
    : account_(account),
      bind_index_(bind_index),
      role_(role),
      submits_(role != LinkRole::kReceiver),
      loop_(loop),
      owner_(owner),
      place_(place),
      backoff_(account.options().reconnect, seed),
      timer_(loop.timers(), [this] { OnTimer(); }),
      host_index_(bind_index % account.options().hosts.size()) {}

Link::~Link() = default;

void Link::UseLogs(Logs& logs, uint32_t shard) {
  std::string instance = std::to_string(bind_index_);
  const AccountOptions& options = account_.options();
  const bool is_pair = options.bind_type == BindType::kTransmitterAndReceiver;
  if (is_pair) instance += role_ == LinkRole::kReceiver ? 'r' : 't';
  log_ = logs.AddBind(shard, options.name, instance, options.window, loop_);
}

void Link::Start() {
  has_bind_time_ = true;
  timer_.Set(account_.ReserveBindTime(loop_.now()));
}

const Host& Link::host() const {
  const std::vector<Host>& hosts = account_.options().hosts;
  return hosts[host_index_ % hosts.size()];
}

void Link::OnTimer() {
  if (state_ == BindState::kWaiting) {
    if (account_.stopped()) return BecomeStopped();
    return WaitForBindTime();
  }
  if (closing_) {
    if (stream_ != nullptr) stream_->Abort();
    return;
  }
  if (session_ == nullptr) return;
  session_->OnTick(loop_.now());
  AfterSession();
}

// Its turn among the binds of the account is taken when it would connect: one that waits long is
// not to hold up the others.
void Link::WaitForBindTime() {
  const io::Nanos now = loop_.now();
  const io::Nanos at = has_bind_time_ ? now : account_.ReserveBindTime(now);
  has_bind_time_ = at > now;
  if (!has_bind_time_) return Connect();
  timer_.Set(at);
}

void Link::Connect() {
  state_ = BindState::kConnecting;
  const uint64_t attempt = ++attempt_;
  loop_.Resolve({host().name, host().port},
                [this, attempt](absl::StatusOr<std::vector<io::SocketAddress>> addresses) {
                  if (attempt != attempt_ || state_ != BindState::kConnecting) return;
                  if (!addresses.ok()) {
                    ++host_index_;
                    Failure failure;
                    failure.kind = Event::Kind::kConnectFailed;
                    failure.text = std::string(addresses.status().message());
                    if (log_ != nullptr) log_->ConnectFailed(host().name, 0, failure.text);
                    return Retry(std::move(failure));
                  }
                  addresses_ = *std::move(addresses);
                  ConnectToNextAddress();
                });
}

void Link::ConnectToNextAddress() {
  const io::SocketAddress address = addresses_.front();
  addresses_.erase(addresses_.begin());
  io::StreamOptions options;
  options.connect_timeout = io::ToNanos(account_.options().connect_timeout);
  if (account_.tls() == nullptr) {
    stream_ = loop_.Connect(address, options, this);
    return;
  }
  const std::string& name = account_.options().tls.server_name;
  stream_ = io::ConnectTls(loop_, address, options, account_.tls(),
                           name.empty() ? host().name : name, this);
}

SessionOptions Link::MakeSessionOptions() const {
  const AccountOptions& a = account_.options();
  SessionOptions options;
  options.bind = BindCommand(role_);
  options.credentials.system_id = a.system_id;
  options.credentials.password = a.password;
  options.credentials.system_type = a.system_type;
  options.credentials.interface_version = static_cast<uint8_t>(a.interface_version);
  options.window = a.window;
  options.bind_timeout = io::ToNanos(a.bind_timeout);
  options.response_timeout = io::ToNanos(a.response_timeout);
  options.enquire_link = io::ToNanos(a.enquire_link);
  options.enquire_link_timeout = io::ToNanos(a.enquire_link_timeout);
  options.drain_timeout = io::ToNanos(a.drain_timeout);
  options.waits_for_disk = waits_for_disk_;
  options.observer = log_;
  return options;
}

void Link::OnConnected() {
  if (closing_) return;
  if (log_ != nullptr) log_->Connected(stream_->PeerName());
  addresses_.clear();
  receiving_ = true;
  session_ = std::make_unique<Session>(MakeSessionOptions(), &stream_->output(),
                                       static_cast<SessionHandler*>(this));
  state_ = BindState::kBinding;
  session_->Start(loop_.now());
  AfterSession();
}

void Link::OnReceived(std::span<const uint8_t> octets) {
  if (closing_) return;
  session_->OnReceived(octets, loop_.now());
  AfterSession();
}

// At a low rate nobody waits for room, and a turn of the shard for each send would be wasted.
bool Link::OnSent() {
  if (closing_ || (receiving_ && !session_->WantsRoom())) return false;
  owner_.OnLinkDirty(*this);
  return true;
}

void Link::AfterSession() {
  if (draining_ && session_->state() == SessionState::kBound) session_->Drain(loop_.now());
  if (session_->state() == SessionState::kEnded) return CloseStream();
  if (session_->state() == SessionState::kDraining ||
      session_->state() == SessionState::kUnbinding) {
    state_ = BindState::kUnbinding;
  }
  owner_.OnLinkDirty(*this);
}

bool Link::ReleaseAhead() {
  return session_ != nullptr && !closing_ && session_->ReleaseAhead(loop_.now());
}

void Link::Send() {
  stream_->Flush();
  loop_.Submit();
}

void Link::Release(uint64_t synced) {
  if (stream_ == nullptr || session_ == nullptr || closing_) return;
  session_->Release(synced, loop_.now());
  if (session_->state() == SessionState::kEnded) return CloseStream();
  stream_->Flush();
  UpdateTimer();
}

void Link::Flush(uint64_t covering, uint64_t synced) {
  if (stream_ == nullptr || session_ == nullptr) return;
  if (!closing_) {
    session_->WaitFor(covering);
    Release(synced);
  }
  if (std::exchange(closes_with_flush_, false)) return stream_->Close();
  if (closing_) return;
  const bool receive = !session_->Congested();
  if (receive != receiving_) {
    receiving_ = receive;
    stream_->SetReceiving(receive);
  }
}

void Link::UpdateTimer() {
  const io::Nanos deadline = session_->NextDeadline();
  // A deadline that has moved later is found out when the timer fires.
  if (deadline < timer_.deadline()) timer_.Set(deadline);
}

void Link::CloseStream() {
  closing_ = true;
  const bool can_flush = session_ != nullptr && session_->end() != SessionEnd::kPeerNotReading &&
                         session_->end() != SessionEnd::kPeerSilent;
  if (can_flush) {
    timer_.Set(loop_.now() + kCloseTimeout);
    closes_with_flush_ = true;
    owner_.OnLinkDirty(*this);
  } else {
    stream_->Abort();
  }
}

void Link::OnClosed(const io::CloseReason& reason) {
  if (log_ != nullptr) LogClosed(reason);
  stream_ = nullptr;
  timer_.Cancel();
  const bool was_bound = state_ == BindState::kBound || state_ == BindState::kUnbinding;
  const Failure failure = FailureOf(reason);
  state_ = BindState::kWaiting;
  std::unique_ptr<Session> ended = std::move(session_);
  if (ended != nullptr) {
    ended->OnTransportClosed();
    earlier_.Add(ended->stats());
  }
  closing_ = false;
  closes_with_flush_ = false;
  if (std::exchange(counts_as_bound_, false)) account_.RemoveBound();
  if (was_bound) owner_.OnLinkDown(*this);
  if (draining_ || account_.stopped()) return BecomeStopped();
  const bool another_address = ended == nullptr && !addresses_.empty();
  if (another_address) {
    state_ = BindState::kConnecting;
    return ConnectToNextAddress();
  }
  // Long enough for the next loss to be news and not the same trouble again.
  const bool proved_good =
      was_bound && loop_.now() - bound_at_ > io::ToNanos(account_.options().reconnect.max);
  if (proved_good) backoff_.Reset();
  if (!was_bound) ++host_index_;
  Retry(failure);
}

// One clause for people.
std::string_view Link::ReasonOf(const io::CloseReason& reason) const {
  const SessionEnd end = session_ == nullptr ? SessionEnd::kNone : session_->end();
  if (end == SessionEnd::kBrokenStream) return pdu::Describe(session_->framer().error());
  return end == SessionEnd::kNone ? reason.detail : Describe(end);
}

void Link::LogClosed(const io::CloseReason& reason) {
  std::string_view why = ReasonOf(reason);
  if (session_ == nullptr) {
    if (reason.cause == io::CloseReason::Cause::kRequested) why = "given up";
    return log_->ConnectFailed(stream_->PeerName(), reason.error_number, why);
  }
  if (session_->end() == SessionEnd::kBindRefused || state_ == BindState::kBinding) {
    log_->LoginFailed(session_->bind_status(), why);
  }
  log_->Disconnected(reason.error_number, why);
}

Link::Failure Link::FailureOf(const io::CloseReason& reason) const {
  using Cause = io::CloseReason::Cause;
  Failure failure;
  failure.error_number = reason.error_number;
  const std::string where = io::Endpoint{host().name, host().port}.ToString();
  if (session_ == nullptr) {
    failure.hopeless = reason.cause == Cause::kTlsFailed;
    const bool is_tls = failure.hopeless || reason.cause == Cause::kTlsInterrupted;
    failure.kind = is_tls ? Event::Kind::kTlsFailed : Event::Kind::kConnectFailed;
    failure.text = absl::StrFormat("%s %s: %s", is_tls ? "TLS with" : "cannot connect to", where,
                                   reason.detail);
    return failure;
  }
  const SessionEnd end = session_->end();
  failure.kind = Event::Kind::kDisconnected;
  if (end == SessionEnd::kBindRefused) {
    failure.kind = Event::Kind::kBindRefused;
    failure.command_status = session_->bind_status();
    failure.hopeless = AreCredentials(failure.command_status);
    failure.text =
        absl::StrFormat("%s refused the bind of '%s' with %s", where, account_.options().system_id,
                        StatusText(failure.command_status));
  } else {
    failure.text = absl::StrFormat("%s: %s", where, ReasonOf(reason));
  }
  const bool is_idle = state_ == BindState::kBound && end == SessionEnd::kNone &&
                       session_->window().outstanding() == 0;
  if (is_idle) failure.idle = session_->silence(loop_.now());
  if (end != SessionEnd::kBindRefused && state_ == BindState::kBinding) {
    failure.kind = Event::Kind::kConnectFailed;
    failure.text += " (before the bind was answered)";
  }
  return failure;
}

// Whether there is to be no further attempt by any bind. Counts the failure.
bool Link::EndsAccount(const Failure& failure) {
  const bool wrong_credentials = AreCredentials(failure.command_status);
  if (account_.ever_bound()) {
    if (!wrong_credentials) return false;
    credential_refusals_ = account_.any_bound() ? 0 : credential_refusals_ + 1;
    return credential_refusals_ >= kCredentialAttempts;
  }
  // An SMSC that still holds an old session lets us in when it has forgotten it.
  const bool patience_helps = failure.command_status == CommandStatus::ESME_RALYBND;
  if (!patience_helps) ++start_failures_;
  const auto hosts = static_cast<uint32_t>(account_.options().hosts.size());
  const uint32_t most = wrong_credentials ? 1 : failure.hopeless ? hosts : kStartAttempts * hosts;
  return start_failures_ >= most;
}

void Link::Retry(Failure failure) {
  state_ = BindState::kWaiting;
  Event event;
  event.kind = failure.kind;
  event.text = failure.text;
  event.error_number = failure.error_number;
  event.command_status = static_cast<uint32_t>(failure.command_status);
  event.idle = std::chrono::milliseconds(failure.idle / io::kNanosPerMilli);
  if (EndsAccount(failure)) {
    Tell(event);
    owner_.OnAccountHopeless(*this);
    return BecomeStopped();
  }
  const io::Nanos wait = backoff_.Next();
  event.retry_in = std::chrono::milliseconds(wait / io::kNanosPerMilli);
  Tell(event);
  timer_.Set(loop_.now() + wait);
}

void Link::Tell(Event event) {
  event.account = account_.options().name;
  event.bind = bind_index_;
  event.at_ns = loop_.clock().Wall();
  owner_.OnLinkEvent(*this, event);
}

void Link::OnBound(std::string_view smsc_system_id) {
  state_ = BindState::kBound;
  bound_at_ = loop_.now();
  ++connects_;
  credential_refusals_ = 0;
  account_.AddBound();
  counts_as_bound_ = true;
  if (log_ != nullptr) log_->LoggedIn(smsc_system_id);
  Event event;
  event.kind = Event::Kind::kBound;
  std::string text =
      absl::StrFormat("bound to %s as %s (SMSC '", stream_->PeerName(), NameOf(role_));
  pdu::AppendEscaped(smsc_system_id, &text);
  text += "')";
  event.text = text;
  Tell(event);
}

void Link::OnAnswers(std::span<const Answer> answers) { owner_.OnAnswers(*this, answers); }

void Link::OnCongestion(uint8_t state) { owner_.OnCongestion(*this, state); }

void Link::OnLost(uint64_t cookie, Fate fate, pdu::Octets pdu) {
  owner_.OnLost(*this, cookie, fate, pdu);
}

Departure Link::DepartureOf(uint64_t cookie) { return owner_.DepartureOf(*this, cookie); }

CommandStatus Link::OnInbound(const pdu::Pdu& pdu) { return owner_.OnInbound(*this, pdu); }

void Link::Drain() {
  if (draining_ || stopped()) return;
  draining_ = true;
  if (closing_) return;
  if (session_ != nullptr) {
    session_->Drain(loop_.now());
    return AfterSession();
  }
  if (stream_ != nullptr) return stream_->Abort();
  BecomeStopped();
}

void Link::Stop() {
  if (stopped()) return;
  draining_ = true;
  if (stream_ != nullptr) {
    closing_ = true;
    closes_with_flush_ = false;
    return stream_->Abort();
  }
  BecomeStopped();
}

void Link::BecomeStopped() {
  state_ = BindState::kStopped;
  timer_.Cancel();
}

SessionStats Link::TotalStats() const {
  SessionStats total = earlier_;
  if (session_ != nullptr) total.Add(session_->stats());
  return total;
}

}  // namespace salvo::engine
