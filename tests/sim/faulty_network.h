// A man in the middle of every connection: he reads PDU by PDU what both sides say, tells the model
// of it, and does to it what he was armed for.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "pdu/body.h"
#include "pdu/protocol.h"
#include "pdu/receipt.h"
#include "tests/sim/faults.h"
#include "tests/sim/model.h"
#include "tests/sim/receipt_model.h"
#include "tests/sim/sim_loop.h"

namespace salvo::test {

// Bugs that are switched on to see whether the model sees them.
enum class Canary : uint8_t {
  kLost,     // a submit_sm is answered as accepted and never reaches the SMSC
  kDoubled,  // a submit_sm reaches the SMSC twice
  // A receipt is acknowledged and never reaches the sender.
  kReceiptLost,
  kCount,
};

class FaultyNetwork final : public SimTap {
 public:
  // None is owned.
  FaultyNetwork(SimWorld& world, Model& model, ReceiptModel& receipts)
      : world_(world), model_(model), receipts_(receipts) {}

  // A submit_sm was refused on the way to the SMSC, which knows nothing of it.
  using OnRefused =
      std::function<void(const pdu::SubmitSm&, uint32_t sequence, pdu::CommandStatus)>;
  void SetOnRefused(OnRefused on_refused) { on_refused_ = std::move(on_refused); }

  // The next so many occasions are taken.
  void Arm(FaultKind kind, uint32_t times) { armed_[static_cast<size_t>(kind)] += times; }
  void Arm(Canary canary, uint32_t times) { canaries_[static_cast<size_t>(canary)] += times; }
  // Resets a connection when the n-th PDU from now has passed.
  void ResetAtPdu(uint64_t n) { reset_at_ = pdus_ + n; }
  void Heal();
  // Binds of a new process: its account gives up when none was ever answered.
  void OnSenderStarts() { bound_once_ = false; }
  uint64_t pdus() const { return pdus_; }

  void OnOctets(SimPipe& pipe, int side, std::span<const uint8_t> octets, uint64_t offset,
                std::vector<uint8_t>* out) override;

 private:
  using Octets = std::vector<uint8_t>;
  struct Direction {
    Octets unfinished;
    uint64_t start = 0;  // offset of its first octet
  };
  struct Session {
    Direction direction[2];
    Octets held;  // an answer that another one will pass
    uint32_t held_sequence = 0;
  };

  bool Strikes(FaultKind kind);
  bool Strikes(Canary canary);
  void OnRequest(SimPipe& pipe, pdu::Octets pdu, Nanos released, Octets* out);
  void OnSubmit(SimPipe& pipe, pdu::Octets pdu, Nanos released, Octets* out);
  void OnFromSmsc(SimPipe& pipe, pdu::Octets pdu, Octets* out);
  void OnAnswer(SimPipe& pipe, pdu::Octets pdu, Octets* out);
  void Answer(SimPipe& pipe, pdu::Octets pdu, Octets* out);
  template <class Delivery>  // pdu::DeliverSm or pdu::DataSm
  void OnDelivery(SimPipe& pipe, pdu::Octets pdu, Octets* out);
  void HoldBack(SimPipe& pipe, pdu::Octets pdu);
  void LetGo(SimPipe& pipe, Octets* out);
  void Tell(SimPipe& pipe, const Octets& pdu) { pipe.Carry(world_, 1, pdu); }
  void ResetSoon(SimPipe& pipe);
  Octets Nonsense();

  SimWorld& world_;
  Model& model_;
  ReceiptModel& receipts_;
  pdu::ReceiptParser parser_{{.accept_unmarked = true}};
  OnRefused on_refused_;
  std::array<uint32_t, kFaultKinds> armed_{};
  std::array<uint32_t, static_cast<size_t>(Canary::kCount)> canaries_{};
  std::map<uint64_t, Session> sessions_;  // by the pipe's number
  bool bound_once_ = false;
  uint64_t pdus_ = 0;
  uint64_t reset_at_ = 0;  // 0: never
};

}  // namespace salvo::test
