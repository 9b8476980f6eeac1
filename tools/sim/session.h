// One session of the simulated SMSC: who is bound, and what is answered to each of the peer's PDUs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "io/timer.h"
#include "pdu/decode.h"
#include "tools/sim/account.h"
#include "tools/sim/behaviour.h"
#include "tools/sim/schedule.h"

namespace salvo::sim {

class Connection;
class Server;

// One thread, the simulator's. Part of its connection.
class Session {
 public:
  Session(Server& server, Connection& connection);

  void OnPdu(pdu::Octets octets);
  // The output has room again.
  void OnRoom();
  // The options are others than before.
  void Change();
  // The connection is gone.
  void End() { Leave(false); }

  // Gives an answer that was held back; false when the output has no room for it.
  bool AnswerHeld(const HeldAnswer& answer);
  // Sends a delivery, unless too many are unacknowledged or the output is full.
  bool Deliver(const PendingDelivery& delivery);
  // What an early receipt is early for is in this session's output: those of others may go.
  void FlushOthers();
  void SendUnbind();

  uint64_t number() const;
  Account* account() const { return account_; }
  bool receives() const { return receives_; }
  Connection& connection() { return connection_; }

 private:
  // Sent and not acknowledged.
  struct Undelivered {
    PendingDelivery delivery;
    io::Nanos sent_at = 0;
  };
  // Decided, and not answered yet.
  struct HeldBind {
    std::vector<uint8_t> response;
    Fault fault = Fault::kNone;
    pdu::CommandId command = pdu::CommandId::kBindTransceiver;
    bool admitted = false;
  };

  void OnBind(const pdu::Header& header, pdu::Octets octets);
  pdu::CommandStatus Admit(const pdu::BindRequest& request, const BindVerdict& verdict);
  std::vector<uint8_t> EncodeBindResponse(const pdu::Header& request, pdu::CommandStatus status,
                                          uint8_t asked_version) const;
  void GiveBindResponse();
  void OnSubmit(const pdu::Header& header, pdu::Octets octets);
  void Submit(const pdu::Header& header, const pdu::SubmitSm& submit);
  // `message_number` 0: the submission got none.
  void Record(const pdu::Header& header, const pdu::SubmitSm& submit, uint64_t message_number,
              pdu::CommandStatus status);
  void PlanDeliveries(const pdu::SubmitSm& submit, Verdict& verdict, uint64_t message_number);
  bool Answer(const HeldAnswer& answer);
  bool Misanswer(const HeldAnswer& answer);
  size_t EncodeAnswer(const HeldAnswer& answer, std::string_view id, uint8_t* out) const;
  void OnDeliverResp(const pdu::Header& header);
  void DeliverAgain();
  void StopDeliveries();
  void ArmStop();
  void GiveBackUndelivered();
  void OnUnbind(const pdu::Header& header);
  void OnUnbindResp();
  void Respond(const pdu::Header& request, pdu::CommandStatus status, Fault fault);
  void Leave(bool unbound);

  Server& server_;
  Connection& connection_;
  Account* account_ = nullptr;  // nullptr: not bound
  bool submits_ = false;
  bool receives_ = false;
  bool unbinding_ = false;         // we asked for it
  bool takes_congestion_ = false;  // congestion_state, which came with version 5.0
  uint32_t unanswered_ = 0;        // submissions whose answer is held back
  uint64_t submissions_ = 0;
  uint64_t enquire_links_ = 0;
  uint32_t next_sequence_ = pdu::kFirstSequence;
  std::map<uint32_t, Undelivered> undelivered_;  // by sequence_number
  // Since when the peer could have acknowledged something; kNever: it had nothing to.
  io::Nanos quiet_since_ = io::kNever;
  HeldBind bind_;
  io::Timer bind_due_;
  io::Timer resend_;
  io::Timer stop_;  // deliveries, unless the peer acknowledges
};

}  // namespace salvo::sim
