#include "tools/sim/server.h"

#include <utility>

#include "io/tls/tls_stream.h"

namespace salvo::sim {
namespace {

// How soon an answer is tried again that found no room.
constexpr io::Nanos kRetryAfter = io::kNanosPerMilli;

}  // namespace

Server::Server(io::Loop& loop, Options options, std::unique_ptr<io::File> ledger,
               std::shared_ptr<const io::TlsContext> tls)
    : loop_(loop),
      options_(std::move(options)),
      tls_(std::move(tls)),
      ledger_(std::move(ledger)),
      behaviour_(options_),
      ids_(options_.id_format, options_.seed),
      wall_offset_(loop.clock().Wall() - loop.clock().Monotonic()),
      receipts_(options_.receipts, behaviour_),
      encoder_(options_.receipts, MessageIds(options_.id_format, options_.seed)),
      timer_(loop.timers(), [this] { OnTimer(); }) {
  for (const Login& login : options_.accounts) {
    accounts_.push_back(std::make_unique<Account>(login, options_));
  }
}

Server::~Server() = default;

absl::StatusOr<io::SocketAddress> Server::Listen(const io::SocketAddress& address) {
  io::StreamOptions stream;
  stream.output_octets = Connection::kOutputOctets;
  return loop_.Listen(address, stream, this);
}

io::StreamHandler* Server::OnAccepted(io::Stream* stream) {
  ++counters_.connections;
  const uint64_t number = ++last_connection_;
  auto connection = std::make_unique<Connection>(*this, number);
  Connection* handler = connection.get();
  connections_.emplace(number, std::move(connection));
  if (tls_ == nullptr) {
    handler->SetStream(stream);
    return handler;
  }
  io::StreamOptions options;
  options.output_octets = Connection::kOutputOctets;
  io::Stream* tls = nullptr;
  io::StreamHandler* plain_handler = io::AcceptTls(loop_, stream, options, tls_, handler, &tls);
  handler->SetStream(tls);
  return plain_handler;
}

void Server::OnAcceptFailed(int /*error_number*/) { ++counters_.accept_failures; }

void Server::Remove(Connection* connection) { connections_.erase(connection->number()); }

void Server::CloseAll() {
  for (auto& [number, connection] : connections_) connection->Close();
}

Account* Server::FindAccount(std::string_view system_id) {
  for (const auto& account : accounts_) {
    if (account->login.system_id == system_id) return account.get();
  }
  return nullptr;
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

void Server::ArmTimer() { timer_.Set(std::min(answers_.next(), receipts_.next())); }

void Server::OnTimer() {
  const io::Nanos now = loop_.now();
  while (answers_.next() <= now) Run(answers_.Take());
  receipts_.TakeDue(now);
  Delivery overdue;
  while (receipts_.TakeOverdue(now, &overdue)) {
    const auto connection = connections_.find(overdue.connection);
    if (connection != connections_.end()) connection->second->DeliverAgain(overdue.sequence);
  }
  for (const auto& account : accounts_) DeliverReceipts(*account);
  for (const auto& [number, connection] : connections_) connection->Flush();
  ArmTimer();
}

void Server::Run(const HeldAnswer& answer) {
  const auto connection = connections_.find(answer.connection);
  if (connection == connections_.end()) return;
  if (!connection->second->AnswerHeld(answer)) answers_.Add(loop_.now() + kRetryAfter, answer);
}

}  // namespace salvo::sim
