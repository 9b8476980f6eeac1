#include "tools/sim/session.h"

#include <algorithm>
#include <array>

#include "pdu/encode.h"
#include "tools/sim/deliveries/mo_encoder.h"
#include "tools/sim/server.h"

namespace salvo::sim {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

// Deliveries that a bind may leave unacknowledged.
constexpr size_t kMostUndelivered = 1000;
constexpr size_t kReceiptTextOctets = 20;
// Header, the longest message_id and congestion_state.
constexpr size_t kMostAnswerOctets = 64;
constexpr std::string_view kSameId = "1";

}  // namespace

Session::Session(Server& server, Connection& connection)
    : server_(server),
      connection_(connection),
      bind_due_(server.loop().timers(),
                [this] {
                  GiveBindResponse();
                  connection_.Conclude();
                }),
      resend_(server.loop().timers(), [this] { DeliverAgain(); }),
      stop_(server.loop().timers(), [this] { StopDeliveries(); }) {}

uint64_t Session::number() const { return connection_.number(); }

void Session::OnPdu(pdu::Octets octets) {
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
      return Respond(header, CommandStatus::ESME_ROK,
                     server_.behaviour().JudgeEnquireLink(++enquire_links_));
    case CommandId::kUnbind:
      return OnUnbind(header);
    case CommandId::kUnbindResp:
      return OnUnbindResp();
    case CommandId::kDeliverSmResp:
    case CommandId::kDataSmResp:
      return OnDeliverResp(header);
    default:
      if (!pdu::IsResponse(header.command_id)) {
        connection_.WriteNack(header.sequence_number, CommandStatus::ESME_RINVCMDID);
      }
  }
}

void Session::OnRoom() {
  if (account_ != nullptr && receives_) server_.Deliver(*account_);
}

void Session::Change() {
  ArmStop();
  // From now on, for what was sent before.
  resend_.Set(undelivered_.empty() ? io::kNever : server_.loop().now());
}

void Session::OnBind(const pdu::Header& header, pdu::Octets octets) {
  pdu::BindRequest request;
  const bool decoded = pdu::DecodeBody(octets, &request).ok();
  const bool is_answering = bind_due_.deadline() != io::kNever;
  if (!decoded || account_ != nullptr || is_answering) {
    ++server_.counters().binds_refused;
    if (!decoded) ++server_.counters().malformed;
    return Respond(header, decoded ? CommandStatus::ESME_RALYBND : CommandStatus::ESME_RINVCMDLEN,
                   Fault::kNone);
  }
  const BindVerdict verdict = server_.behaviour().JudgeBind(server_.NextBind());
  const CommandStatus status = Admit(request, verdict);
  const bool admitted = status == CommandStatus::ESME_ROK;
  if (!admitted) ++server_.counters().binds_refused;
  takes_congestion_ = request.interface_version >= pdu::kVersion50;
  bind_ = {EncodeBindResponse(header, status, request.interface_version), verdict.fault,
           header.command_id, admitted};
  if (verdict.delay == 0) return GiveBindResponse();
  bind_due_.Set(io::Later(server_.loop().now(), verdict.delay));
}

std::vector<uint8_t> Session::EncodeBindResponse(const pdu::Header& request, CommandStatus status,
                                                 uint8_t asked_version) const {
  std::vector<uint8_t> response(kMostAnswerOctets);
  const CommandId command = pdu::ResponseTo(request.command_id);
  if (status != CommandStatus::ESME_ROK) {
    response.resize(pdu::EncodeHeaderOnly(command, status, request.sequence_number, response));
    return response;
  }
  std::array<uint8_t, 8> version;
  pdu::TlvWriter tlvs(version);
  const ToldVersion told = server_.options().sc_version;
  if (told == ToldVersion::kAsked) {
    tlvs.AddU8(pdu::Tag::kScInterfaceVersion, std::min(asked_version, pdu::kVersion50));
  } else if (told != ToldVersion::kNone) {
    tlvs.AddU8(pdu::Tag::kScInterfaceVersion, static_cast<uint8_t>(told));
  }
  const pdu::BindResponse body{"SALVOSIM", tlvs.list()};
  response.resize(pdu::Encode(command, status, request.sequence_number, body, response).octets);
  return response;
}

