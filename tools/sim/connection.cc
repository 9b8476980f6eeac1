#include "tools/sim/connection.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "pdu/encode.h"
#include "pdu/receipt.h"
#include "tools/sim/server.h"

namespace salvo::sim {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

// Below this much room the peer is not read from: what one receive brings could not be answered.
constexpr size_t kLeastRoom = 4 * io::kMaxReceiveOctets;
// Receipts that a bind may leave unacknowledged.
constexpr size_t kMostUndelivered = 1000;
constexpr size_t kReceiptTextOctets = 20;
constexpr size_t kMostReceiptPdu = 512;

// YYMMDDhhmm in UTC.
std::string ReceiptDate(int64_t wall_ns) {
  const std::time_t seconds = wall_ns / io::kNanosPerSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 16> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%y%m%d%H%M", &parts)};
}

}  // namespace

Connection::Connection(Server& server, uint64_t number)
    : server_(server),
      number_(number),
      carry_(std::make_unique_for_overwrite<uint8_t[]>(pdu::kDefaultMaxPduOctets)),
      framer_({carry_.get(), pdu::kDefaultMaxPduOctets}) {}

void Connection::OnReceived(std::span<const uint8_t> octets) {
  if (ending_) return;
  framer_.Feed(octets);
  pdu::Octets pdu;
  pdu::FrameResult result = framer_.Next(&pdu);
  while (result == pdu::FrameResult::kPdu && !ending_) {
    OnPdu(pdu);
    result = framer_.Next(&pdu);
  }
  if (result == pdu::FrameResult::kBroken) Break();
  Flush();
  if (ending_) stream_->Close();
}

void Connection::OnSent() {
  if (!ending_) Flush();
  if (account_ != nullptr && receives_) server_.DeliverReceipts(*account_);
}

void Connection::Flush() {
  if (!server_.CommitLedger()) return;
  stream_->Flush();
  const bool read = stream_->output().room() >= kLeastRoom;
  if (read == reading_) return;
  reading_ = read;
  stream_->SetReceiving(read);
}

void Connection::OnClosed(const io::CloseReason& /*reason*/) {
  Leave();
  server_.Remove(this);
}

void Connection::Close() {
  ending_ = true;
  stream_->Close();
}

// The peer's stream cannot be read on: says so and ends the session.
void Connection::Break() {
  ++server_.counters().malformed;
  Nack(0, CommandStatus::ESME_RINVCMDLEN);
  ending_ = true;
}

// Receipts that were not acknowledged go to another bind of the account.
void Connection::Leave() {
  if (account_ == nullptr) return;
  std::erase(account_->binds, this);
  for (auto& [sequence, receipt] : undelivered_) {
    account_->receipts.push_back(std::move(receipt));
  }
  undelivered_.clear();
  Account& account = *account_;
  account_ = nullptr;
  server_.DeliverReceipts(account);
}

void Connection::OnPdu(pdu::Octets octets) {
  const pdu::Header header = pdu::DecodeHeader(octets);
  switch (header.command_id) {
    case CommandId::kSubmitSm:
    case CommandId::kDataSm:
      return OnSubmit(header, octets);
    case CommandId::kBindReceiver:
    case CommandId::kBindTransmitter:
    case CommandId::kBindTransceiver:
      return OnBind(header, octets);
    case CommandId::kEnquireLink:
      ++server_.counters().enquire_links;
      return Respond(header, CommandStatus::ESME_ROK);
    case CommandId::kUnbind:
      return OnUnbind(header);
    case CommandId::kDeliverSmResp:
      return OnDeliverResp(header);
    default:
      if (!pdu::IsResponse(header.command_id)) {
        Nack(header.sequence_number, CommandStatus::ESME_RINVCMDID);
      }
  }
}

void Connection::OnBind(const pdu::Header& header, pdu::Octets octets) {
  pdu::BindRequest request;
  CommandStatus status = CommandStatus::ESME_RALYBND;
  if (!pdu::DecodeBody(octets, &request).ok()) {
    ++server_.counters().malformed;
    status = CommandStatus::ESME_RINVCMDLEN;
  } else if (account_ == nullptr) {
    status = Login(request);
  }
  if (status != CommandStatus::ESME_ROK) {
    ++server_.counters().binds_refused;
    return Respond(header, status);
  }
  ++server_.counters().binds;
  submits_ = header.command_id != CommandId::kBindReceiver;
  receives_ = header.command_id != CommandId::kBindTransmitter;
  std::array<uint8_t, 8> version;
  pdu::TlvWriter tlvs(version);
  tlvs.AddU8(pdu::Tag::kScInterfaceVersion, std::min(request.interface_version, pdu::kVersion50));
  const pdu::BindResponse response{"SALVOSIM", tlvs.list()};
  std::array<uint8_t, 64> pdu;
  const pdu::EncodeResult encoded = pdu::Encode(pdu::ResponseTo(header.command_id), status,
                                                header.sequence_number, response, pdu);
  std::copy_n(pdu.begin(), encoded.octets, stream_->output().Claim(encoded.octets));
  stream_->output().Commit(encoded.octets);
  if (receives_) server_.DeliverReceipts(*account_);
}

