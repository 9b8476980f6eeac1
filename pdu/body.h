// The bodies of all PDUs of SMPP 3.3, 3.4 and 5.0 as plain structs of views.
// A decoded body refers to the octets it was decoded from and is valid as long as they are; a body
// to encode refers to whatever its maker keeps alive. Nothing here owns or allocates.
// The wire order of each body's fields is described once, in pdu/fields.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "pdu/protocol.h"
#include "pdu/tlv.h"
#include "pdu/wire.h"

namespace salvo::pdu {

struct Address {
  uint8_t ton = kTonUnknown;
  uint8_t npi = kNpiUnknown;
  std::string_view digits;  // or letters, when ton is alphanumeric
};

// unbind, enquire_link and their responses; generic_nack; cancel_sm_resp, replace_sm_resp,
// cancel_broadcast_sm_resp; and any response whose sender left the body out.
struct NoBody {};

// bind_receiver, bind_transmitter, bind_transceiver: 3.4 section 4.1.
struct BindRequest {
  std::string_view system_id;
  std::string_view password;
  std::string_view system_type;
  uint8_t interface_version = kVersion34;
  uint8_t addr_ton = 0;
  uint8_t addr_npi = 0;
  std::string_view address_range;
};

struct BindResponse {
  std::string_view system_id;
  TlvList tlvs;
};

// 3.4 section 4.1.7.
struct Outbind {
  std::string_view system_id;
  std::string_view password;
};

// submit_sm and deliver_sm have one layout: 3.4 sections 4.4.1, 4.6.1.
struct SubmitSm {
  std::string_view service_type;
  Address source;
  Address destination;
  uint8_t esm_class = 0;
  uint8_t protocol_id = 0;
  uint8_t priority_flag = 0;
  std::string_view schedule_delivery_time;
  std::string_view validity_period;
  uint8_t registered_delivery = 0;
  uint8_t replace_if_present_flag = 0;
  uint8_t data_coding = 0;
  uint8_t sm_default_msg_id = 0;
  Octets short_message;  // at most 255 octets (254 in 3.4)
  TlvList tlvs;
};
using DeliverSm = SubmitSm;

// submit_sm_resp, deliver_sm_resp, data_sm_resp, broadcast_sm_resp, query_broadcast_sm_resp.
struct MessageIdResponse {
  std::string_view message_id;
  TlvList tlvs;
};

// 3.4 section 4.7.1.
struct DataSm {
  std::string_view service_type;
  Address source;       // up to 64 characters
  Address destination;  // up to 64 characters
  uint8_t esm_class = 0;
  uint8_t registered_delivery = 0;
  uint8_t data_coding = 0;
  TlvList tlvs;
};

// submit_multi's destinations as encoded: 3.4 section 4.5.1.1.
struct DestinationList {
  uint8_t count = 0;
  Octets octets;
};
// One of them. dest_flag 1 is an SME address, 2 the name of a distribution list.
struct Destination {
  uint8_t dest_flag = 1;
  Address address;           // dest_flag 1
  std::string_view dl_name;  // dest_flag 2
};
// Reads the next destination; false at the end or at an entry that breaks the layout.
bool ReadDestination(Reader& reader, Destination* out);
void WriteDestination(Writer& writer, const Destination& destination);
// True when its text is longer than the specification allows.
bool IsTooLong(const Destination& destination);

struct SubmitMulti {
  std::string_view service_type;
  Address source;
  DestinationList destinations;
  uint8_t esm_class = 0;
  uint8_t protocol_id = 0;
  uint8_t priority_flag = 0;
  std::string_view schedule_delivery_time;
  std::string_view validity_period;
  uint8_t registered_delivery = 0;
  uint8_t replace_if_present_flag = 0;
  uint8_t data_coding = 0;
  uint8_t sm_default_msg_id = 0;
  Octets short_message;
  TlvList tlvs;
};

// submit_multi_resp's refused destinations as encoded: 3.4 section 4.5.2.1.
struct UnsuccessList {
  uint8_t count = 0;
  Octets octets;
};
struct Unsuccess {
  Address address;
  CommandStatus error_status_code = CommandStatus::ESME_ROK;
};
bool ReadUnsuccess(Reader& reader, Unsuccess* out);
void WriteUnsuccess(Writer& writer, const Unsuccess& unsuccess);
bool IsTooLong(const Unsuccess& unsuccess);

struct SubmitMultiResponse {
  std::string_view message_id;
  UnsuccessList unsuccesses;
  TlvList tlvs;
};

struct QuerySm {
  std::string_view message_id;
  Address source;
};

struct QuerySmResponse {
  std::string_view message_id;
  std::string_view final_date;
  uint8_t message_state = 0;
  uint8_t error_code = 0;
};

struct CancelSm {
  std::string_view service_type;
  std::string_view message_id;
  Address source;
  Address destination;
};

struct ReplaceSm {
  std::string_view message_id;
  Address source;
  std::string_view schedule_delivery_time;
  std::string_view validity_period;
  uint8_t registered_delivery = 0;
  uint8_t sm_default_msg_id = 0;
  Octets short_message;
  TlvList tlvs;  // 5.0
};

// 3.4 section 4.12.1. Addresses up to 64 characters.
struct AlertNotification {
  Address source;
  Address esme;
  TlvList tlvs;
};

// 5.0 section 4.4.1.
struct BroadcastSm {
  std::string_view service_type;
  Address source;
  std::string_view message_id;
  uint8_t priority_flag = 0;
  std::string_view schedule_delivery_time;
  std::string_view validity_period;
  uint8_t replace_if_present_flag = 0;
  uint8_t data_coding = 0;
  uint8_t sm_default_msg_id = 0;
  TlvList tlvs;
};

// 5.0 section 4.6.1.
struct QueryBroadcastSm {
  std::string_view message_id;
  Address source;
  TlvList tlvs;
};

// 5.0 section 4.6.3.
struct CancelBroadcastSm {
  std::string_view service_type;
  std::string_view message_id;
  Address source;
  TlvList tlvs;
};

// A command that is known only by name (3.3's 0x22-0x24) or not at all.
struct OpaqueBody {
  Octets octets;
};

using Body =
    std::variant<NoBody, BindRequest, BindResponse, Outbind, SubmitSm, MessageIdResponse, DataSm,
                 SubmitMulti, SubmitMultiResponse, QuerySm, QuerySmResponse, CancelSm, ReplaceSm,
                 AlertNotification, BroadcastSm, QueryBroadcastSm, CancelBroadcastSm, OpaqueBody>;

struct Pdu {
  Header header;
  Body body;
};

// An empty body of the alternative that `id` has on the wire; OpaqueBody for an unknown id.
Body EmptyBodyFor(CommandId id);

}  // namespace salvo::pdu