CommandStatus Session::Admit(const pdu::BindRequest& request, const BindVerdict& verdict) {
  if (verdict.refusal) return *verdict.refusal;
  Account* account = nullptr;
  const auto refusal =
      server_.accounts().Admit(request, connection_.PeerName(), server_.loop().now(), &account);
  if (refusal) return server_.options().refuse_with.Of(*refusal);
  account_ = account;
  server_.accounts().Enter(*account, this);
  server_.OnBind();
  return CommandStatus::ESME_ROK;
}

void Session::GiveBindResponse() {
  connection_.Give(bind_.response, bind_.fault);
  if (!bind_.admitted || !IsUnderstood(bind_.fault) || account_ == nullptr) return;
  submits_ = bind_.command != CommandId::kBindReceiver;
  receives_ = bind_.command != CommandId::kBindTransmitter;
  if (receives_) server_.Deliver(*account_);
}

void Session::OnSubmit(const pdu::Header& header, pdu::Octets octets) {
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
  Record(header, submit, 0, refusal);
  Answer({number(), 0, pdu::ResponseTo(header.command_id), refusal, header.sequence_number});
}

void Session::Submit(const pdu::Header& header, const pdu::SubmitSm& submit) {
  Counters& counters = server_.counters();
  const io::Nanos now = server_.loop().now();
  Verdict verdict =
      server_.behaviour().Judge({&submit, account_, unanswered_, ++submissions_, now});
  if (verdict.throttled) ++counters.throttled;
  const bool accepted = verdict.status == CommandStatus::ESME_ROK;
  const uint64_t number = accepted ? server_.NextMessageNumber() : 0;
  ++(accepted ? counters.accepted : counters.refused);
  Record(header, submit, number, verdict.status);
  if (accepted) PlanDeliveries(submit, verdict, number);
  const HeldAnswer answer{
      this->number(),         number,       pdu::ResponseTo(header.command_id), verdict.status,
      header.sequence_number, verdict.fault};
  const bool silent = verdict.fault == Fault::kSilent;
  if (silent) ++counters.unanswered;
  if (verdict.delay > 0 && !silent) {
    ++unanswered_;
    server_.AnswerLater(now + verdict.delay, answer);
  } else {
    Answer(answer);
  }
}

void Session::Record(const pdu::Header& header, const pdu::SubmitSm& submit,
                     uint64_t message_number, CommandStatus status) {
  if (!server_.ledger().enabled()) return;
  std::string_view system_id;
  if (account_ != nullptr) system_id = account_->login.system_id;
  std::string_view id;
  if (message_number > 0) id = server_.MessageId(message_number);
  server_.ledger().Add(
      {server_.WallNow(), system_id, number(), header.sequence_number, &submit, id, status});
}

void Session::PlanDeliveries(const pdu::SubmitSm& submit, Verdict& verdict,
                             uint64_t message_number) {
  if (verdict.mo_reply) {
    server_.mo().Send(*account_, submit.destination.digits, submit.source.digits);
  }
  if (!server_.options().receipts.delay) return;
  if (!DeliveryDesk::IsAskedFor(submit.registered_delivery)) return;
  server_.behaviour().DrawReceipt(&verdict.receipt);
  DeliveryDesk& desk = server_.desk();
  if (!DeliveryDesk::Wanted(submit.registered_delivery, verdict.receipt)) return;
  PendingDelivery receipt{
      PendingDelivery::Kind::kReceipt,
      message_number,
      number(),
      std::string(submit.source.digits),
      std::string(submit.destination.digits),
      std::string(pdu::AsText(submit.short_message).substr(0, kReceiptTextOctets)),
      server_.WallNow(),
      *verdict.receipt.state};
  const auto reference = submit.tlvs.Find(pdu::Tag::kUserMessageReference);
  if (reference && reference->value.size() == 2) {
    receipt.reference = pdu::Load16(reference->value.data());
  }
  desk.Add(*account_, std::move(receipt), verdict.receipt, server_.loop().now());
  server_.ArmTimer();
}

