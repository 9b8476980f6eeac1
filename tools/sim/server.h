// The simulated SMSC: listens, keeps accounts, answers now or later, sends receipts.
// Stands on pdu and io only. One thread, the loop's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "io/loop.h"
#include "tools/sim/behaviour.h"
#include "tools/sim/binds/accounts.h"
#include "tools/sim/connection.h"
#include "tools/sim/counters.h"
#include "tools/sim/deliveries/delivery_desk.h"
#include "tools/sim/deliveries/mo_source.h"
#include "tools/sim/deliveries/receipt_encoder.h"
#include "tools/sim/ledger.h"
#include "tools/sim/message_id.h"
#include "tools/sim/schedule.h"
#include "tools/sim/tls.h"

namespace salvo::sim {

class Server final : private io::AcceptHandler {
 public:
  // `loop` is not owned and must outlive the server. `tls` is in use for the options already; one
  // that was never used: plain TCP.
  Server(io::Loop& loop, Options options, std::unique_ptr<io::File> ledger, Tls tls = {});
  ~Server() override;

  // Returns the address that was taken.
  absl::StatusOr<io::SocketAddress> Listen(const io::SocketAddress& address);

  // Closes all connections, and turns away who comes from now on. The loop must go on turning until
  // connections() is 0, which a peer that takes nothing can put off for seconds.
  void CloseAll();
  // The same at once: what was not sent stays unsent.
  void AbortAll();
  size_t connections() const { return connections_.size(); }
  // Called once when the ledger cannot be written: nothing is answered from then on.
  void OnFailure(std::function<void(absl::Status)> callback) { on_failure_ = std::move(callback); }
  // Called once, when somebody has bound for the first time.
  void OnFirstBind(std::function<void()> callback) { on_first_bind_ = std::move(callback); }

  const Counters& counters() const { return counters_; }
  const Options& options() const { return options_; }

  // Behaves otherwise from now on; the seed stays. After an error, which is one of TLS, nothing has
  // changed.
  absl::Status Change(Options options);
  // Makes sessions suffer: `portion` of those that are bound, in the order of their connections.
  void Strike(Fault fault, Portion portion);

  // For connections and sessions.
  Counters& counters() { return counters_; }
  Behaviour& behaviour() { return behaviour_; }
  Accounts& accounts() { return accounts_; }
  DeliveryDesk& desk() { return desk_; }
  MoSource& mo() { return mo_; }
  ReceiptEncoder& receipt_encoder() { return encoder_; }
  Ledger& ledger() { return ledger_; }
  io::Loop& loop() { return loop_; }
  uint64_t NextBind() { return ++last_bind_; }
  uint64_t NextMessageNumber() { return ++last_message_; }
  std::string_view MessageId(uint64_t number) { return ids_.Format(number); }
  int64_t WallNow() const { return loop_.now() + wall_offset_; }
  // Writes the ledger; false when that failed, and then nothing must be sent.
  bool CommitLedger();
  void AnswerLater(io::Nanos due, const HeldAnswer& answer);
  // A bind of the account can take deliveries again.
  void Deliver(Account& account) { desk_.Deliver(account); }
  // Deliveries may have become due at another time than before.
  void ArmTimer();
  // Somebody has bound.
  void OnBind();
  void Remove(Connection* connection);

 private:
  io::StreamHandler* OnAccepted(io::Stream* stream) override;
  void OnAcceptFailed(int error_number) override;
  void OnTimer();
  void GiveDueAnswers(io::Nanos now);

  io::Loop& loop_;
  Options options_;
  Tls tls_;
  Ledger ledger_;
  Behaviour behaviour_;
  Accounts accounts_;
  MessageIds ids_;
  Counters counters_;
  std::unordered_map<uint64_t, std::unique_ptr<Connection>> connections_;
  uint64_t last_connection_ = 0;
  uint64_t last_bind_ = 0;
  uint64_t last_message_;
  int64_t wall_offset_ = 0;
  Schedule<HeldAnswer> answers_;
  DeliveryDesk desk_;
  ReceiptEncoder encoder_;
  MoSource mo_;
  io::Timer timer_;
  bool closing_ = false;
  bool failed_ = false;
  std::function<void(absl::Status)> on_failure_;
  std::function<void()> on_first_bind_;
};

}  // namespace salvo::sim
