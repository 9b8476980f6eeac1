#include "engine/shard/composer.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "engine/core/report.h"
#include "engine/receipts/hash.h"
#include "pdu/text/udh.h"

namespace salvo::engine {
namespace {

using pdu::Concatenation;

constexpr size_t kLargestShortMessage = 255;
constexpr size_t kSarOctets = 6 + 5 + 5;

bool IsPayload(const Composition& message) {
  return message.account->text_options().concatenation == Concatenation::kPayload &&
         message.billed > 1;
}

uint8_t* Append(uint8_t* at, pdu::Octets octets) {
  return std::copy(octets.begin(), octets.end(), at);
}

// The parameters of the account but for those that the message brings itself, and these.
uint8_t* AppendTlvs(uint8_t* at, pdu::Octets constant, pdu::Octets own) {
  pdu::TlvWriter writer({at, constant.size()});
  for (const pdu::Tlv tlv : pdu::TlvList(constant)) {
    if (!pdu::TlvList(own).Find(tlv.tag)) writer.Add(tlv.tag, tlv.value);
  }
  return Append(at + writer.list().octets().size(), own);
}

uint8_t* AppendSar(uint8_t* at, const Composition& message) {
  pdu::TlvWriter writer({at, kSarOctets});
  writer.AddU16(pdu::Tag::kSarMsgRefNum, message.reference);
  writer.AddU8(pdu::Tag::kSarTotalSegments, static_cast<uint8_t>(message.parts));
  writer.AddU8(pdu::Tag::kSarSegmentSeqnum, static_cast<uint8_t>(message.next_part + 1));
  return at + writer.list().octets().size();
}

// Returns the octets that the front of the text takes.
size_t WriteText(const Composition& message, size_t taken, uint8_t* at) {
  const std::string_view text = message.text.substr(0, taken);
  if (!message.as_it_stands) return pdu::Translate(text, message.alphabet, at);
  std::memcpy(at, text.data(), text.size());
  return text.size();
}

// The text as a message_payload parameter.
uint8_t* AppendPayload(uint8_t* at, const Composition& message) {
  const size_t octets = WriteText(message, message.text.size(), at + pdu::kTlvHeaderOctets);
  pdu::Store16(at, static_cast<uint16_t>(pdu::Tag::kMessagePayload));
  pdu::Store16(at + 2, static_cast<uint16_t>(octets));
  return at + pdu::kTlvHeaderOctets + octets;
}

// Octets of the text that the next part takes.
size_t NextPartOctets(const Composition& message) {
  if (message.parts == 1) return message.text.size();
  const Concatenation concatenation = message.account->text_options().concatenation;
  const size_t limit = pdu::LimitsFor(message.alphabet, concatenation).part;
  return pdu::PartEnd(message.text, 0, message.alphabet, limit);
}

size_t WriteUdh(const Composition& message, Concatenation concatenation, uint8_t* at) {
  pdu::ConcatenationInfo info;
  info.reference = message.reference;
  info.total = static_cast<uint8_t>(message.parts);
  info.sequence = static_cast<uint8_t>(message.next_part + 1);
  info.reference_is_16_bit = concatenation == Concatenation::kUdh16;
  return pdu::WriteConcatenationUdh(info, at);
}

}  // namespace

ConcatenationReferences::ConcatenationReferences(uint16_t seed) { next_.fill(seed); }

uint16_t ConcatenationReferences::Next(std::string_view destination) {
  return next_[std::hash<std::string_view>()(destination) % next_.size()]++;
}

uint16_t LookOf(const Composition& message) {
  uint64_t hash = HashOf(static_cast<uint64_t>(message.alphabet),
                         pdu::AsText({message.source.data(), message.source.size()}));
  hash ^= static_cast<uint64_t>(message.account->text_options().concatenation);
  return static_cast<uint16_t>(Mix(hash));
}

const char* FaultOfGoingOn(const Composition& message) {
  const RowProgress* earlier = message.earlier;
  if (!MayBeWithSmsc(*earlier)) return nullptr;
  if (earlier->parts != message.parts) {
    return "some of its segments were accepted, and this account splits it otherwise";
  }
  if (message.parts == 1) return nullptr;
  if (earlier->account != message.account->index()) {
    return "some of its segments were accepted over another account, which cannot send now";
  }
  return earlier->look == message.look
             ? nullptr
             : "some of its segments were accepted, and the others would not look like those";
}

size_t LargestPart(const Composition& message) {
  const size_t text = IsPayload(message) ? pdu::kTlvHeaderOctets + 2 * message.text.size()
                                         : kLargestShortMessage + kSarOctets;
  return pdu::SubmitSkeleton::kMaxPrefixOctets + text + message.tlvs.size() +
         message.account->constant_tlvs().size();
}

size_t WritePart(Composition& message, uint32_t sequence, uint8_t* out) {
  const Account& account = *message.account;
  const Concatenation concatenation = account.text_options().concatenation;
  const bool split = message.parts > 1;
  const bool has_udh = split && concatenation != Concatenation::kSar;

  pdu::SubmitSkeleton::Patch patch;
  patch.sequence = sequence;
  patch.source = &message.source;
  patch.destination = &message.destination;
  patch.has_udh = has_udh;
  patch.data_coding = account.data_coding(message.alphabet);
  uint8_t* const text = out + account.skeleton().Begin(patch, out);
  uint8_t* at = text;

  const size_t taken = NextPartOctets(message);
  if (has_udh) at += WriteUdh(message, concatenation, at);
  const bool payload = IsPayload(message);
  if (!payload) at += WriteText(message, taken, at);
  const auto text_octets = static_cast<size_t>(at - text);
  if (payload) at = AppendPayload(at, message);
  if (split && concatenation == Concatenation::kSar) at = AppendSar(at, message);
  const pdu::Octets constant = account.constant_tlvs();
  const pdu::Octets own = pdu::AsOctets(message.tlvs);
  at = constant.empty() ? Append(at, own) : AppendTlvs(at, constant, own);
  pdu::SubmitSkeleton::Finish(out, text, text_octets, at);
  message.text.remove_prefix(taken);
  ++message.next_part;
  return static_cast<size_t>(at - out);
}

void SkipPart(Composition& message) {
  message.text.remove_prefix(NextPartOctets(message));
  ++message.next_part;
}

void SkipPassedOver(Composition& message) {
  if (message.earlier == nullptr) return;
  while (!message.finished() && message.passed_over[message.next_part]) SkipPart(message);
}

uint16_t PartsLeft(const Composition& message) {
  uint16_t left = 0;
  for (uint16_t part = message.next_part; part < message.parts; ++part) {
    const bool is_passed_over = message.earlier != nullptr && message.passed_over[part];
    left = static_cast<uint16_t>(left + (is_passed_over ? 0 : 1));
  }
  return left;
}

std::string_view AsSent(std::string_view to) {
  return InferAddress(to).digits.substr(0, OutcomeBatch::kMostOctets / 4);
}

}  // namespace salvo::engine
