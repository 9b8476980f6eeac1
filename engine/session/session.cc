#include "engine/session/session.h"

#include <algorithm>
#include <cstring>

#include "pdu/encode.h"

namespace salvo::engine {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

// Segments that were not answered in time and are still waited for, per segment of the window.
constexpr size_t kTimedOutPerWindow = 4;
// How long the peer's unbind_resp is waited for.
constexpr Nanos kUnbindTimeout = 5 * io::kNanosPerSecond;
constexpr int kRoundTripWeight = 16;
// Answers to deliver_sm that wait for the journal; as many as come in one receive find room.
constexpr size_t kStagedAnswerOctets = 2 * io::kMaxReceiveOctets;
// Of an answer to deliver_sm or data_sm.
constexpr size_t kLargestAnswer = 64;
// Segments are staged ahead of the window where an answer takes less than that. Elsewhere the peer
// or the way to it is what is waited for, and a segment might as well go over another bind.
constexpr Nanos kQuickAnswer = 2 * io::kNanosPerMilli;
// A larger window is so much work that the peer does not run out of it meanwhile.
constexpr uint32_t kLargestWindowAhead = 128;
// A quick peer that says nothing for so long has what was staged for it given to others.
constexpr Nanos kPatience = 100 * io::kNanosPerMilli;
// Answers that are told at once.
constexpr size_t kMostTold = 256;

}  // namespace

std::string_view Describe(SessionEnd end) {
  switch (end) {
    case SessionEnd::kNone:
      return "the session is open";
    case SessionEnd::kUnbound:
      return "unbound";
    case SessionEnd::kPeerUnbound:
      return "the SMSC sent unbind";
    case SessionEnd::kBindRefused:
      return "the SMSC refused the bind";
    case SessionEnd::kBindTimeout:
      return "no answer to the bind in time";
    case SessionEnd::kPeerSilent:
      return "no answer to enquire_link";
    case SessionEnd::kNoAnswers:
      return "a whole window of submit_sm was not answered in time";
    case SessionEnd::kPeerNotReading:
      return "the SMSC does not read what is sent";
    case SessionEnd::kBrokenStream:
      return "the SMSC sent what is not SMPP";
  }
  return "";
}

void SessionStats::Add(const SessionStats& later) {
  submitted += later.submitted;
  answered += later.answered;
  timeouts += later.timeouts;
  late_answers += later.late_answers;
  unexpected_responses += later.unexpected_responses;
  nacks += later.nacks;
  malformed += later.malformed;
  unknown_requests += later.unknown_requests;
  notifications += later.notifications;
  round_trip = later.round_trip;
}

Session::Session(const SessionOptions& options, io::OutputBuffer* output, SessionHandler* handler)
    : options_(options),
      output_(output),
      handler_(handler),
      window_(options.window, options.first_sequence),
      carry_(std::make_unique_for_overwrite<uint8_t[]>(options.max_pdu_octets)),
      framer_({carry_.get(), options.max_pdu_octets}) {
  timed_out_.reserve(kTimedOutPerWindow * options.window);
  answered_.reserve(std::min<size_t>(options.window, kMostTold));
  if (!options.waits_for_disk) return;
  submits_ = std::make_unique<Staging>(output->half());
  answers_ = std::make_unique<Staging>(kStagedAnswerOctets);
}

void Session::Start(Nanos now) {
  state_ = SessionState::kBinding;
  last_received_ = now;
  phase_deadline_ = now + options_.bind_timeout;
  bind_sequence_ = window_.NextSequence();
  SendBody(options_.bind, CommandStatus::ESME_ROK, bind_sequence_, options_.credentials);
}

void Session::OnReceived(pdu::Octets octets, Nanos now) {
  if (state_ == SessionState::kEnded) return;
  last_received_ = now;
  enquire_deadline_ = io::kNever;
  framer_.Feed(octets);
  pdu::Octets pdu;
  pdu::FrameResult result = framer_.Next(&pdu);
  while (result == pdu::FrameResult::kPdu && state_ != SessionState::kEnded) {
    OnPdu(pdu, now);
    result = framer_.Next(&pdu);
  }
  TellAnswers();
  if (result == pdu::FrameResult::kBroken) return End(SessionEnd::kBrokenStream);
  UnbindWhenSettled(now);
}