bool Session::AnswerHeld(const HeldAnswer& answer) {
  if (connection_.ending()) return true;
  if (!Answer(answer)) return false;
  --unanswered_;
  return true;
}

bool Session::Answer(const HeldAnswer& answer) {
  if (answer.fault != Fault::kNone) [[unlikely]] {
    return Misanswer(answer);
  }
  Output& output = connection_.output();
  uint8_t* out = output.Claim(kMostAnswerOctets);
  if (out == nullptr) return false;
  const bool accepted = answer.status == CommandStatus::ESME_ROK;
  output.Commit(EncodeAnswer(
      answer, accepted ? server_.MessageId(answer.message_number) : std::string_view(), out));
  return true;
}

bool Session::Misanswer(const HeldAnswer& answer) {
  std::string_view id = server_.MessageId(answer.message_number);
  if (answer.fault == Fault::kEmptyId) id = {};
  if (answer.fault == Fault::kSameId) id = kSameId;
  std::array<uint8_t, kMostAnswerOctets> pdu;
  const size_t octets = EncodeAnswer(answer, id, pdu.data());
  return connection_.Give({pdu.data(), octets}, answer.fault);
}

size_t Session::EncodeAnswer(const HeldAnswer& answer, std::string_view id, uint8_t* out) const {
  size_t octets = pdu::EncodeHeaderOnly(answer.response, answer.status, answer.sequence,
                                        {out, pdu::kHeaderOctets});
  if (answer.status != CommandStatus::ESME_ROK) return octets;
  std::copy(id.begin(), id.end(), out + octets);
  octets += id.size();
  out[octets++] = 0;
  const std::optional<uint8_t>& congestion = server_.options().congestion;
  if (takes_congestion_ && congestion) {
    pdu::TlvWriter tlvs({out + octets, kMostAnswerOctets - octets});
    tlvs.AddU8(pdu::Tag::kCongestionState, *congestion);
    octets += tlvs.list().octets().size();
  }
  pdu::Store32(out, static_cast<uint32_t>(octets));
  return octets;
}

bool Session::Deliver(const PendingDelivery& delivery) {
  if (undelivered_.size() >= kMostUndelivered || connection_.ending()) return false;
  Output& output = connection_.output();
  uint8_t* out = output.Claim(ReceiptEncoder::kMostOctets + Connection::kLeastRoom);
  if (out == nullptr) return false;
  const bool is_mo = delivery.kind == PendingDelivery::Kind::kMo;
  const uint32_t sequence = next_sequence_;
  const std::span<uint8_t> room(out, ReceiptEncoder::kMostOctets);
  const size_t octets =
      is_mo ? EncodeMo(delivery, sequence, room)
            : server_.receipt_encoder().Encode(delivery, sequence, server_.WallNow(), room);
  if (octets == 0) return true;  // nobody is told
  next_sequence_ = pdu::NextSequence(next_sequence_);
  output.Commit(octets);
  const io::Nanos now = server_.loop().now();
  undelivered_.emplace(sequence, Undelivered{delivery, now});
  if (quiet_since_ == io::kNever) quiet_since_ = now;
  if (stop_.deadline() == io::kNever) ArmStop();
  const io::Nanos resend = server_.options().receipts.resend;
  if (resend > 0 && resend_.deadline() == io::kNever) resend_.Set(io::Later(now, resend));
  ++(is_mo ? server_.counters().mo : server_.counters().receipts);
  return true;
}

