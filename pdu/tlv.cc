#include "pdu/tlv.h"

#include <algorithm>

#include "pdu/number.h"

namespace salvo::pdu {
namespace {

// Sizes of 5.0 where the versions differ: they contain those of 3.4.
constexpr TlvInfo kTlvs[] = {
    {Tag::kDestAddrSubunit, "dest_addr_subunit", TlvForm::kInteger, 1, 1},
    {Tag::kDestNetworkType, "dest_network_type", TlvForm::kInteger, 1, 1},
    {Tag::kDestBearerType, "dest_bearer_type", TlvForm::kInteger, 1, 1},
    {Tag::kDestTelematicsId, "dest_telematics_id", TlvForm::kInteger, 2, 2},
    {Tag::kSourceAddrSubunit, "source_addr_subunit", TlvForm::kInteger, 1, 1},
    {Tag::kSourceNetworkType, "source_network_type", TlvForm::kInteger, 1, 1},
    {Tag::kSourceBearerType, "source_bearer_type", TlvForm::kInteger, 1, 1},
    {Tag::kSourceTelematicsId, "source_telematics_id", TlvForm::kInteger, 1, 1},
    {Tag::kQosTimeToLive, "qos_time_to_live", TlvForm::kInteger, 4, 4},
    {Tag::kPayloadType, "payload_type", TlvForm::kInteger, 1, 1},
    {Tag::kAdditionalStatusInfoText, "additional_status_info_text", TlvForm::kCString, 1, 256},
    {Tag::kReceiptedMessageId, "receipted_message_id", TlvForm::kCString, 1, 65},
    {Tag::kMsMsgWaitFacilities, "ms_msg_wait_facilities", TlvForm::kInteger, 1, 1},
    {Tag::kPrivacyIndicator, "privacy_indicator", TlvForm::kInteger, 1, 1},
    {Tag::kSourceSubaddress, "source_subaddress", TlvForm::kOctets, 2, 23},
    {Tag::kDestSubaddress, "dest_subaddress", TlvForm::kOctets, 2, 23},
    {Tag::kUserMessageReference, "user_message_reference", TlvForm::kInteger, 2, 2},
    {Tag::kUserResponseCode, "user_response_code", TlvForm::kInteger, 1, 1},
    {Tag::kSourcePort, "source_port", TlvForm::kInteger, 2, 2},
    {Tag::kDestPort, "dest_port", TlvForm::kInteger, 2, 2},
    {Tag::kSarMsgRefNum, "sar_msg_ref_num", TlvForm::kInteger, 2, 2},
    {Tag::kLanguageIndicator, "language_indicator", TlvForm::kInteger, 1, 1},
    {Tag::kSarTotalSegments, "sar_total_segments", TlvForm::kInteger, 1, 1},
    {Tag::kSarSegmentSeqnum, "sar_segment_seqnum", TlvForm::kInteger, 1, 1},
    {Tag::kScInterfaceVersion, "sc_interface_version", TlvForm::kInteger, 1, 1},
    {Tag::kCallbackNumPresInd, "callback_num_pres_ind", TlvForm::kInteger, 1, 1},
    {Tag::kCallbackNumAtag, "callback_num_atag", TlvForm::kOctets, 0, 65},
    {Tag::kNumberOfMessages, "number_of_messages", TlvForm::kInteger, 1, 1},
    {Tag::kCallbackNum, "callback_num", TlvForm::kOctets, 4, 19},
    {Tag::kDpfResult, "dpf_result", TlvForm::kInteger, 1, 1},
    {Tag::kSetDpf, "set_dpf", TlvForm::kInteger, 1, 1},
    {Tag::kMsAvailabilityStatus, "ms_availability_status", TlvForm::kInteger, 1, 1},
    {Tag::kNetworkErrorCode, "network_error_code", TlvForm::kOctets, 3, 3},
    {Tag::kMessagePayload, "message_payload", TlvForm::kOctets, 0, 65535},
    {Tag::kDeliveryFailureReason, "delivery_failure_reason", TlvForm::kInteger, 1, 1},
    {Tag::kMoreMessagesToSend, "more_messages_to_send", TlvForm::kInteger, 1, 1},
    {Tag::kMessageState, "message_state", TlvForm::kInteger, 1, 1},
    {Tag::kCongestionState, "congestion_state", TlvForm::kInteger, 1, 1},
    {Tag::kUssdServiceOp, "ussd_service_op", TlvForm::kInteger, 1, 1},
    {Tag::kBroadcastChannelIndicator, "broadcast_channel_indicator", TlvForm::kInteger, 1, 1},
    {Tag::kBroadcastContentType, "broadcast_content_type", TlvForm::kOctets, 3, 3},
    {Tag::kBroadcastContentTypeInfo, "broadcast_content_type_info", TlvForm::kOctets, 0, 255},
    {Tag::kBroadcastMessageClass, "broadcast_message_class", TlvForm::kInteger, 1, 1},
    {Tag::kBroadcastRepNum, "broadcast_rep_num", TlvForm::kInteger, 2, 2},
    {Tag::kBroadcastFrequencyInterval, "broadcast_frequency_interval", TlvForm::kOctets, 3, 3},
    {Tag::kBroadcastAreaIdentifier, "broadcast_area_identifier", TlvForm::kOctets, 1, 65535},
    {Tag::kBroadcastErrorStatus, "broadcast_error_status", TlvForm::kInteger, 4, 4},
    {Tag::kBroadcastAreaSuccess, "broadcast_area_success", TlvForm::kInteger, 1, 1},
    {Tag::kBroadcastEndTime, "broadcast_end_time", TlvForm::kOctets, 16, 16},
    {Tag::kBroadcastServiceGroup, "broadcast_service_group", TlvForm::kOctets, 1, 255},
    {Tag::kBillingIdentification, "billing_identification", TlvForm::kOctets, 1, 1024},
    {Tag::kSourceNetworkId, "source_network_id", TlvForm::kCString, 7, 65},
    {Tag::kDestNetworkId, "dest_network_id", TlvForm::kCString, 7, 65},
    {Tag::kSourceNodeId, "source_node_id", TlvForm::kOctets, 6, 6},
    {Tag::kDestNodeId, "dest_node_id", TlvForm::kOctets, 6, 6},
    {Tag::kDestAddrNpResolution, "dest_addr_np_resolution", TlvForm::kInteger, 1, 1},
    {Tag::kDestAddrNpInformation, "dest_addr_np_information", TlvForm::kOctets, 10, 10},
    {Tag::kDestAddrNpCountry, "dest_addr_np_country", TlvForm::kOctets, 1, 5},
    {Tag::kDisplayTime, "display_time", TlvForm::kInteger, 1, 1},
    {Tag::kSmsSignal, "sms_signal", TlvForm::kInteger, 2, 2},
    {Tag::kMsValidity, "ms_validity", TlvForm::kInteger, 1, 4},
    {Tag::kAlertOnMessageDelivery, "alert_on_message_delivery", TlvForm::kInteger, 0, 1},
    {Tag::kItsReplyType, "its_reply_type", TlvForm::kInteger, 1, 1},
    {Tag::kItsSessionInfo, "its_session_info", TlvForm::kOctets, 2, 2},
};

}  // namespace

std::span<const TlvInfo> AllTlvs() { return kTlvs; }

const TlvInfo* FindTlvInfo(Tag tag) {
  const auto* found = std::lower_bound(std::begin(kTlvs), std::end(kTlvs), tag,
                                       [](const TlvInfo& info, Tag t) { return info.tag < t; });
  return found != std::end(kTlvs) && found->tag == tag ? found : nullptr;
}

std::optional<Tag> ParseTag(std::string_view text) {
  for (const TlvInfo& info : kTlvs) {
    if (info.name == text) return info.tag;
  }
  const std::optional<uint64_t> number = ParseNumber(text, UINT16_MAX);
  if (!number) return std::nullopt;
  return static_cast<Tag>(*number);
}

bool MayRepeat(Tag tag) {
  return tag == Tag::kCallbackNum || tag == Tag::kCallbackNumAtag ||
         tag == Tag::kCallbackNumPresInd || tag == Tag::kBroadcastAreaIdentifier ||
         tag == Tag::kBroadcastErrorStatus || tag == Tag::kBroadcastAreaSuccess;
}

bool CarriesText(Tag tag) {
  return tag == Tag::kMessagePayload || tag == Tag::kSarMsgRefNum ||
         tag == Tag::kSarTotalSegments || tag == Tag::kSarSegmentSeqnum;
}

std::optional<uint32_t> Tlv::AsInteger() const {
  if (value.empty() || value.size() > sizeof(uint32_t)) return std::nullopt;
  uint32_t number = 0;
  for (uint8_t octet : value) number = number << 8 | octet;
  return number;
}

std::string_view Tlv::AsCString() const {
  std::string_view text = AsText(value);
  return text.substr(0, text.find('\0'));
}

std::optional<Tlv> TlvList::Find(Tag tag) const {
  for (Tlv tlv : *this) {
    if (tlv.tag == tag) return tlv;
  }
  return std::nullopt;
}

TlvList DecodeTlvs(Octets octets, size_t* trailing) {
  size_t whole = 0;
  while (octets.size() - whole >= kTlvHeaderOctets) {
    const size_t size = kTlvHeaderOctets + Load16(octets.data() + whole + 2);
    if (octets.size() - whole < size) break;
    whole += size;
  }
  *trailing = octets.size() - whole;
  return TlvList(octets.first(whole));
}

void TlvWriter::AddHeader(Tag tag, size_t octets) {
  if (octets > kMaxTlvOctets) writer_.Poison();
  writer_.U16(static_cast<uint16_t>(tag));
  writer_.U16(static_cast<uint16_t>(octets));
}

void TlvWriter::Add(Tag tag, Octets value) {
  AddHeader(tag, value.size());
  writer_.Bytes(value);
}

void TlvWriter::AddU8(Tag tag, uint8_t value) {
  AddHeader(tag, 1);
  writer_.U8(value);
}

void TlvWriter::AddU16(Tag tag, uint16_t value) {
  AddHeader(tag, 2);
  writer_.U16(value);
}

void TlvWriter::AddCString(Tag tag, std::string_view value) {
  AddHeader(tag, value.size() + 1);
  writer_.CString(value);
}

}  // namespace salvo::pdu