inline void Session::CommitPdu(size_t octets) {
  output_->Commit(octets);
  if (options_.observer != nullptr) [[unlikely]]
    ShowWritten(octets);
}

void Session::ShowWritten(size_t octets) {
  options_.observer->OnWritten(output_->Held(output_->committed() - octets, octets));
}

void Session::ShowReadThenHandle(pdu::Octets octets, Nanos now) {
  options_.observer->OnRead(octets);
  HandlePdu(octets, now);
}

inline void Session::OnSignOfLife(Nanos now) {
  last_answered_ = now;
  window_.Restore();
  silence_deadline_ = io::kNever;
}

inline void Session::TellAnswers() {
  if (!answered_.empty()) TellAnswersApart();
}

inline void Session::Settle(uint32_t sequence, CommandStatus status, std::string_view message_id,
                            Nanos now) {
  Window::Slot* const slot = window_.Find(sequence);
  // What has not left cannot be answered: the peer guesses.
  if (slot == nullptr || slot->is_staged()) [[unlikely]]
    return SettleLate(sequence, status, message_id, now);
  const Nanos took = now - slot->submitted_at;
  const Nanos change = took - stats_.round_trip;
  stats_.round_trip += stats_.answered == 0 ? change : change / kRoundTripWeight;
  ++stats_.answered;
  OnSignOfLife(now);
  const uint64_t cookie = slot->cookie;
  window_.Release(*slot);
  answered_.push_back({cookie, status, message_id});
}

inline void Session::OnSubmitResp(const pdu::Header& header, pdu::Octets octets, Nanos now) {
  // What was put together in the carry buffer does not stay there for long.
  const bool stays = octets.data() != carry_.get();
  const std::optional<std::string_view> lone = pdu::LoneMessageId(octets);
  if (!lone || !stays) [[unlikely]]
    return OnRareSubmitResp(header, octets, now);
  Settle(header.sequence_number, header.command_status, *lone, now);
  if (answered_.size() >= kMostTold) TellAnswers();
}

void Session::OnPdu(pdu::Octets octets, Nanos now) {
  if (options_.observer != nullptr) [[unlikely]]
    return ShowReadThenHandle(octets, now);
  HandlePdu(octets, now);
}

inline void Session::HandlePdu(pdu::Octets octets, Nanos now) {
  const pdu::Header header = pdu::DecodeHeader(octets);
  if (header.command_id == CommandId::kSubmitSmResp) return OnSubmitResp(header, octets, now);
  // All is told in the order in which it came.
  TellAnswers();
  if (pdu::IsResponse(header.command_id)) {
    OnResponse(header, octets, now);
    TellAnswers();
  } else {
    OnRequest(header, octets, now);
  }
}

void Session::OnRareSubmitResp(const pdu::Header& header, pdu::Octets octets, Nanos now) {
  TellAnswers();
  pdu::MessageIdResponse body;
  if (!pdu::DecodeBody(octets, &body).ok()) ++stats_.malformed;
  if (!body.tlvs.empty()) ReadCongestion(body.tlvs);
  const std::string_view id = body.message_id.substr(0, pdu::kMaxMessageId - 1);
  Settle(header.sequence_number, header.command_status, id, now);
  TellAnswers();
}

void Session::TellAnswersApart() {
  is_quick_ = stats_.round_trip < kQuickAnswer;
  handler_->OnAnswers(answered_);
  answered_.clear();
}

void Session::ReadCongestion(const pdu::TlvList& tlvs) {
  const std::optional<pdu::Tlv> tlv = tlvs.Find(pdu::Tag::kCongestionState);
  if (tlv && tlv->value.size() == 1) handler_->OnCongestion(tlv->value[0]);
}

void Session::SettleLate(uint32_t sequence, CommandStatus status, std::string_view message_id,
                         Nanos now) {
  const auto late = timed_out_.find(sequence);
  if (late == timed_out_.end()) {
    ++stats_.unexpected_responses;
    return;
  }
  const uint64_t cookie = late->second;
  timed_out_.erase(late);
  ++stats_.late_answers;
  OnSignOfLife(now);
  answered_.push_back({cookie, status, message_id});
}

