#include "tests/sim/faulty_network.h"

#include <algorithm>
#include <string>

#include "pdu/decode.h"
#include "pdu/encode.h"
#include "pdu/wire.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

constexpr uint32_t kUnusedSequence = 0x40000000;
constexpr size_t kCommandIdOffset = 4;
constexpr size_t kSequenceOffset = 12;
constexpr Nanos kMostHeldBack = 30 * io::kNanosPerMilli;

std::vector<uint8_t> HeaderOnly(CommandId id, CommandStatus status, uint32_t sequence) {
  std::vector<uint8_t> pdu(pdu::kHeaderOctets);
  pdu::EncodeHeaderOnly(id, status, sequence, pdu);
  return pdu;
}

void Append(std::span<const uint8_t> octets, std::vector<uint8_t>* out) {
  out->insert(out->end(), octets.begin(), octets.end());
}

// The same PDU with another word at that offset.
std::vector<uint8_t> With(std::span<const uint8_t> pdu, size_t offset, uint32_t word) {
  std::vector<uint8_t> changed(pdu.begin(), pdu.end());
  pdu::Store32(changed.data() + offset, word);
  return changed;
}

// Of the message that was written to that number.
uint64_t KeyOf(const pdu::Address& number) {
  return std::stoull(std::string(number.digits)) - kFirstNumber;
}

bool IsBindRequest(CommandId id) {
  return id == CommandId::kBindTransceiver || id == CommandId::kBindTransmitter ||
         id == CommandId::kBindReceiver;
}

}  // namespace

void FaultyNetwork::Heal() {
  armed_ = {};
  canaries_ = {};
  reset_at_ = 0;
}

bool FaultyNetwork::Strikes(FaultKind kind) {
  uint32_t& left = armed_[static_cast<size_t>(kind)];
  if (left == 0) return false;
  --left;
  world_.Hit(kind);
  return true;
}

bool FaultyNetwork::Strikes(Canary canary) {
  uint32_t& left = canaries_[static_cast<size_t>(canary)];
  if (left == 0) return false;
  --left;
  return true;
}

void FaultyNetwork::OnOctets(SimPipe& pipe, int side, std::span<const uint8_t> octets,
                             uint64_t offset, std::vector<uint8_t>* out) {
  Direction& direction = sessions_[pipe.number].direction[side];
  Octets& unfinished = direction.unfinished;
  if (unfinished.empty()) direction.start = offset;
  Append(octets, &unfinished);
  size_t done = 0;
  while (unfinished.size() - done >= pdu::kHeaderOctets) {
    const uint32_t size = pdu::Load32(unfinished.data() + done);
    if (unfinished.size() - done < size) break;
    const pdu::Octets pdu(unfinished.data() + done, size);
    const uint64_t last = direction.start + done + size - 1;
    if (side == 0) {
      OnRequest(pipe, pdu, pipe.end[0]->ReleasedAt(last), out);
    } else {
      OnFromSmsc(pipe, pdu, out);
    }
    done += size;
    if (++pdus_ == reset_at_) ResetSoon(pipe);
  }
  unfinished.erase(unfinished.begin(), unfinished.begin() + static_cast<std::ptrdiff_t>(done));
  direction.start += done;
}

void FaultyNetwork::ResetSoon(SimPipe& pipe) {
  world_.At(world_.now(), [pipe = pipe.shared_from_this()] { pipe->Reset(); });
}

void FaultyNetwork::OnRequest(SimPipe& pipe, pdu::Octets pdu, Nanos released, Octets* out) {
  const pdu::Header header = pdu::DecodeHeader(pdu);
  if (header.command_id == CommandId::kSubmitSm) return OnSubmit(pipe, pdu, released, out);
  if (IsBindRequest(header.command_id) && bound_once_ && Strikes(FaultKind::kResetInBind))
    ResetSoon(pipe);
  if (header.command_id == CommandId::kUnbind && Strikes(FaultKind::kResetInUnbind)) {
    ResetSoon(pipe);
  }
  if (header.command_id == CommandId::kDeliverSmResp ||
      header.command_id == CommandId::kDataSmResp) {
    if (Strikes(FaultKind::kReceiptAnswerLost)) return;
    receipts_.OnReceiptAnswer(pipe.number, header.sequence_number,
                              header.command_status == CommandStatus::ESME_ROK);
  }
  Append(pdu, out);
}