// What was not acknowledged for too long goes back to the account.
void Session::DeliverAgain() {
  const io::Nanos resend = server_.options().receipts.resend;
  if (resend == 0) return;
  const io::Nanos now = server_.loop().now();
  io::Nanos next = io::kNever;
  for (auto sent = undelivered_.begin(); sent != undelivered_.end();) {
    const io::Nanos due = io::Later(sent->second.sent_at, resend);
    if (due > now) {
      next = std::min(next, due);
      ++sent;
      continue;
    }
    server_.desk().Queue(*account_, std::move(sent->second.delivery));
    sent = undelivered_.erase(sent);
  }
  resend_.Set(next);
  server_.Deliver(*account_);
}

void Session::OnDeliverResp(const pdu::Header& header) {
  const auto sent = undelivered_.find(header.sequence_number);
  if (sent == undelivered_.end()) return;
  Counters& counters = server_.counters();
  const io::Nanos now = server_.loop().now();
  const bool is_mo = sent->second.delivery.kind == PendingDelivery::Kind::kMo;
  counters.receipt_answers.Add(now - sent->second.sent_at);
  if (header.command_status == CommandStatus::ESME_ROK) {
    ++(is_mo ? counters.mo_acknowledged : counters.receipts_acknowledged);
  } else {
    ++counters.receipts_refused;
    server_.desk().AddAgain(*account_, std::move(sent->second.delivery), now);
    server_.ArmTimer();
  }
  undelivered_.erase(sent);
  quiet_since_ = undelivered_.empty() ? io::kNever : now;
  ArmStop();
  if (!account_->deliveries.empty()) server_.Deliver(*account_);
}

void Session::ArmStop() {
  const io::Nanos stop = server_.options().receipts.stop;
  stop_.Set(stop > 0 ? io::Later(quiet_since_, stop) : io::kNever);
}

// Nothing is delivered over this bind any more; others get what it left unacknowledged.
void Session::StopDeliveries() {
  if (account_ == nullptr) return;
  ++server_.counters().deliveries_stopped;
  receives_ = false;
  GiveBackUndelivered();
  server_.Deliver(*account_);
}

void Session::GiveBackUndelivered() {
  for (auto& [sequence, sent] : undelivered_) {
    server_.desk().Queue(*account_, std::move(sent.delivery));
  }
  undelivered_.clear();
  quiet_since_ = io::kNever;
  resend_.Cancel();
  stop_.Cancel();
}

void Session::FlushOthers() {
  if (account_ == nullptr || !account_->early_receipts) return;
  account_->early_receipts = false;
  for (Session* bind : account_->binds) {
    if (bind != this) bind->connection_.Conclude();
  }
}

void Session::OnUnbind(const pdu::Header& header) {
  const Fault fault = server_.behaviour().JudgeUnbind(++server_.counters().unbinds);
  Respond(header, CommandStatus::ESME_ROK, fault);
  Leave(true);
  if (IsUnderstood(fault)) connection_.EndInOrder();
}

void Session::OnUnbindResp() {
  if (!unbinding_) return;
  Leave(true);
  connection_.EndInOrder();
}

void Session::SendUnbind() {
  unbinding_ = true;
  std::array<uint8_t, pdu::kHeaderOctets> unbind;
  pdu::EncodeHeaderOnly(CommandId::kUnbind, CommandStatus::ESME_ROK, next_sequence_, unbind);
  next_sequence_ = pdu::NextSequence(next_sequence_);
  connection_.Give(unbind, Fault::kNone);
}

// A response that has nothing to say but its status.
void Session::Respond(const pdu::Header& request, CommandStatus status, Fault fault) {
  std::array<uint8_t, pdu::kHeaderOctets> response;
  pdu::EncodeHeaderOnly(pdu::ResponseTo(request.command_id), status, request.sequence_number,
                        response);
  connection_.Give(response, fault);
}

// Deliveries that were not acknowledged go to another bind of the account.
void Session::Leave(bool unbound) {
  if (account_ == nullptr) return;
  FlushOthers();
  Account& account = *account_;
  server_.accounts().Leave(account, this, unbound, server_.loop().now());
  GiveBackUndelivered();
  account_ = nullptr;
  submits_ = false;
  receives_ = false;
  bind_due_.Cancel();
  server_.Deliver(account);
}

}  // namespace salvo::sim
