#include "tools/sim/deliveries/receipt_encoder.h"

#include <algorithm>
#include <ctime>

#include "pdu/encode.h"
#include "pdu/text/alphabet.h"

namespace salvo::sim {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;
using pdu::Tag;

// What short_message holds in UCS-2.
constexpr size_t kMostUcs2Characters = 127;

// In UTC.
std::string Date(int64_t wall_ns, const char* format) {
  const std::time_t seconds = wall_ns / io::kNanosPerSecond;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 16> text;
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

std::string Join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

constexpr const char* kMinutes = "%y%m%d%H%M";
constexpr const char* kSeconds = "%y%m%d%H%M%S";
constexpr const char* kLongYear = "%Y%m%d%H%M%S";

std::string_view ErrorOf(pdu::MessageState state) {
  return pdu::IsFinal(state) && state != pdu::MessageState::kDelivered ? "001" : "000";
}

std::string CanonicalText(const PendingDelivery& receipt, std::string_view id, int64_t now_ns) {
  const std::string submitted = Date(receipt.submitted_at_ns, kMinutes);
  const std::string done = Date(now_ns, kMinutes);
  const bool delivered = receipt.state == pdu::MessageState::kDelivered;
  std::array<char, 256> text;
  const size_t octets = pdu::FormatReceiptText(
      {id, "001", delivered ? "001" : "000", submitted, done, pdu::ReceiptWord(receipt.state),
       ErrorOf(receipt.state), receipt.text},
      text);
  return {text.data(), octets};
}

// Spellings met in the field, one for each rest of the message's number.
std::string LooseText(const PendingDelivery& receipt, std::string_view id, int64_t now_ns) {
  const std::string_view word = pdu::ReceiptWord(receipt.state);
  const int64_t then_ns = receipt.submitted_at_ns;
  switch (receipt.message_number % 3) {
    case 0:
      return Join({"id:", id, " submitdate:", Date(then_ns, kMinutes), " donedate:",
                   Date(now_ns, kMinutes), " stat:", word, " err:0 Text:", receipt.text});
    case 1:
      return Join({"id:", id, "  sub: dlvrd: submit date:", Date(then_ns, kSeconds), " done date:",
                   Date(now_ns, kSeconds), " stat:", word, " err: 0 TEXT:", receipt.text});
    default:
      return Join({"ID:", id, " STAT:", word, " DONE_DATE:", Date(now_ns, kLongYear), " ERR:E10"});
  }
}

std::string ToUcs2(std::string_view ascii) {
  std::string ucs2;
  for (const char c : ascii.substr(0, kMostUcs2Characters)) {
    ucs2 += '\0';
    ucs2 += c;
  }
  return ucs2;
}

bool HasParameters(ReceiptStyle style) {
  return style == ReceiptStyle::kCanonical || style == ReceiptStyle::kTlv ||
         style == ReceiptStyle::kDataSm;
}

bool HasPayload(ReceiptStyle style) {
  return style == ReceiptStyle::kPayload || style == ReceiptStyle::kDataSm;
}

}  // namespace

size_t ReceiptEncoder::Encode(const PendingDelivery& receipt, uint32_t sequence, int64_t now_ns,
                              std::span<uint8_t> out) {
  const ReceiptStyle style = options_.style;
  const std::string_view id = FormatId(receipt.message_number);
  const std::string text = Text(receipt, id, now_ns);
  std::array<uint8_t, 512> parameters;
  pdu::TlvWriter tlvs(parameters);
  if (HasParameters(style)) {
    tlvs.AddCString(Tag::kReceiptedMessageId, id);
    tlvs.AddU8(Tag::kMessageState, static_cast<uint8_t>(receipt.state));
  }
  if (receipt.reference && !options_.no_reference) {
    tlvs.AddU16(Tag::kUserMessageReference, *receipt.reference);
  }
  if (HasPayload(style)) tlvs.Add(Tag::kMessagePayload, pdu::AsOctets(text));
  if (style == ReceiptStyle::kDataSm) return EncodeDataSm(receipt, sequence, tlvs.list(), out);

  pdu::DeliverSm deliver;
  deliver.source = {pdu::kTonInternational, pdu::kNpiE164, receipt.destination};
  deliver.destination = {pdu::kTonUnknown, pdu::kNpiUnknown, receipt.source};
  deliver.esm_class = EsmClass(receipt);
  if (!HasPayload(style)) deliver.short_message = pdu::AsOctets(text);
  if (style == ReceiptStyle::kUcs2)
    deliver.data_coding = pdu::DefaultDataCoding(pdu::Alphabet::kUcs2);
  deliver.tlvs = tlvs.list();
  const pdu::EncodeResult encoded =
      pdu::Encode(CommandId::kDeliverSm, CommandStatus::ESME_ROK, sequence, deliver, out);
  return encoded.ok() ? encoded.octets : 0;
}

size_t ReceiptEncoder::EncodeDataSm(const PendingDelivery& receipt, uint32_t sequence,
                                    const pdu::TlvList& tlvs, std::span<uint8_t> out) const {
  pdu::DataSm data;
  data.source = {pdu::kTonInternational, pdu::kNpiE164, receipt.destination};
  data.destination = {pdu::kTonUnknown, pdu::kNpiUnknown, receipt.source};
  data.esm_class = EsmClass(receipt);
  data.tlvs = tlvs;
  const pdu::EncodeResult encoded =
      pdu::Encode(CommandId::kDataSm, CommandStatus::ESME_ROK, sequence, data, out);
  return encoded.ok() ? encoded.octets : 0;
}

uint8_t ReceiptEncoder::EsmClass(const PendingDelivery& receipt) const {
  if (options_.style == ReceiptStyle::kUnmarked) return 0;
  const bool is_intermediate = receipt.kind == PendingDelivery::Kind::kIntermediate;
  return is_intermediate ? pdu::kEsmIntermediateNotification : pdu::kEsmReceipt;
}

std::string ReceiptEncoder::Text(const PendingDelivery& receipt, std::string_view id,
                                 int64_t now_ns) const {
  switch (options_.style) {
    case ReceiptStyle::kTlv:
      return {};
    case ReceiptStyle::kLoose:
      return LooseText(receipt, id, now_ns);
    case ReceiptStyle::kUcs2:
      return ToUcs2(CanonicalText(receipt, id, now_ns));
    case ReceiptStyle::kCanonical:
    case ReceiptStyle::kText:
    case ReceiptStyle::kPayload:
    case ReceiptStyle::kDataSm:
    case ReceiptStyle::kUnmarked:
      break;
  }
  return CanonicalText(receipt, id, now_ns);
}

std::string_view ReceiptEncoder::FormatId(uint64_t number) {
  constexpr size_t kPaddedTo = 20;
  const std::string_view same = ids_.Format(number);
  switch (options_.id) {
    case ReceiptId::kSame:
      break;
    case ReceiptId::kHex:
      return ids_.FormatHex(number);
    case ReceiptId::kDecimal:
      return ids_.FormatDecimal(number);
    case ReceiptId::kStripped:
      return same.substr(std::min(same.find_first_not_of('0'), same.size() - 1));
    case ReceiptId::kPadded: {
      const size_t zeros = kPaddedTo - std::min(kPaddedTo, same.size());
      std::fill_n(id_.begin(), zeros, '0');
      std::copy(same.begin(), same.end(), id_.begin() + zeros);
      return {id_.data(), zeros + same.size()};
    }
    case ReceiptId::kUpper:
      std::transform(same.begin(), same.end(), id_.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      });
      return {id_.data(), same.size()};
  }
  return same;
}

}  // namespace salvo::sim
