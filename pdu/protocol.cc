#include "pdu/protocol.h"

#include <iterator>

namespace salvo::pdu {
namespace {

constexpr CommandName kCommands[] = {
    {CommandId::kGenericNack, "generic_nack"},
    {CommandId::kBindReceiver, "bind_receiver"},
    {CommandId::kBindReceiverResp, "bind_receiver_resp"},
    {CommandId::kBindTransmitter, "bind_transmitter"},
    {CommandId::kBindTransmitterResp, "bind_transmitter_resp"},
    {CommandId::kQuerySm, "query_sm"},
    {CommandId::kQuerySmResp, "query_sm_resp"},
    {CommandId::kSubmitSm, "submit_sm"},
    {CommandId::kSubmitSmResp, "submit_sm_resp"},
    {CommandId::kDeliverSm, "deliver_sm"},
    {CommandId::kDeliverSmResp, "deliver_sm_resp"},
    {CommandId::kUnbind, "unbind"},
    {CommandId::kUnbindResp, "unbind_resp"},
    {CommandId::kReplaceSm, "replace_sm"},
    {CommandId::kReplaceSmResp, "replace_sm_resp"},
    {CommandId::kCancelSm, "cancel_sm"},
    {CommandId::kCancelSmResp, "cancel_sm_resp"},
    {CommandId::kBindTransceiver, "bind_transceiver"},
    {CommandId::kBindTransceiverResp, "bind_transceiver_resp"},
    {CommandId::kOutbind, "outbind"},
    {CommandId::kEnquireLink, "enquire_link"},
    {CommandId::kEnquireLinkResp, "enquire_link_resp"},
    {CommandId::kSubmitMulti, "submit_multi"},
    {CommandId::kSubmitMultiResp, "submit_multi_resp"},
    {CommandId::kParamRetrieve, "param_retrieve"},
    {CommandId::kParamRetrieveResp, "param_retrieve_resp"},
    {CommandId::kQueryLastMsgs, "query_last_msgs"},
    {CommandId::kQueryLastMsgsResp, "query_last_msgs_resp"},
    {CommandId::kQueryMsgDetails, "query_msg_details"},
    {CommandId::kQueryMsgDetailsResp, "query_msg_details_resp"},
    {CommandId::kAlertNotification, "alert_notification"},
    {CommandId::kDataSm, "data_sm"},
    {CommandId::kDataSmResp, "data_sm_resp"},
    {CommandId::kBroadcastSm, "broadcast_sm"},
    {CommandId::kBroadcastSmResp, "broadcast_sm_resp"},
    {CommandId::kQueryBroadcastSm, "query_broadcast_sm"},
    {CommandId::kQueryBroadcastSmResp, "query_broadcast_sm_resp"},
    {CommandId::kCancelBroadcastSm, "cancel_broadcast_sm"},
    {CommandId::kCancelBroadcastSmResp, "cancel_broadcast_sm_resp"},
};

constexpr std::string_view kStates[] = {"SCHEDULED", "ENROUTE",       "DELIVERED", "EXPIRED",
                                        "DELETED",   "UNDELIVERABLE", "ACCEPTED",  "UNKNOWN",
                                        "REJECTED",  "SKIPPED"};

}  // namespace

std::span<const CommandName> AllCommands() { return kCommands; }

std::string_view NameOf(CommandId id) {
  for (const CommandName& command : kCommands) {
    if (command.id == id) return command.name;
  }
  return {};
}

std::string_view NameOf(MessageState state) {
  const auto index = static_cast<size_t>(state);
  return index < std::size(kStates) ? kStates[index] : std::string_view();
}

}  // namespace salvo::pdu
