// One peer of the simulated SMSC: frames and answers what it sends.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "io/stream.h"
#include "pdu/decode.h"
#include "pdu/framer.h"
#include "tools/sim/account.h"
#include "tools/sim/behaviour.h"
#include "tools/sim/schedule.h"

namespace salvo::sim {

class Server;

// One thread, the simulator's. Owned by the server.
class Connection final : public io::StreamHandler {
 public:
  // Half of the output; above the octets of one receive, because an answer may be a little longer
  // than the shortest submission.
  static constexpr size_t kOutputOctets = 1024 * 1024;

  Connection(Server& server, uint64_t number);

  void SetStream(io::Stream* stream) { stream_ = stream; }

  void OnConnected() override {}
  void OnReceived(std::span<const uint8_t> octets) override;
  void OnSent() override;
  void OnClosed(const io::CloseReason& reason) override;

  // Gives an answer that was held back; false when the output has no room for it.
  bool AnswerHeld(const HeldAnswer& answer);
  // Sends a receipt, unless too many are unacknowledged or the output is full.
  bool Deliver(const PendingReceipt& receipt);
  // The receipt goes back to the account's queue, unless it was acknowledged.
  void DeliverAgain(uint32_t sequence);
  // Lets the output go, once the ledger is written.
  void Flush();
  void Close();

  uint64_t number() const { return number_; }
  Account* account() const { return account_; }
  bool receives() const { return receives_; }

 private:
  // Sent and not acknowledged.
  struct Undelivered {
    PendingReceipt receipt;
    io::Nanos sent_at = 0;
  };

  void OnPdu(pdu::Octets octets);
  void OnBind(const pdu::Header& header, pdu::Octets octets);
  pdu::CommandStatus Login(const pdu::BindRequest& request);
  bool Answer(pdu::CommandId response, uint32_t sequence, pdu::CommandStatus status,
              uint64_t message_number);
  void OnSubmit(const pdu::Header& header, pdu::Octets octets);
  void Submit(const pdu::Header& header, const pdu::SubmitSm& submit);
  void MakeReceipt(const pdu::SubmitSm& submit, const Verdict& verdict, uint64_t message_number);
  void OnDeliverResp(const pdu::Header& header);
  void OnUnbind(const pdu::Header& header);
  void Respond(const pdu::Header& request, pdu::CommandStatus status);
  void Nack(uint32_t sequence, pdu::CommandStatus status);
  void FlushOthers();
  void Break();
  void Leave();

  Server& server_;
  const uint64_t number_;
  io::Stream* stream_ = nullptr;  // the loop's
  std::unique_ptr<uint8_t[]> carry_;
  pdu::Framer framer_;
  Account* account_ = nullptr;  // nullptr: not bound
  bool submits_ = false;
  bool receives_ = false;
  bool reading_ = true;
  bool ending_ = false;
  uint32_t unanswered_ = 0;  // submissions whose answer is held back
  uint32_t next_sequence_ = pdu::kFirstSequence;
  std::unordered_map<uint32_t, Undelivered> undelivered_;  // by sequence_number
};

}  // namespace salvo::sim