CommandStatus Connection::Login(const pdu::BindRequest& request) {
  Account* account = server_.FindAccount(request.system_id);
  if (account == nullptr) return CommandStatus::ESME_RINVSYSID;
  if (account->login.password != request.password) return CommandStatus::ESME_RINVPASWD;
  const uint32_t most = server_.options().max_binds;
  if (most > 0 && account->binds.size() >= most) return CommandStatus::ESME_RALYBND;
  account_ = account;
  account_->binds.push_back(this);
  return CommandStatus::ESME_ROK;
}

void Connection::OnSubmit(const pdu::Header& header, pdu::Octets octets) {
  pdu::SubmitSm submit;
  pdu::DecodeResult decoded;
  if (header.command_id == CommandId::kDataSm) {
    pdu::DataSm data;
    decoded = pdu::DecodeBody(octets, &data);
    submit.source = data.source;
    submit.destination = data.destination;
    submit.esm_class = data.esm_class;
    submit.registered_delivery = data.registered_delivery;
    submit.data_coding = data.data_coding;
    submit.tlvs = data.tlvs;
  } else {
    decoded = pdu::DecodeBody(octets, &submit);
  }
  ++server_.counters().submits;
  CommandStatus refusal = CommandStatus::ESME_ROK;
  if (account_ == nullptr || !submits_) {
    refusal = CommandStatus::ESME_RINVBNDSTS;
  } else if (!decoded.ok()) {
    ++server_.counters().malformed;
    refusal = CommandStatus::ESME_RINVCMDLEN;
  } else if (decoded.warning == pdu::Fault::kBrokenTlvs) {
    refusal = CommandStatus::ESME_RINVTLVSTREAM;
  }
  if (refusal == CommandStatus::ESME_ROK) return Submit(header, submit);
  ++server_.counters().refused;
  Answer(pdu::ResponseTo(header.command_id), header.sequence_number, refusal, 0);
}

void Connection::Submit(const pdu::Header& header, const pdu::SubmitSm& submit) {
  Counters& counters = server_.counters();
  const io::Nanos now = server_.loop().now();
  const uint32_t window = server_.options().window;
  Verdict verdict;
  if ((window > 0 && unanswered_ >= window) || !account_->tps.Take(now)) {
    ++counters.throttled;
    verdict.status = CommandStatus::ESME_RTHROTTLED;
  } else {
    verdict = server_.behaviour().Judge(submit.destination.digits);
  }
  const bool accepted = verdict.status == CommandStatus::ESME_ROK;
  const uint64_t number = accepted ? server_.NextMessageNumber() : 0;
  ++(accepted ? counters.accepted : counters.refused);
  if (server_.ledger().enabled()) {
    server_.ledger().Add(
        {server_.WallNow(), account_->login.system_id, number_, header.sequence_number, &submit,
         accepted ? server_.MessageId(number) : std::string_view(), verdict.status});
  }
  const bool asks = (submit.registered_delivery & 0x03) == 1;
  if (accepted && asks && verdict.wants_receipt && server_.options().receipt_delay >= 0) {
    PendingReceipt receipt{
        number,
        std::string(submit.source.digits),
        std::string(submit.destination.digits),
        std::string(pdu::AsText(submit.short_message).substr(0, kReceiptTextOctets)),
        server_.WallNow(),
        verdict.receipt_state ? *verdict.receipt_state : server_.behaviour().DrawReceiptState()};
    server_.SendReceiptLater(*account_, std::move(receipt));
  }
  const CommandId response = pdu::ResponseTo(header.command_id);
  if (!verdict.answered) {
    ++counters.unanswered;
  } else if (verdict.delay > 0) {
    ++unanswered_;
    server_.AnswerLater(now + verdict.delay,
                        {number_, number, response, verdict.status, header.sequence_number});
  } else {
    Answer(response, header.sequence_number, verdict.status, number);
  }
}

