#include "tools/sim/server.h"

#include <algorithm>
#include <set>
#include <utility>

#include "io/tls/tls_stream.h"

namespace salvo::sim {
namespace {

// How soon an answer is tried again that found no room.
constexpr io::Nanos kRetryAfter = io::kNanosPerMilli;

// Handles whom nobody has time for any more, and may be there when the server is not.
class Nobody final : public io::StreamHandler {
 public:
  void OnConnected() override {}
  void OnReceived(std::span<const uint8_t> /*octets*/) override {}
  bool OnSent() override { return false; }
  void OnClosed(const io::CloseReason& /*reason*/) override {}
};

}  // namespace

Server::Server(io::Loop& loop, Options options, std::unique_ptr<io::File> ledger, Tls tls)
    : loop_(loop),
      options_(std::move(options)),
      tls_(std::move(tls)),
      ledger_(std::move(ledger)),
      behaviour_(options_),
      accounts_(options_),
      ids_(options_.id_format, options_.seed),
      last_message_(options_.ids_before),
      wall_offset_(loop.clock().Wall() - loop.clock().Monotonic()),
      desk_(options_.receipts, behaviour_),
      encoder_(options_.receipts, MessageIds(options_.id_format, options_.seed)),
      mo_(*this),
      timer_(loop.timers(), [this] { OnTimer(); }) {
  mo_.Change();
}

Server::~Server() = default;

absl::StatusOr<io::SocketAddress> Server::Listen(const io::SocketAddress& address) {
  io::StreamOptions stream;
  stream.output_octets = Output::kOctets;
  return loop_.Listen(address, stream, this);
}

io::StreamHandler* Server::OnAccepted(io::Stream* stream) {
  if (closing_) {
    static Nobody nobody;
    stream->Abort();
    return &nobody;
  }
  ++counters_.connections;
  const uint64_t number = ++last_connection_;
  const Fault fault = behaviour_.JudgeConnection(number);
  auto connection = std::make_unique<Connection>(*this, number, fault);
  Connection* handler = connection.get();
  connections_.emplace(number, std::move(connection));
  // What is wrong from the beginning is so before any word of TLS.
  if (tls_.context() == nullptr || fault != Fault::kNone) {
    handler->SetStream(stream);
    return handler;
  }
  io::StreamOptions options;
  options.output_octets = Output::kOctets;
  io::Stream* tls = nullptr;
  io::StreamHandler* plain_handler =
      io::AcceptTls(loop_, stream, options, tls_.context(), handler, &tls);
  handler->SetStream(tls);
  return plain_handler;
}

void Server::OnAcceptFailed(int /*error_number*/) { ++counters_.accept_failures; }

void Server::Remove(Connection* connection) { connections_.erase(connection->number()); }

void Server::CloseAll() {
  closing_ = true;
  for (auto& [number, connection] : connections_) connection->Close();
}

void Server::AbortAll() {
  closing_ = true;
  for (auto& [number, connection] : connections_) connection->Abort();
}

absl::Status Server::Change(Options options) {
  absl::Status status = tls_.Use(options.tls);
  if (!status.ok()) return status;
  options.seed = options_.seed;
  options_ = std::move(options);
  behaviour_.Change();
  accounts_.Change();
  ids_.SetFormat(options_.id_format);
  encoder_.SetIdFormat(options_.id_format);
  mo_.Change();
  for (auto& [number, connection] : connections_) connection->Change();
  return absl::OkStatus();
}

void Server::Strike(Fault fault, Portion portion) {
  std::vector<Connection*> bound;
  for (auto& [number, connection] : connections_) {
    if (connection->session().account() != nullptr) bound.push_back(connection.get());
  }
  std::sort(bound.begin(), bound.end(),
            [](const Connection* a, const Connection* b) { return a->number() < b->number(); });
  uint64_t nth = 0;
  for (Connection* connection : bound) {
    if (!portion.Takes(++nth, behaviour_.random())) continue;
    connection->Strike(fault);
    connection->Conclude();
  }
}

void Server::OnBind() {
  if (counters_.binds++ == 0 && on_first_bind_) on_first_bind_();
}

bool Server::CommitLedger() {
  if (failed_) return false;
  const absl::Status status = ledger_.Write();
  if (status.ok()) return true;
  failed_ = true;
  if (on_failure_) on_failure_(status);
  return false;
}

void Server::AnswerLater(io::Nanos due, const HeldAnswer& answer) {
  answers_.Add(due, answer);
  ArmTimer();
}

void Server::ArmTimer() { timer_.Set(std::min(answers_.next(), desk_.next())); }

void Server::OnTimer() {
  const io::Nanos now = loop_.now();
  GiveDueAnswers(now);
  desk_.TakeDue(now);
  for (const auto& account : accounts_.all()) Deliver(*account);
  ArmTimer();
}

void Server::GiveDueAnswers(io::Nanos now) {
  std::set<uint64_t> answered;
  while (answers_.next() <= now) {
    const HeldAnswer answer = answers_.Take();
    const auto connection = connections_.find(answer.connection);
    if (connection == connections_.end()) continue;
    answered.insert(answer.connection);
    if (connection->second->session().AnswerHeld(answer)) continue;
    answers_.Add(now + kRetryAfter, answer);
  }
  for (const uint64_t number : answered) connections_.at(number)->Conclude();
}

}  // namespace salvo::sim
