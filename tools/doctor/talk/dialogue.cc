#include "tools/doctor/talk/dialogue.h"

#include <array>
#include <utility>

#include "absl/strings/str_format.h"
#include "pdu/decode.h"
#include "pdu/encode.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

// An account may have 4096 octets of parameters alone.
constexpr size_t kLargestRequest = 8192;
constexpr size_t kMostStrays = 3;

}  // namespace

Dialogue::Dialogue(io::Loop* loop, Transport* transport, Transcript* transcript, int connection)
    : loop_(loop),
      transport_(transport),
      transcript_(transcript),
      connection_(connection),
      carry_(std::make_unique_for_overwrite<uint8_t[]>(pdu::kDefaultMaxPduOctets)),
      framer_({carry_.get(), pdu::kDefaultMaxPduOctets}) {}

Transport::OnOctets Dialogue::Reader() {
  return [this](std::span<const uint8_t> octets) { OnOctets(octets); };
}

bool Dialogue::SendPdu(std::span<const uint8_t> octets) {
  if (!transport_->Send(octets)) return false;
  transcript_->AddSent(connection_, octets);
  return true;
}

template <class Body>
uint32_t Dialogue::Ask(CommandId command, const Body& body) {
  std::array<uint8_t, kLargestRequest> out;
  pdu::EncodeOptions options;
  options.max_password = kLargestRequest / 2;
  const uint32_t sequence = next_sequence_;
  next_sequence_ = pdu::NextSequence(sequence);
  const pdu::EncodeResult result =
      pdu::Encode(command, CommandStatus::ESME_ROK, sequence, body, out, options);
  if (!result.ok()) {
    unsent_ = absl::StrFormat("its %s does not fit into a PDU", result.field);
  } else if (!SendPdu({out.data(), result.octets})) {
    unsent_ = transport_->is_open() ? "the SMSC does not read" : "the connection is gone";
  } else {
    unsent_.clear();
    asked_.insert(sequence);
  }
  return sequence;
}

template uint32_t Dialogue::Ask(CommandId, const pdu::NoBody&);
template uint32_t Dialogue::Ask(CommandId, const pdu::BindRequest&);
template uint32_t Dialogue::Ask(CommandId, const pdu::SubmitSm&);

std::optional<Received> Dialogue::TakeAnswer(uint32_t sequence) {
  const auto found = answers_.find(sequence);
  if (found == answers_.end()) return std::nullopt;
  Received answer = std::move(found->second);
  answers_.erase(found);
  return answer;
}

std::optional<Received> Dialogue::Await(uint32_t sequence, io::Nanos deadline, int stops) {
  const auto is_over = [&] { return !asked_.contains(sequence) || !is_alive(); };
  TurnUntil(*loop_, deadline, is_over, stops);
  return TakeAnswer(sequence);
}

bool Dialogue::is_alive() const { return transport_->is_open() && !peer_unbound_ && !is_no_smsc(); }

std::string Dialogue::Ending() const {
  if (framer_.error() != pdu::FrameError::kNone) return std::string(Describe(framer_.error()));
  if (is_no_smsc_) return "it sends a bind itself, as an echo service would";
  if (peer_unbound_) return "the SMSC sent unbind";
  return transport_->is_closed() ? transport_->reason().detail : "";
}

void Dialogue::OnOctets(std::span<const uint8_t> octets) {
  if (framer_.error() != pdu::FrameError::kNone) return;
  framer_.Feed(octets);
  pdu::Octets pdu;
  pdu::FrameResult result = framer_.Next(&pdu);
  while (result == pdu::FrameResult::kPdu) {
    OnPdu(pdu);
    result = framer_.Next(&pdu);
  }
  if (result != pdu::FrameResult::kBroken) return;
  transcript_->AddReceived(connection_, octets);
  transcript_->AddNote(connection_, std::string(Describe(framer_.error())));
}

void Dialogue::OnPdu(pdu::Octets octets) {
  transcript_->AddReceived(connection_, octets);
  const pdu::Header header = pdu::DecodeHeader(octets);
  if (pdu::IsBind(header.command_id)) is_no_smsc_ = true;
  if (is_no_smsc_) return;
  if (!pdu::IsResponse(header.command_id)) return OnRequest(header, octets);
  Received answer = {header, {octets.begin(), octets.end()}, loop_->clock().Monotonic()};
  if (asked_.erase(header.sequence_number) > 0) {
    answers_[header.sequence_number] = std::move(answer);
    return;
  }
  transcript_->AddNote(connection_, "nothing was asked under this sequence_number");
  if (strays_.size() < kMostStrays) strays_.push_back(std::move(answer));
}

void Dialogue::OnRequest(const pdu::Header& header, pdu::Octets octets) {
  switch (header.command_id) {
    case CommandId::kEnquireLink:
      ++peer_enquiries_;
      return Respond(CommandId::kEnquireLinkResp, CommandStatus::ESME_ROK, header.sequence_number);
    case CommandId::kUnbind:
      Respond(CommandId::kUnbindResp, CommandStatus::ESME_ROK, header.sequence_number);
      peer_unbound_ = true;
      return;
    case CommandId::kDeliverSm:
    case CommandId::kDataSm:
      return OnDelivery(header, octets);
    case CommandId::kAlertNotification:
    case CommandId::kOutbind:
      return;  // have no response
    default:
      return Respond(CommandId::kGenericNack, CommandStatus::ESME_RINVCMDID,
                     header.sequence_number);
  }
}

void Dialogue::OnDelivery(const pdu::Header& header, pdu::Octets octets) {
  deliveries_.push_back({header, {octets.begin(), octets.end()}, loop_->clock().Monotonic()});
  if (!holds_deliveries_ || deliveries_.size() > kMostHeld) {
    AnswerDelivery(deliveries_.back(), CommandStatus::ESME_RX_T_APPN);
    deliveries_.pop_back();
  }
}

void Dialogue::HoldDeliveries(bool hold) {
  holds_deliveries_ = hold;
  if (hold) return;
  for (const Received& delivery : deliveries_) {
    AnswerDelivery(delivery, CommandStatus::ESME_RX_T_APPN);
  }
  deliveries_.clear();
}

void Dialogue::AnswerDelivery(const Received& delivery, CommandStatus status) {
  if (status != CommandStatus::ESME_ROK) ++refused_deliveries_;
  std::array<uint8_t, 64> out;
  const pdu::EncodeResult result =
      pdu::Encode(pdu::ResponseTo(delivery.header.command_id), status,
                  delivery.header.sequence_number, pdu::MessageIdResponse{}, out);
  SendPdu({out.data(), result.octets});
}

void Dialogue::Respond(CommandId command, CommandStatus status, uint32_t sequence) {
  std::array<uint8_t, pdu::kHeaderOctets> out;
  pdu::EncodeHeaderOnly(command, status, sequence, out);
  SendPdu(out);
}

}  // namespace salvo::doctor