bool Connection::AnswerHeld(const HeldAnswer& answer) {
  if (!Answer(answer.response, answer.sequence, answer.status, answer.message_number)) return false;
  --unanswered_;
  return true;
}

bool Connection::Answer(CommandId response, uint32_t sequence, CommandStatus status,
                        uint64_t message_number) {
  constexpr size_t kLongestId = 40;
  io::OutputBuffer& output = stream_->output();
  uint8_t* out = output.Claim(pdu::kHeaderOctets + kLongestId);
  if (out == nullptr) return false;
  size_t octets = pdu::EncodeHeaderOnly(response, status, sequence, {out, pdu::kHeaderOctets});
  if (status == CommandStatus::ESME_ROK) {
    const std::string_view id = server_.MessageId(message_number);
    std::copy(id.begin(), id.end(), out + octets);
    octets += id.size();
    out[octets++] = 0;
    pdu::Store32(out, static_cast<uint32_t>(octets));
  }
  output.Commit(octets);
  return true;
}

bool Connection::Deliver(const PendingReceipt& receipt) {
  if (undelivered_.size() >= kMostUndelivered || ending_) return false;
  io::OutputBuffer& output = stream_->output();
  uint8_t* out = output.Claim(kMostReceiptPdu + kLeastRoom);
  if (out == nullptr) return false;

  const std::string_view id = server_.MessageId(receipt.message_number);
  const std::string submitted = ReceiptDate(receipt.submitted_at_ns);
  const std::string done = ReceiptDate(server_.WallNow());
  const bool delivered = receipt.state == pdu::MessageState::kDelivered;
  std::array<char, 256> text;
  pdu::ReceiptText fields{id,
                          "001",
                          delivered ? "001" : "000",
                          submitted,
                          done,
                          pdu::ReceiptWord(receipt.state),
                          delivered ? "000" : "001",
                          receipt.text};
  const size_t text_octets = pdu::FormatReceiptText(fields, text);
  std::array<uint8_t, 128> parameters;
  pdu::TlvWriter tlvs(parameters);
  tlvs.AddCString(pdu::Tag::kReceiptedMessageId, id);
  tlvs.AddU8(pdu::Tag::kMessageState, static_cast<uint8_t>(receipt.state));

  pdu::DeliverSm deliver;
  deliver.source = {pdu::kTonInternational, pdu::kNpiE164, receipt.destination};
  deliver.destination = {pdu::kTonUnknown, pdu::kNpiUnknown, receipt.source};
  deliver.esm_class = pdu::kEsmReceipt;
  deliver.short_message = pdu::AsOctets({text.data(), text_octets});
  deliver.tlvs = tlvs.list();
  const uint32_t sequence = next_sequence_;
  const pdu::EncodeResult encoded = pdu::Encode(CommandId::kDeliverSm, CommandStatus::ESME_ROK,
                                                sequence, deliver, {out, kMostReceiptPdu});
  if (!encoded.ok()) return true;  // an address that no deliver_sm can carry: nobody is told
  next_sequence_ = pdu::NextSequence(next_sequence_);
  output.Commit(encoded.octets);
  undelivered_.emplace(sequence, receipt);
  ++server_.counters().receipts;
  return true;
}

void Connection::OnDeliverResp(const pdu::Header& header) {
  if (undelivered_.erase(header.sequence_number) == 0) return;
  ++server_.counters().receipts_acknowledged;
  if (account_ != nullptr && !account_->receipts.empty()) server_.DeliverReceipts(*account_);
}

void Connection::OnUnbind(const pdu::Header& header) {
  ++server_.counters().unbinds;
  Respond(header, CommandStatus::ESME_ROK);
  Leave();
  submits_ = false;
  receives_ = false;
  ending_ = true;
}

// A response that has nothing to say but its status.
void Connection::Respond(const pdu::Header& request, CommandStatus status) {
  uint8_t* out = stream_->output().Claim(pdu::kHeaderOctets);
  if (out == nullptr) return;
  stream_->output().Commit(pdu::EncodeHeaderOnly(pdu::ResponseTo(request.command_id), status,
                                                 request.sequence_number,
                                                 {out, pdu::kHeaderOctets}));
}

void Connection::Nack(uint32_t sequence, CommandStatus status) {
  uint8_t* out = stream_->output().Claim(pdu::kHeaderOctets);
  if (out == nullptr) return;
  stream_->output().Commit(
      pdu::EncodeHeaderOnly(CommandId::kGenericNack, status, sequence, {out, pdu::kHeaderOctets}));
}

}  // namespace salvo::sim