void Session::OnResponse(const pdu::Header& header, pdu::Octets octets, Nanos now) {
  const uint32_t sequence = header.sequence_number;
  if (pdu::IsBindResp(header.command_id)) {
    const bool ours = state_ == SessionState::kBinding && sequence == bind_sequence_ &&
                      header.command_id == pdu::ResponseTo(options_.bind);
    if (ours) return OnBindResp(header, octets, now);
  } else if (header.command_id == CommandId::kEnquireLinkResp) {
    if (enquiring_ && sequence == enquire_sequence_) {
      enquiring_ = false;
      return;
    }
  } else if (header.command_id == CommandId::kUnbindResp) {
    if (state_ == SessionState::kUnbinding) return End(SessionEnd::kUnbound);
  } else if (header.command_id == CommandId::kGenericNack) {
    return OnNack(header, now);
  }
  // Never answered: a generic_nack to a response could go on for ever.
  ++stats_.unexpected_responses;
}

void Session::OnBindResp(const pdu::Header& header, pdu::Octets octets, Nanos now) {
  bind_status_ = header.command_status;
  if (bind_status_ != CommandStatus::ESME_ROK) return End(SessionEnd::kBindRefused);
  pdu::BindResponse body;
  if (!pdu::DecodeBody(octets, &body).ok()) ++stats_.malformed;
  state_ = SessionState::kBound;
  phase_deadline_ = io::kNever;
  handler_->OnBound(body.system_id);
  if (drains_once_bound_) Drain(now);
}

void Session::OnNack(const pdu::Header& header, Nanos now) {
  ++stats_.nacks;
  // A nack that claims success is one all the same.
  const CommandStatus status = header.command_status == CommandStatus::ESME_ROK
                                   ? CommandStatus::ESME_RUNKNOWNERR
                                   : header.command_status;
  const uint32_t sequence = header.sequence_number;
  if (state_ == SessionState::kBinding && sequence == bind_sequence_) {
    bind_status_ = status;
    return End(SessionEnd::kBindRefused);
  }
  if (state_ == SessionState::kUnbinding && sequence == unbind_sequence_) {
    return End(SessionEnd::kUnbound);
  }
  if (enquiring_ && sequence == enquire_sequence_) {
    enquiring_ = false;
    return;
  }
  Settle(sequence, status, {}, now);
}

void Session::OnRequest(const pdu::Header& header, pdu::Octets octets, Nanos now) {
  switch (header.command_id) {
    case CommandId::kEnquireLink:
      return Send(CommandId::kEnquireLinkResp, CommandStatus::ESME_ROK, header.sequence_number);
    case CommandId::kDeliverSm:
    case CommandId::kDataSm:
      return OnDelivery(header, octets);
    case CommandId::kUnbind:
      return OnPeerUnbind(header, now);
    case CommandId::kAlertNotification:
    case CommandId::kOutbind:  // asks for the bind that was already sent
      ++stats_.notifications;
      return;
    default:
      ++stats_.unknown_requests;
      return Send(CommandId::kGenericNack, CommandStatus::ESME_RINVCMDID, header.sequence_number);
  }
}

void Session::OnDelivery(const pdu::Header& header, pdu::Octets octets) {
  pdu::Pdu pdu;
  if (!pdu::Decode(octets, &pdu).ok()) {
    ++stats_.malformed;
    return Send(CommandId::kGenericNack, CommandStatus::ESME_RINVCMDLEN, header.sequence_number);
  }
  const CommandId response = pdu::ResponseTo(header.command_id);
  // The peer delivers it again later; nobody is kept waiting for the disk meanwhile.
  if (answers_ != nullptr && answers_->Claim(kLargestAnswer) == nullptr) {
    return SendDeliveryResp(response, CommandStatus::ESME_RX_T_APPN, header.sequence_number);
  }
  const CommandStatus status = handler_->OnInbound(pdu);
  if (answers_ == nullptr || status != CommandStatus::ESME_ROK) {
    return SendDeliveryResp(response, status, header.sequence_number);
  }
  const pdu::EncodeResult result =
      pdu::Encode(response, status, header.sequence_number, pdu::MessageIdResponse{},
                  {answers_->Claim(kLargestAnswer), kLargestAnswer});
  answers_->Commit(result.octets);
}

