#include "pdu/framer.h"

#include <algorithm>

#include "pdu/protocol.h"

namespace salvo::pdu {
namespace {

constexpr size_t kLengthOctets = 4;

constexpr uint32_t Word(const char (&text)[5]) {
  uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | static_cast<uint8_t>(text[i]);
  return word;
}

// What a lying length tells of the protocol that the peer speaks.
FrameError Recognise(uint32_t word) {
  for (uint32_t http : {Word("HTTP"), Word("GET "), Word("POST"), Word("HEAD"), Word("PUT ")}) {
    if (word == http) return FrameError::kHttp;
  }
  if (word == Word("AMQP")) return FrameError::kAmqp;
  if (word == Word("SSH-")) return FrameError::kSsh;
  // A TLS record: content type alert (21), handshake (22) or data (23), version 3.x.
  const uint32_t type = word >> 24;
  const bool is_tls = type >= 0x15 && type <= 0x17 && (word >> 16 & 0xFF) == 3;
  if (is_tls) return FrameError::kTls;
  return word < kHeaderOctets ? FrameError::kLengthTooSmall : FrameError::kLengthTooLarge;
}

}  // namespace

std::string_view Describe(FrameError error) {
  switch (error) {
    case FrameError::kNone:
      return "nothing is wrong";
    case FrameError::kLengthTooSmall:
      return "command_length is below 16";
    case FrameError::kLengthTooLarge:
      return "command_length is above the limit";
    case FrameError::kHttp:
      return "the peer speaks HTTP, not SMPP: wrong port?";
    case FrameError::kTls:
      return "the peer speaks TLS on a plaintext session: a TLS port needs TLS switched on";
    case FrameError::kAmqp:
      return "the peer speaks AMQP, not SMPP: wrong port?";
    case FrameError::kSsh:
      return "the peer speaks SSH, not SMPP: wrong port?";
  }
  return "";
}

FrameResult Framer::Next(Octets* pdu) {
  if (error_ != FrameError::kNone) return FrameResult::kBroken;
  if (carry_given_out_) {
    carry_given_out_ = false;
    carried_ = 0;
  }
  if (carried_ > 0) return FinishCarried(pdu);
  if (fed_.size() >= kLengthOctets) {
    const uint32_t length = Load32(fed_.data());
    if (!CheckLength(length)) return FrameResult::kBroken;
    if (fed_.size() >= length) {
      *pdu = fed_.first(length);
      fed_ = fed_.subspan(length);
      return FrameResult::kPdu;
    }
  }
  Carry(fed_.size());
  return FrameResult::kNeedMore;
}

FrameResult Framer::FinishCarried(Octets* pdu) {
  if (carried_ < kLengthOctets) {
    Carry(std::min(kLengthOctets - carried_, fed_.size()));
    if (carried_ < kLengthOctets) return FrameResult::kNeedMore;
  }
  const uint32_t length = Load32(carry_.data());
  if (!CheckLength(length)) return FrameResult::kBroken;
  Carry(std::min(length - carried_, fed_.size()));
  if (carried_ < length) return FrameResult::kNeedMore;
  *pdu = Octets(carry_.data(), length);
  carry_given_out_ = true;
  return FrameResult::kPdu;
}

void Framer::Carry(size_t octets) {
  std::copy_n(fed_.begin(), octets, carry_.begin() + static_cast<std::ptrdiff_t>(carried_));
  carried_ += octets;
  fed_ = fed_.subspan(octets);
}

bool Framer::CheckLength(uint32_t command_length) {
  if (command_length >= kHeaderOctets && command_length <= carry_.size()) return true;
  error_ = Recognise(command_length);
  return false;
}

}  // namespace salvo::pdu
