#include "tools/inspect/pdu_stream.h"

#include <array>
#include <utility>

#include "absl/strings/str_format.h"
#include "pdu/decode.h"
#include "pdu/framer.h"

namespace salvo::tools {
namespace {

using pdu::Octets;

// What the first octets of a stream say that is no SMPP: "the peer speaks HTTP, ..."; "" for SMPP
// and for what is not known.
std::string_view Foreign(Octets octets) {
  std::array<uint8_t, pdu::kHeaderOctets> carry;
  pdu::Framer framer(carry);
  framer.Feed(octets.first(pdu::kHeaderOctets));
  Octets ignored;
  if (framer.Next(&ignored) != pdu::FrameResult::kBroken) return {};
  const pdu::FrameError error = framer.error();
  const bool is_length =
      error == pdu::FrameError::kLengthTooSmall || error == pdu::FrameError::kLengthTooLarge;
  return is_length ? std::string_view() : Describe(error);
}

bool HasSaneLength(Octets octets) {
  const uint32_t length = pdu::Load32(octets.data());
  return length >= pdu::kHeaderOctets && length <= pdu::kDefaultMaxPduOctets;
}

std::string Counted(uint64_t octets) {
  return absl::StrFormat("%d octet%s", octets, octets == 1 ? "" : "s");
}

}  // namespace

bool LooksLikePdu(Octets octets) {
  constexpr uint32_t kMostStatus = 0xFFFF;
  const pdu::Header header = pdu::DecodeHeader(octets);
  const auto status = static_cast<uint32_t>(header.command_status);
  const bool status_fits = pdu::IsResponse(header.command_id) ? status <= kMostStatus : status == 0;
  return HasSaneLength(octets) && !NameOf(header.command_id).empty() && status_fits &&
         header.sequence_number <= pdu::kLastSequence;
}

bool MayLeavePassword(Octets pdu) {
  const pdu::CommandId command = pdu::DecodeHeader(pdu).command_id;
  if (!pdu::IsBind(command) && command != pdu::CommandId::kOutbind) return false;
  pdu::Pdu decoded;
  const pdu::DecodeResult result = pdu::Decode(pdu, &decoded);
  return !result.ok() || result.warning != pdu::Fault::kNone;
}

void PduStream::Feed(Octets octets) {
  if (state_ == State::kForeign) return;
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
  Cut();
}

void PduStream::Gap(uint64_t octets) {
  if (state_ == State::kForeign) return;
  DropRest();
  if (is_known()) sink_->OnNote("a gap of " + Counted(octets));
  if (state_ == State::kInStep) state_ = State::kSearching;
}

void PduStream::End() {
  if (state_ == State::kForeign) return;
  if (state_ == State::kInStep && at_ < buffer_.size()) {
    sink_->OnNote("the stream ends within a PDU, after " + Counted(buffer_.size() - at_));
    buffer_.clear();
    at_ = 0;
  } else {
    DropRest();
  }
}

void PduStream::Cut() {
  while (buffer_.size() - at_ >= pdu::kHeaderOctets) {
    const bool goes_on = state_ == State::kNew         ? Begin()
                         : state_ == State::kSearching ? Search()
                                                       : Step();
    if (!goes_on) break;
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
}

bool PduStream::Begin() {
  const Octets octets = Octets(buffer_).subspan(at_);
  if (LooksLikePdu(octets)) {
    state_ = State::kInStep;
    return true;
  }
  const std::string_view foreign = Foreign(octets);
  if (expected_ && foreign.empty()) {
    state_ = State::kSearching;
    return true;
  }
  if (expected_) sink_->OnNote(std::string(foreign));
  state_ = State::kForeign;
  buffer_.clear();
  at_ = 0;
  return false;
}

bool PduStream::Search() {
  if (!LooksLikePdu(Octets(buffer_).subspan(at_))) {
    Drop(1);
    return true;
  }
  NoteSkipped();
  state_ = State::kInStep;
  return true;
}

bool PduStream::Step() {
  const Octets octets = Octets(buffer_).subspan(at_);
  const bool was_password = std::exchange(follows_password_, false);
  if (was_password && !LooksLikePdu(octets)) {
    sink_->OnNote("no PDU: it may hold the password of the one before");
    state_ = State::kSearching;
    return true;
  }
  if (!HasSaneLength(octets)) {
    sink_->OnNote(
        absl::StrFormat("no PDU: command_length would be %d", pdu::Load32(octets.data())));
    state_ = State::kSearching;
    return true;
  }
  const uint32_t length = pdu::Load32(octets.data());
  if (octets.size() < length) return false;
  sink_->OnPdu(octets.first(length));
  follows_password_ = MayLeavePassword(octets.first(length));
  at_ += length;
  return true;
}

void PduStream::Drop(size_t octets) {
  at_ += octets;
  skipped_ += octets;
}

// Nothing of what came before can go on.
void PduStream::DropRest() {
  if (is_known()) {
    Drop(buffer_.size() - at_);
    NoteSkipped();
  } else {
    buffer_.clear();
    at_ = 0;
  }
}

void PduStream::NoteSkipped() {
  if (skipped_ > 0) sink_->OnNote(Counted(skipped_) + " that are no whole PDU");
  skipped_ = 0;
}

}  // namespace salvo::tools