void Session::OnPeerUnbind(const pdu::Header& header, Nanos now) {
  peer_wants_unbind_ = true;
  peer_unbind_sequence_ = header.sequence_number;
  LoseStaged();
  if (state_ == SessionState::kBound) {
    state_ = SessionState::kDraining;
    phase_deadline_ = now + options_.drain_timeout;
  } else if (state_ == SessionState::kBinding) {
    phase_deadline_ = now;
    state_ = SessionState::kDraining;
  }
}

void Session::Drain(Nanos now) {
  if (state_ == SessionState::kIdle) return End(SessionEnd::kUnbound);
  if (state_ == SessionState::kBinding) {
    drains_once_bound_ = true;
    phase_deadline_ = std::min(phase_deadline_, now + kUnbindTimeout);
    return;
  }
  if (state_ != SessionState::kBound) return;
  state_ = SessionState::kDraining;
  phase_deadline_ = now + options_.drain_timeout;
  UnbindWhenSettled(now);
}

// An unbind of either side is dealt with when nothing is outstanding, or the time for it is up.
void Session::UnbindWhenSettled(Nanos now) {
  const bool collecting = state_ == SessionState::kDraining || state_ == SessionState::kUnbinding;
  if (!collecting) return;
  const bool settled = (window_.outstanding() == 0 && !has_staged()) || now >= phase_deadline_;
  if (peer_wants_unbind_ && (settled || state_ == SessionState::kUnbinding)) {
    Send(CommandId::kUnbindResp, CommandStatus::ESME_ROK, peer_unbind_sequence_);
    const bool ours_too = state_ == SessionState::kUnbinding;
    return End(ours_too ? SessionEnd::kUnbound : SessionEnd::kPeerUnbound);
  }
  if (state_ == SessionState::kDraining && settled) {
    state_ = SessionState::kUnbinding;
    phase_deadline_ = now + kUnbindTimeout;
    unbind_sequence_ = window_.NextSequence();
    Send(CommandId::kUnbind, CommandStatus::ESME_ROK, unbind_sequence_);
  }
}

void Session::OnTick(Nanos now) {
  if (state_ == SessionState::kBinding && now >= phase_deadline_) {
    return End(SessionEnd::kBindTimeout);
  }
  if (state_ == SessionState::kUnbinding && now >= phase_deadline_) {
    return End(SessionEnd::kUnbound);
  }
  if (now >= enquire_deadline_) return End(SessionEnd::kPeerSilent);
  if (now >= silence_deadline_) return End(SessionEnd::kNoAnswers);
  if (now >= EndOfPatience()) {
    is_quick_ = false;
    LoseStaged();
  }
  ExpireAnswers(now);
  const bool silent = options_.enquire_link > 0 && now - last_received_ >= options_.enquire_link;
  if (bound() && silent && enquire_deadline_ == io::kNever) {
    enquiring_ = true;
    enquire_sequence_ = window_.NextSequence();
    enquire_deadline_ = now + options_.enquire_link_timeout;
    Send(CommandId::kEnquireLink, CommandStatus::ESME_ROK, enquire_sequence_);
  }
  UnbindWhenSettled(now);
}

void Session::ExpireAnswers(Nanos now) {
  while (state_ != SessionState::kEnded) {
    Window::Slot* oldest = window_.Oldest();
    if (oldest == nullptr || oldest->is_staged()) return;
    if (now - oldest->submitted_at < options_.response_timeout) return;
    // Octets that are still here were never seen by the peer: it is the session that is ill.
    if (oldest->offset + oldest->octets > output_->sent()) return End(SessionEnd::kPeerNotReading);
    ++stats_.timeouts;
    const uint32_t sequence = oldest->sequence;
    const uint64_t cookie = oldest->cookie;
    window_.Withhold(*oldest);
    RememberTimedOut(sequence, cookie);
    if (window_.withheld() == window_.size()) silence_deadline_ = now + options_.response_timeout;
  }
}

