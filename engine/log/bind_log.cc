#include "engine/log/bind_log.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <variant>

namespace salvo::engine {
namespace {

using pdu::CommandId;

// Windows of sequence numbers that are remembered.
constexpr size_t kWindowsRemembered = 8;
constexpr size_t kBitsAWord = 64;
// That part of a ring is for all but submit_sm, and half of it for all but their answers: what is
// rare finds room when those find none.
constexpr size_t kPartNotForSubmits = 4;

std::string_view PasswordIn(const pdu::Body& body) {
  if (const auto* bind = std::get_if<pdu::BindRequest>(&body)) return bind->password;
  if (const auto* outbind = std::get_if<pdu::Outbind>(&body)) return outbind->password;
  return {};
}

// What may be kept of a PDU that has a password: before it and after it. Of one that cannot be
// decoded, only what is before the fault: who knows what the rest is.
std::pair<pdu::Octets, pdu::Octets> WithoutPassword(pdu::Octets octets) {
  pdu::Pdu pdu;
  const pdu::DecodeResult result = pdu::Decode(octets, &pdu);
  if (!result.ok()) {
    const size_t good = std::max<size_t>(result.offset, pdu::kHeaderOctets);
    octets = octets.first(std::min(good, octets.size()));
  }
  const std::string_view password = PasswordIn(pdu.body);
  if (password.empty()) return {octets, {}};
  const auto at = static_cast<size_t>(pdu::AsOctets(password).data() - octets.data());
  return {octets.first(at), octets.subspan(at + password.size())};
}

}  // namespace

BindLog::LeftOut::LeftOut(uint32_t window)
    : bits_(std::bit_ceil(kWindowsRemembered * window + kBitsAWord) / kBitsAWord),
      mask_(bits_.size() * kBitsAWord - 1) {}

void BindLog::LeftOut::Set(uint32_t sequence, bool left_out) {
  const size_t at = sequence & mask_;
  const uint64_t bit = uint64_t{1} << at % kBitsAWord;
  uint64_t& word = bits_[at / kBitsAWord];
  word = left_out ? word | bit : word & ~bit;
}

bool BindLog::LeftOut::Take(uint32_t sequence) {
  const size_t at = sequence & mask_;
  const uint64_t bit = uint64_t{1} << at % kBitsAWord;
  uint64_t& word = bits_[at / kBitsAWord];
  const bool left_out = (word & bit) != 0;
  word &= ~bit;
  return left_out;
}

BindLog::BindLog(const Channel& connector, const Channel& pdus, uint32_t window, io::Loop& loop)
    : connector_(connector), pdus_(pdus), left_out_(window), loop_(loop) {}

void BindLog::OnWritten(pdu::Octets pdu) {
  const pdu::Header header = pdu::DecodeHeader(pdu);
  if (header.command_id == CommandId::kUnbind) PutEvent(LogKind::kUnbindWritten, 0, {});
  if (pdus_.ring == nullptr) return;
  if (header.command_id == CommandId::kSubmitSm) return OnSubmit(header, pdu);
  PutPdu(LogKind::kWrittenPdu, header, pdu);
}

void BindLog::OnRead(pdu::Octets pdu) {
  const pdu::Header header = pdu::DecodeHeader(pdu);
  if (header.command_id == CommandId::kUnbind) PutEvent(LogKind::kUnbindRead, 0, {});
  if (pdus_.ring == nullptr) return;
  const bool is_answer = header.command_id == CommandId::kSubmitSmResp;
  if (is_answer && left_out_.Take(header.sequence_number)) {
    return CountOne(pdus_.bind->sampled_out);
  }
  const size_t leave = is_answer ? pdus_.ring->capacity() / kPartNotForSubmits / 2 : 0;
  PutPdu(LogKind::kReadPdu, header, pdu, leave);
}

void BindLog::OnSubmit(const pdu::Header& header, pdu::Octets pdu) {
  Sampler& sampler = *pdus_.sampler;
  const bool taken = sampler.Take(loop_.now());
  left_out_.Set(header.sequence_number, !taken);
  if (!taken) return CountOne(pdus_.bind->sampled_out);
  LogRecord record;
  record.kind = LogKind::kWrittenPdu;
  record.pdu_octets = static_cast<uint32_t>(pdu.size());
  record.sample = static_cast<uint16_t>(sampler.every());
  const size_t leave = pdus_.ring->capacity() / kPartNotForSubmits;
  uint8_t* const out = Claim(pdus_, record, pdu.size(), leave);
  if (out != nullptr) {
    std::copy(pdu.begin(), pdu.end(), out);
    pdus_.ring->Commit();
  }
  sampler.Written(pdus_.ring->used());
}

void BindLog::PutPdu(LogKind kind, const pdu::Header& header, pdu::Octets pdu, size_t leave) {
  const bool has_password =
      pdu::IsBind(header.command_id) || header.command_id == CommandId::kOutbind;
  if (has_password) return PutLogin(kind, pdu);
  LogRecord record;
  record.kind = kind;
  record.pdu_octets = static_cast<uint32_t>(pdu.size());
  uint8_t* const out = Claim(pdus_, record, pdu.size(), leave);
  if (out == nullptr) return;
  std::copy(pdu.begin(), pdu.end(), out);
  pdus_.ring->Commit();
}

void BindLog::PutLogin(LogKind kind, pdu::Octets pdu) {
  const auto [before, after] = WithoutPassword(pdu);
  LogRecord record;
  record.kind = kind;
  record.pdu_octets = static_cast<uint32_t>(pdu.size());
  const size_t octets = before.size() + after.size();
  uint8_t* const out = Claim(pdus_, record, octets);
  if (out == nullptr) return;
  std::copy(after.begin(), after.end(), std::copy(before.begin(), before.end(), out));
  pdu::Store32(out, static_cast<uint32_t>(octets));
  pdus_.ring->Commit();
}

void BindLog::PutEvent(LogKind kind, uint32_t number, std::string_view text) {
  if (connector_.ring == nullptr) return;
  LogRecord record;
  record.kind = kind;
  record.number = number;
  uint8_t* const out = Claim(connector_, record, text.size());
  if (out == nullptr) return;
  std::copy(text.begin(), text.end(), out);
  connector_.ring->Commit();
}

uint8_t* BindLog::Claim(Channel& channel, LogRecord record, size_t octets, size_t leave) {
  uint8_t* const out = channel.ring->Claim(sizeof record + octets, leave);
  if (out == nullptr) {
    CountOne(channel.bind->dropped);
    return nullptr;
  }
  record.bind = channel.number;
  record.wall_ns = loop_.clock().Wall();
  std::memcpy(out, &record, sizeof record);
  return out + sizeof record;
}

void BindLog::Connected(std::string_view peer) { PutEvent(LogKind::kConnected, 0, peer); }

void BindLog::ConnectFailed(std::string_view peer, int error_number, std::string_view reason) {
  std::string text(peer);
  text.append(1, '\0').append(reason);
  PutEvent(LogKind::kConnectFailed, static_cast<uint32_t>(error_number), text);
}

void BindLog::LoggedIn(std::string_view smsc_system_id) {
  PutEvent(LogKind::kLoggedIn, 0, smsc_system_id);
}

void BindLog::LoginFailed(pdu::CommandStatus status, std::string_view reason) {
  PutEvent(LogKind::kLoginFailed, static_cast<uint32_t>(status), reason);
}

void BindLog::Disconnected(int error_number, std::string_view reason) {
  PutEvent(LogKind::kDisconnected, static_cast<uint32_t>(error_number), reason);
}

}  // namespace salvo::engine