void FaultyNetwork::OnSubmit(SimPipe& pipe, pdu::Octets pdu, Nanos released, Octets* out) {
  const pdu::Header header = pdu::DecodeHeader(pdu);
  pdu::SubmitSm submit;
  pdu::DecodeBody(pdu, &submit);
  const uint64_t key = KeyOf(submit.destination);
  model_.OnSubmit(pipe, header.sequence_number, key, released);
  receipts_.OnSubmit(pipe.number, header.sequence_number, key);
  if (Strikes(FaultKind::kNackForAnswer)) {
    const CommandStatus status =
        world_.Chance(0.5) ? CommandStatus::ESME_RSYSERR : CommandStatus::ESME_RINVCMDID;
    if (on_refused_) on_refused_(submit, header.sequence_number, status);
    Tell(pipe, HeaderOnly(CommandId::kGenericNack, status, header.sequence_number));
    return model_.OnAnswer(pipe, header.sequence_number, pipe.direction[1].carried);
  }
  if (Strikes(Canary::kLost)) {
    Octets answer =
        HeaderOnly(CommandId::kSubmitSmResp, CommandStatus::ESME_ROK, header.sequence_number);
    Append(pdu::AsOctets(std::string_view("7\0", 2)), &answer);
    pdu::Store32(answer.data(), static_cast<uint32_t>(answer.size()));
    Tell(pipe, answer);
    return model_.OnAnswer(pipe, header.sequence_number, pipe.direction[1].carried);
  }
  if (Strikes(Canary::kDoubled)) {
    Append(With(pdu, kSequenceOffset, header.sequence_number ^ kUnusedSequence), out);
  }
  Append(pdu, out);
  if (Strikes(FaultKind::kUnbindInWindow)) {
    Tell(pipe, HeaderOnly(CommandId::kUnbind, CommandStatus::ESME_ROK, kUnusedSequence));
  }
  if (Strikes(FaultKind::kNonsense)) Tell(pipe, Nonsense());
  if (Strikes(FaultKind::kGarbage)) {
    Octets garbage(16 + world_.Below(100));
    for (uint8_t& octet : garbage) octet = static_cast<uint8_t>(world_.Below(256));
    pdu::Store32(garbage.data(), world_.Chance(0.5) ? 0xFFFFFFFF : 7);
    pipe.direction[1].legible = std::min(pipe.direction[1].legible, pipe.direction[1].carried);
    Tell(pipe, garbage);
  }
}

// Requests that nobody sends to an ESME, with bodies that may be anything.
FaultyNetwork::Octets FaultyNetwork::Nonsense() {
  static constexpr CommandId kRequests[] = {
      CommandId::kSubmitSm, CommandId::kBindTransceiver,
      CommandId::kOutbind,  CommandId::kAlertNotification,
      CommandId::kDataSm,   static_cast<CommandId>(0x00010203)};
  const CommandId id = kRequests[world_.Below(std::size(kRequests))];
  Octets pdu = HeaderOnly(id, CommandStatus::ESME_ROK,
                          kUnusedSequence + 1 + static_cast<uint32_t>(world_.Below(1000)));
  const uint64_t body = world_.Below(60);
  for (uint64_t i = 0; i < body; ++i) pdu.push_back(static_cast<uint8_t>(world_.Below(256)));
  pdu::Store32(pdu.data(), static_cast<uint32_t>(pdu.size()));
  return pdu;
}

void FaultyNetwork::OnFromSmsc(SimPipe& pipe, pdu::Octets pdu, Octets* out) {
  const pdu::Header header = pdu::DecodeHeader(pdu);
  if (header.command_id == CommandId::kSubmitSmResp) return OnAnswer(pipe, pdu, out);
  if (header.command_id == CommandId::kDeliverSm) {
    return OnDelivery<pdu::DeliverSm>(pipe, pdu, out);
  }
  if (header.command_id == CommandId::kDataSm) return OnDelivery<pdu::DataSm>(pipe, pdu, out);
  if (pdu::IsBindResp(header.command_id)) {
    if (bound_once_ && Strikes(FaultKind::kBindAnswerLost)) return;
    if (bound_once_ && Strikes(FaultKind::kBindRefused)) {
      return Append(
          HeaderOnly(header.command_id, CommandStatus::ESME_RBINDFAIL, header.sequence_number),
          out);
    }
    bound_once_ = true;
  }
  if (header.command_id == CommandId::kUnbindResp && Strikes(FaultKind::kUnbindAnswerLost)) return;
  Append(pdu, out);
}

