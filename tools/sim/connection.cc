#include "tools/sim/connection.h"

#include <algorithm>
#include <array>

#include "pdu/encode.h"
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
  if (account_ != nullptr && account_->early_receipts) FlushOthers();
  Flush();
  if (ending_) stream_->Close();
}

// What an early receipt is early for is in this connection's output.
void Connection::FlushOthers() {
  account_->early_receipts = false;
  for (Connection* bind : account_->binds) {
    if (bind != this) bind->Flush();
  }
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
  for (auto& [sequence, sent] : undelivered_) {
    account_->receipts.push_back(std::move(sent.receipt));
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
    case CommandId::kDataSmResp:
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
  if (accepted) MakeReceipt(submit, verdict, number);
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

void Connection::MakeReceipt(const pdu::SubmitSm& submit, const Verdict& verdict,
                             uint64_t message_number) {
  if (!verdict.wants_receipt || server_.options().receipts.delay < 0) return;
  const pdu::MessageState state =
      verdict.receipt_state ? *verdict.receipt_state : server_.behaviour().DrawReceiptState();
  ReceiptDesk& desk = server_.receipts();
  if (!desk.Wanted(submit.registered_delivery, state)) return;
  PendingReceipt receipt{
      message_number,
      number_,
      std::string(submit.source.digits),
      std::string(submit.destination.digits),
      std::string(pdu::AsText(submit.short_message).substr(0, kReceiptTextOctets)),
      server_.WallNow(),
      state};
  const auto reference = submit.tlvs.Find(pdu::Tag::kUserMessageReference);
  if (reference && reference->value.size() == 2) {
    receipt.reference = pdu::Load16(reference->value.data());
  }
  desk.Add(*account_, std::move(receipt), server_.loop().now());
  server_.ArmTimer();
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
  uint8_t* out = output.Claim(ReceiptEncoder::kMostOctets + kLeastRoom);
  if (out == nullptr) return false;
  const uint32_t sequence = next_sequence_;
  const size_t octets = server_.receipt_encoder().Encode(receipt, sequence, server_.WallNow(),
                                                         {out, ReceiptEncoder::kMostOctets});
  if (octets == 0) return true;  // nobody is told
  next_sequence_ = pdu::NextSequence(next_sequence_);
  output.Commit(octets);
  const io::Nanos now = server_.loop().now();
  undelivered_.emplace(sequence, Undelivered{receipt, now});
  server_.receipts().Watch({number_, sequence}, now);
  ++server_.counters().receipts;
  return true;
}

void Connection::DeliverAgain(uint32_t sequence) {
  const auto sent = undelivered_.find(sequence);
  if (sent == undelivered_.end()) return;
  account_->receipts.push_back(std::move(sent->second.receipt));
  undelivered_.erase(sent);
}

void Connection::OnDeliverResp(const pdu::Header& header) {
  const auto sent = undelivered_.find(header.sequence_number);
  if (sent == undelivered_.end()) return;
  Counters& counters = server_.counters();
  const io::Nanos now = server_.loop().now();
  counters.receipt_answers.Add(now - sent->second.sent_at);
  if (header.command_status == CommandStatus::ESME_ROK) {
    ++counters.receipts_acknowledged;
  } else {
    ++counters.receipts_refused;
    server_.receipts().AddAgain(*account_, std::move(sent->second.receipt), now);
    server_.ArmTimer();
  }
  undelivered_.erase(sent);
  if (!account_->receipts.empty()) server_.DeliverReceipts(*account_);
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