void Session::RememberTimedOut(uint32_t sequence, uint64_t cookie) {
  const auto [known, is_new] = timed_out_.try_emplace(sequence, cookie);
  if (is_new) timed_out_order_.push_back(sequence);
  // Else the numbers have gone round: no answer can tell the two apart.
  if (!is_new) handler_->OnLost(std::exchange(known->second, cookie), Fate::kUnknown, {});
  while (timed_out_.size() > kTimedOutPerWindow * window_.size()) {
    const auto oldest = timed_out_.find(timed_out_order_.front());
    timed_out_order_.pop_front();
    if (oldest == timed_out_.end()) continue;  // answered late
    handler_->OnLost(timed_out_.extract(oldest).mapped(), Fate::kUnknown, {});
  }
  // The order also holds those that were answered late; it is bounded with them.
  if (timed_out_order_.size() > 2 * kTimedOutPerWindow * window_.size()) {
    std::erase_if(timed_out_order_, [&](uint32_t s) { return !timed_out_.contains(s); });
  }
}

void Session::OnTransportClosed() {
  if (state_ != SessionState::kEnded) End(SessionEnd::kNone);
  LoseOutstanding();
}

void Session::LoseOutstanding() {
  while (const Window::Slot* oldest = window_.Oldest()) {
    const Window::Slot slot = *oldest;
    // And so are all that are younger.
    if (slot.is_staged()) break;
    window_.Release(*window_.Find(slot.sequence));
    // Of a PDU that left in part the peer can make nothing.
    const bool left_whole = slot.offset + slot.octets <= output_->sent();
    if (left_whole) {
      handler_->OnLost(slot.cookie, Fate::kUnknown, {});
    } else {
      handler_->OnLost(slot.cookie, Fate::kUnsent, output_->Held(slot.offset, slot.octets));
    }
  }
  LoseStaged();
  for (uint32_t sequence : timed_out_order_) {
    const auto late = timed_out_.find(sequence);
    if (late != timed_out_.end()) handler_->OnLost(late->second, Fate::kUnknown, {});
  }
  timed_out_.clear();
  timed_out_order_.clear();
}

void Session::LoseStaged() {
  if (staged() == 0) return;
  pdu::Octets rest = submits_->Held();
  while (!rest.empty()) {
    const pdu::Header header = pdu::DecodeHeader(rest);
    LoseStaged(*window_.Find(header.sequence_number), rest.first(header.command_length));
    rest = rest.subspan(header.command_length);
  }
  submits_->Clear();
}

void Session::LoseStaged(Window::Slot& slot, pdu::Octets pdu) {
  const uint64_t cookie = slot.cookie;
  window_.Release(slot);
  // What waits for the disk has its record already; what is staged ahead gets it when it leaves.
  handler_->OnLost(cookie, options_.waits_for_disk ? Fate::kUnsent : Fate::kStaged, pdu);
}

void Session::WaitFor(uint64_t sync) {
  if (!options_.waits_for_disk) return;
  submits_->WaitFor(sync);
  answers_->WaitFor(sync);
}

bool Session::MayRelease() const {
  const bool submits = state_ == SessionState::kBound || state_ == SessionState::kDraining;
  return submits && !peer_wants_unbind_;
}

bool Session::ReleaseAhead(Nanos now) {
  if (options_.waits_for_disk || staged() == 0 || !MayRelease()) return false;
  const uint32_t before = staged();
  ReleaseSubmits(submits_->Held(), now);
  return staged() < before;
}

void Session::Release(uint64_t synced, Nanos now) {
  if (!options_.waits_for_disk || state_ == SessionState::kEnded) return;
  ReleaseAnswers(synced);
  if (MayRelease()) ReleaseSubmits(submits_->Ready(synced), now);
  UnbindWhenSettled(now);
}

void Session::ReleaseAnswers(uint64_t synced) {
  for (;;) {
    const pdu::Octets ready = answers_->Ready(synced);
    if (ready.empty()) return;
    const size_t octets = pdu::DecodeHeader(ready).command_length;
    uint8_t* const out = output_->Claim(octets);
    if (out == nullptr) return;
    std::copy_n(ready.data(), octets, out);
    CommitPdu(octets);
    answers_->Take(octets);
  }
}