template <class Delivery>
void FaultyNetwork::OnDelivery(SimPipe& pipe, pdu::Octets pdu, Octets* out) {
  Delivery delivery;
  pdu::Receipt receipt;
  const bool is_whole = pdu::DecodeBody(pdu, &delivery).ok();
  const pdu::ReceiptKind kind =
      is_whole ? parser_.Parse(delivery, &receipt) : pdu::ReceiptKind::kNone;
  if (kind == pdu::ReceiptKind::kNone) return Append(pdu, out);
  const pdu::Header header = pdu::DecodeHeader(pdu);
  const DeliveryState unsaid =
      kind == pdu::ReceiptKind::kIntermediate ? DeliveryState::kEnroute : DeliveryState::kUnknown;
  receipts_.OnReceipt(pipe.number, header.sequence_number, KeyOf(delivery.source), receipt.id,
                      receipt.state ? static_cast<DeliveryState>(*receipt.state) : unsaid,
                      world_.now());
  if (!Strikes(Canary::kReceiptLost)) return Append(pdu, out);
  const Octets answer =
      HeaderOnly(CommandId::kDeliverSmResp, CommandStatus::ESME_ROK, header.sequence_number);
  pipe.Carry(world_, 0, answer);
  receipts_.OnReceiptAnswer(pipe.number, header.sequence_number, /*accepted=*/true);
}

void FaultyNetwork::OnAnswer(SimPipe& pipe, pdu::Octets pdu, Octets* out) {
  const pdu::Header header = pdu::DecodeHeader(pdu);
  if ((header.sequence_number & kUnusedSequence) != 0) return;  // to what a canary sent
  if (header.command_status == CommandStatus::ESME_RTHROTTLED ||
      header.command_status == CommandStatus::ESME_RSYSERR) {
    world_.Hit(FaultKind::kThrottled);
  } else if (header.command_status != CommandStatus::ESME_ROK) {
    world_.Hit(FaultKind::kRefusedForGood);
  }
  if (Strikes(FaultKind::kAnswerLost)) return;
  if (Strikes(FaultKind::kResetInPdu)) {
    Append(pdu.first(1 + world_.Below(pdu.size() - 1)), out);
    return ResetSoon(pipe);
  }
  if (Strikes(FaultKind::kAnswerToNobody)) {
    Append(With(pdu, kSequenceOffset, header.sequence_number ^ kUnusedSequence), out);
  }
  if (Strikes(FaultKind::kAnswerOfOtherCommand)) {
    static constexpr CommandId kOthers[] = {CommandId::kDataSmResp, CommandId::kQuerySmResp,
                                            CommandId::kEnquireLinkResp,
                                            CommandId::kBindTransceiverResp};
    const CommandId other = kOthers[world_.Below(std::size(kOthers))];
    Append(With(pdu, kCommandIdOffset, static_cast<uint32_t>(other)), out);
  }
  const bool holds = sessions_[pipe.number].held.empty() && Strikes(FaultKind::kAnswersReordered);
  if (holds) return HoldBack(pipe, pdu);
  Answer(pipe, pdu, out);
  if (Strikes(FaultKind::kAnswerTwice)) Append(pdu, out);
  LetGo(pipe, out);
}

void FaultyNetwork::Answer(SimPipe& pipe, pdu::Octets pdu, Octets* out) {
  Append(pdu, out);
  model_.OnAnswer(pipe, pdu::DecodeHeader(pdu).sequence_number,
                  pipe.direction[1].carried + out->size());
  pdu::MessageIdResponse answer;
  if (!pdu::DecodeBody(pdu, &answer).ok()) return;
  receipts_.OnAnswer(pipe.number, pdu::DecodeHeader(pdu).sequence_number, answer.message_id,
                     world_.now());
}

void FaultyNetwork::HoldBack(SimPipe& pipe, pdu::Octets pdu) {
  sessions_[pipe.number].held.assign(pdu.begin(), pdu.end());
  world_.At(world_.now() + kMostHeldBack, [this, pipe = pipe.shared_from_this()] {
    Octets out;
    LetGo(*pipe, &out);
    Tell(*pipe, out);
  });
}

void FaultyNetwork::LetGo(SimPipe& pipe, Octets* out) {
  Octets& held = sessions_[pipe.number].held;
  if (held.empty()) return;
  Answer(pipe, held, out);
  held.clear();
}

}  // namespace salvo::test
