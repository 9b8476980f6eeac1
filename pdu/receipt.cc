#include "pdu/receipt.h"

#include <algorithm>

#include "pdu/text/udh.h"

namespace salvo::pdu {
namespace {

constexpr uint8_t kDataCodingUcs2 = 0x08;

// `state`: of the parameter.
void TakeState(MessageState state, Receipt* out) {
  const bool is_left_out = state == MessageState::kScheduled && out->state.has_value();
  if (!is_left_out && !NameOf(state).empty()) out->state = state;
}

}  // namespace

ReceiptKind ReceiptParser::Parse(const DeliverSm& pdu, Receipt* out) {
  return ParseParts(pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs, out);
}

ReceiptKind ReceiptParser::Parse(const DataSm& pdu, Receipt* out) {
  return ParseParts(pdu.esm_class, pdu.data_coding, {}, pdu.tlvs, out);
}

std::string_view ReceiptParser::PlainText(Octets user_data, uint8_t esm_class,
                                          uint8_t data_coding) {
  // Some SMSCs set the indicator and write no header.
  const bool has_header =
      (esm_class & kEsmUdhIndicator) != 0 && !LooksLikeReceipt(AsText(user_data));
  if (has_header) {
    if (const std::optional<size_t> udh = UdhOctets(user_data)) user_data = user_data.subspan(*udh);
  }
  // Some SMSCs label a receipt UCS-2 and write plain octets: real UCS-2 begins with a zero octet.
  const bool is_ucs2 = data_coding == kDataCodingUcs2 && user_data.size() >= 2 && user_data[0] == 0;
  if (!is_ucs2) return AsText(user_data);
  const size_t characters = std::min(user_data.size() / 2, scratch_.size());
  for (size_t i = 0; i < characters; ++i) {
    const uint16_t unit = Load16(user_data.data() + 2 * i);
    scratch_[i] = unit < 0x80 ? static_cast<char>(unit) : '?';
  }
  return {scratch_.data(), characters};
}

ReceiptKind ReceiptParser::ParseParts(uint8_t esm_class, uint8_t data_coding, Octets short_message,
                                      const TlvList& tlvs, Receipt* out) {
  *out = {};
  std::optional<Tlv> tlv_id;
  std::optional<Tlv> tlv_state;
  Octets user_data = short_message;
  for (Tlv tlv : tlvs) {
    if (tlv.tag == Tag::kReceiptedMessageId && !tlv.AsCString().empty()) tlv_id = tlv;
    if (tlv.tag == Tag::kMessageState && tlv.value.size() == 1) tlv_state = tlv;
    if (tlv.tag == Tag::kMessagePayload && user_data.empty()) user_data = tlv.value;
    if (tlv.tag == Tag::kNetworkErrorCode && tlv.value.size() == 3) {
      out->network_error = {tlv.value[0], Load16(tlv.value.data() + 1)};
    }
    if (tlv.tag == Tag::kUserMessageReference && tlv.value.size() == 2) {
      out->user_message_reference = Load16(tlv.value.data());
    }
  }
  const std::string_view text = PlainText(user_data, esm_class, data_coding);
  const uint8_t type = esm_class & kEsmTypeMask;
  const bool unmarked = options_.accept_unmarked && LooksLikeReceipt(text);
  ReceiptKind kind = ReceiptKind::kNone;
  if ((type & kEsmIntermediateNotification) != 0) {
    kind = ReceiptKind::kIntermediate;
  } else if ((type & kEsmReceipt) != 0 || tlv_id.has_value() || unmarked) {
    kind = ReceiptKind::kReceipt;
  }
  if (kind == ReceiptKind::kNone) return kind;

  out->fields = ParseReceiptText(text);
  out->id = tlv_id ? tlv_id->AsCString() : out->fields.id;
  out->state = ParseReceiptState(out->fields.stat);
  if (tlv_state) TakeState(static_cast<MessageState>(tlv_state->value[0]), out);
  return kind;
}

}  // namespace salvo::pdu