void Session::ReleaseSubmits(pdu::Octets ready, Nanos now) {
  while (!ready.empty() && window_.has_place()) {
    const pdu::Header header = pdu::DecodeHeader(ready);
    Window::Slot& slot = *window_.Find(header.sequence_number);
    const pdu::Octets pdu = ready.first(slot.octets);
    uint8_t* const out = output_->Claim(pdu.size() + kReservedOctets);
    lacked_room_ = out == nullptr;
    if (out == nullptr) return;
    const Departure departure = handler_->DepartureOf(slot.cookie);
    if (departure == Departure::kLater) return;
    submits_->Take(pdu.size());
    ready = ready.subspan(pdu.size());
    if (departure == Departure::kNever) {
      LoseStaged(slot, pdu);
      continue;
    }
    std::copy(pdu.begin(), pdu.end(), out);
    window_.Leave(slot, output_->committed());
    slot.submitted_at = now;
    CommitPdu(pdu.size());
    ++stats_.submitted;
  }
}

void Session::PrepareAhead(bool may) {
  if (!may && !options_.waits_for_disk) LoseStaged();
  const bool is_of_use = may && is_quick_ && !options_.waits_for_disk;
  window_.AllowAhead(is_of_use && window_.size() <= kLargestWindowAhead ? window_.size() : 0);
}

// When what is staged ahead is to be given back. One answer that is withheld does not bring that
// about while others come, and whatever else comes does not put it off.
Nanos Session::EndOfPatience() const {
  if (options_.waits_for_disk || staged() == 0) return io::kNever;
  return std::max(last_answered_, staged_since_) + kPatience;
}

Staging& Session::Submits() {
  if (submits_ == nullptr) submits_ = std::make_unique<Staging>(output_->half());
  return *submits_;
}

uint8_t* Session::ClaimSubmit(size_t octets, uint32_t* sequence) {
  if (!bound() || window_.full()) return nullptr;
  stages_ = Stages();
  uint8_t* const out = stages_ ? Submits().Claim(octets) : output_->Claim(octets + kReservedOctets);
  lacked_room_ = out == nullptr && !stages_;
  if (out != nullptr) *sequence = window_.NextSequence();
  return out;
}

bool Session::CommitSubmit(uint32_t sequence, size_t octets, uint64_t cookie, Nanos now) {
  Window::Slot& slot = stages_ ? window_.Stage(sequence) : window_.Take(sequence);
  slot.octets = static_cast<uint32_t>(octets);
  slot.cookie = cookie;
  slot.submitted_at = now;
  if (stages_) {
    if (staged() == 1) staged_since_ = now;
    submits_->Commit(octets);
    return true;
  }
  slot.offset = output_->committed();
  ++stats_.submitted;
  CommitPdu(octets);
  return false;
}

Nanos Session::NextDeadline() {
  if (state_ == SessionState::kIdle || state_ == SessionState::kEnded) return io::kNever;
  Nanos deadline =
      std::min({phase_deadline_, enquire_deadline_, silence_deadline_, EndOfPatience()});
  const Window::Slot* const oldest = window_.Oldest();
  if (oldest != nullptr && !oldest->is_staged()) {
    deadline = std::min(deadline, oldest->submitted_at + options_.response_timeout);
  }
  if (bound() && options_.enquire_link > 0 && enquire_deadline_ == io::kNever) {
    deadline = std::min(deadline, last_received_ + options_.enquire_link);
  }
  return deadline;
}

void Session::Send(CommandId id, CommandStatus status, uint32_t sequence) {
  SendBody(id, status, sequence, pdu::NoBody{});
}

void Session::SendDeliveryResp(CommandId id, CommandStatus status, uint32_t sequence) {
  SendBody(id, status, sequence, pdu::MessageIdResponse{});
}

template <class Body>
void Session::SendBody(CommandId id, CommandStatus status, uint32_t sequence, const Body& body) {
  constexpr size_t kLargestOctets = 512;
  const size_t claimed = std::min(kLargestOctets, output_->room());
  uint8_t* out = output_->Claim(claimed);
  pdu::EncodeOptions options;
  options.max_password = kLargestOctets / 2;
  const pdu::EncodeResult result = pdu::Encode(id, status, sequence, body, {out, claimed}, options);
  if (!result.ok()) return End(SessionEnd::kPeerNotReading);
  CommitPdu(result.octets);
}

void Session::End(SessionEnd end) {
  if (state_ == SessionState::kEnded) return;
  state_ = SessionState::kEnded;
  end_ = end;
}

}  // namespace salvo::engine
