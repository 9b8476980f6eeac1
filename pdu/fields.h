// Each body's fields in wire order, described once. Encoder, decoder, printer and the tests' random
// generator are visitors over these descriptions, so that they cannot disagree about a layout.
//
// A visitor has these calls; `name` is the specification's and has static storage:
//   Text(name, std::string_view&, max_octets)   C-octet string; max_octets counts the NUL
//   Password(std::string_view&)                 a C-octet string that no output may show
//   Number(name, uint8_t&)
//   ShortMessage(Octets&)                       sm_length and short_message
//   Destinations(DestinationList&)              number_of_dests and dest_address(es)
//   Unsuccesses(UnsuccessList&)                 no_unsuccess and unsuccess_sme(s)
//   Tlvs(TlvList&)                              the optional parameters, always last
//   Opaque(Octets&)                             whatever is left
#pragma once

#include <concepts>
#include <type_traits>

#include "pdu/body.h"

namespace salvo::pdu {

// A body of type B, const or not: an encoder reads it, a decoder fills it.
template <class T, class B>
concept Like = std::same_as<std::remove_const_t<T>, B>;

struct AddressNames {
  const char* ton;
  const char* npi;
  const char* digits;
};

inline constexpr AddressNames kSourceNames = {"source_addr_ton", "source_addr_npi", "source_addr"};
inline constexpr AddressNames kDestinationNames = {"dest_addr_ton", "dest_addr_npi",
                                                   "destination_addr"};
inline constexpr AddressNames kEsmeNames = {"esme_addr_ton", "esme_addr_npi", "esme_addr"};

void AddressFields(auto& v, const AddressNames& names, Like<Address> auto& address,
                   size_t max_octets = kMaxAddress) {
  v.Number(names.ton, address.ton);
  v.Number(names.npi, address.npi);
  v.Text(names.digits, address.digits, max_octets);
}

void Fields(auto&, Like<NoBody> auto&) {}

void Fields(auto& v, Like<BindRequest> auto& b) {
  v.Text("system_id", b.system_id, kMaxSystemId);
  v.Password(b.password);
  v.Text("system_type", b.system_type, kMaxSystemType);
  v.Number("interface_version", b.interface_version);
  v.Number("addr_ton", b.addr_ton);
  v.Number("addr_npi", b.addr_npi);
  v.Text("address_range", b.address_range, kMaxAddressRange);
}

void Fields(auto& v, Like<BindResponse> auto& b) {
  v.Text("system_id", b.system_id, kMaxSystemId);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<Outbind> auto& b) {
  v.Text("system_id", b.system_id, kMaxSystemId);
  v.Password(b.password);
}

// What submit_sm, deliver_sm and submit_multi have from esm_class on.
void SubmissionFields(auto& v, auto& b) {
  v.Number("esm_class", b.esm_class);
  v.Number("protocol_id", b.protocol_id);
  v.Number("priority_flag", b.priority_flag);
  v.Text("schedule_delivery_time", b.schedule_delivery_time, kMaxTime);
  v.Text("validity_period", b.validity_period, kMaxTime);
  v.Number("registered_delivery", b.registered_delivery);
  v.Number("replace_if_present_flag", b.replace_if_present_flag);
  v.Number("data_coding", b.data_coding);
  v.Number("sm_default_msg_id", b.sm_default_msg_id);
  v.ShortMessage(b.short_message);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<SubmitSm> auto& b) {
  v.Text("service_type", b.service_type, kMaxServiceType);
  AddressFields(v, kSourceNames, b.source);
  AddressFields(v, kDestinationNames, b.destination);
  SubmissionFields(v, b);
}

void Fields(auto& v, Like<MessageIdResponse> auto& b) {
  v.Text("message_id", b.message_id, kMaxMessageId);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<DataSm> auto& b) {
  v.Text("service_type", b.service_type, kMaxServiceType);
  AddressFields(v, kSourceNames, b.source, kMaxLongAddress);
  AddressFields(v, kDestinationNames, b.destination, kMaxLongAddress);
  v.Number("esm_class", b.esm_class);
  v.Number("registered_delivery", b.registered_delivery);
  v.Number("data_coding", b.data_coding);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<SubmitMulti> auto& b) {
  v.Text("service_type", b.service_type, kMaxServiceType);
  AddressFields(v, kSourceNames, b.source);
  v.Destinations(b.destinations);
  SubmissionFields(v, b);
}

void Fields(auto& v, Like<SubmitMultiResponse> auto& b) {
  v.Text("message_id", b.message_id, kMaxMessageId);
  v.Unsuccesses(b.unsuccesses);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<QuerySm> auto& b) {
  v.Text("message_id", b.message_id, kMaxMessageId);
  AddressFields(v, kSourceNames, b.source);
}

void Fields(auto& v, Like<QuerySmResponse> auto& b) {
  v.Text("message_id", b.message_id, kMaxMessageId);
  v.Text("final_date", b.final_date, kMaxTime);
  v.Number("message_state", b.message_state);
  v.Number("error_code", b.error_code);
}

void Fields(auto& v, Like<CancelSm> auto& b) {
  v.Text("service_type", b.service_type, kMaxServiceType);
  v.Text("message_id", b.message_id, kMaxMessageId);
  AddressFields(v, kSourceNames, b.source);
  AddressFields(v, kDestinationNames, b.destination);
}

void Fields(auto& v, Like<ReplaceSm> auto& b) {
  v.Text("message_id", b.message_id, kMaxMessageId);
  AddressFields(v, kSourceNames, b.source);
  v.Text("schedule_delivery_time", b.schedule_delivery_time, kMaxTime);
  v.Text("validity_period", b.validity_period, kMaxTime);
  v.Number("registered_delivery", b.registered_delivery);
  v.Number("sm_default_msg_id", b.sm_default_msg_id);
  v.ShortMessage(b.short_message);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<AlertNotification> auto& b) {
  AddressFields(v, kSourceNames, b.source, kMaxLongAddress);
  AddressFields(v, kEsmeNames, b.esme, kMaxLongAddress);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<BroadcastSm> auto& b) {
  v.Text("service_type", b.service_type, kMaxServiceType);
  AddressFields(v, kSourceNames, b.source);
  v.Text("message_id", b.message_id, kMaxMessageId);
  v.Number("priority_flag", b.priority_flag);
  v.Text("schedule_delivery_time", b.schedule_delivery_time, kMaxTime);
  v.Text("validity_period", b.validity_period, kMaxTime);
  v.Number("replace_if_present_flag", b.replace_if_present_flag);
  v.Number("data_coding", b.data_coding);
  v.Number("sm_default_msg_id", b.sm_default_msg_id);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<QueryBroadcastSm> auto& b) {
  v.Text("message_id", b.message_id, kMaxMessageId);
  AddressFields(v, kSourceNames, b.source);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<CancelBroadcastSm> auto& b) {
  v.Text("service_type", b.service_type, kMaxServiceType);
  v.Text("message_id", b.message_id, kMaxMessageId);
  AddressFields(v, kSourceNames, b.source);
  v.Tlvs(b.tlvs);
}

void Fields(auto& v, Like<OpaqueBody> auto& b) { v.Opaque(b.octets); }

}  // namespace salvo::pdu
