#include "tests/support/golden_pdus.h"

#include <deque>

#include "tests/support/octets.h"

namespace salvo::test {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

using List = std::vector<GoldenPdu>;

// Octets that the structs refer to.
pdu::Octets Keep(std::string_view hex) {
  static std::deque<std::vector<uint8_t>> kept;
  return kept.emplace_back(Hex(hex));
}

pdu::TlvList Tlvs(std::string_view hex) { return pdu::TlvList(Keep(hex)); }

void Add(List& list, CommandId id, CommandStatus status, uint32_t sequence, pdu::Body body,
         std::string_view hex) {
  std::vector<uint8_t> octets = Hex(hex);
  const auto length = static_cast<uint32_t>(octets.size());
  list.push_back({std::string(NameOf(id)), std::move(octets),
                  pdu::Pdu{{length, id, status, sequence}, std::move(body)}});
}

void Add(List& list, CommandId id, uint32_t sequence, pdu::Body body, std::string_view hex) {
  Add(list, id, CommandStatus::ESME_ROK, sequence, std::move(body), hex);
}

void AddBinds(List& list) {
  pdu::BindRequest request;
  request.system_id = "SMPP3TEST";
  request.password = "secret08";
  request.system_type = "SUBMIT1";
  request.interface_version = 0x34;
  request.addr_ton = 1;
  request.addr_npi = 1;
  request.address_range = "^4479";
  const std::string body = "'SMPP3TEST' 00 'secret08' 00 'SUBMIT1' 00 34 01 01 '^4479' 00";
  pdu::BindResponse response;
  response.system_id = "SMSC";
  response.tlvs = Tlvs("0210 0001 34");
  const std::string response_body = "'SMSC' 00 0210 0001 34";

  Add(list, CommandId::kBindReceiver, 1, request, "00000034 00000001 00000000 00000001" + body);
  Add(list, CommandId::kBindReceiverResp, 1, response,
      "0000001A 80000001 00000000 00000001" + response_body);
  Add(list, CommandId::kBindTransmitter, 2, request, "00000034 00000002 00000000 00000002" + body);
  Add(list, CommandId::kBindTransmitterResp, 2, response,
      "0000001A 80000002 00000000 00000002" + response_body);
  Add(list, CommandId::kBindTransceiver, 0x7FFFFFFF, request,
      "00000034 00000009 00000000 7FFFFFFF" + body);
  Add(list, CommandId::kBindTransceiverResp, 0x7FFFFFFF, response,
      "0000001A 80000009 00000000 7FFFFFFF" + response_body);
  Add(list, CommandId::kOutbind, 3, pdu::Outbind{"SMSC", "pw"},
      "00000018 0000000B 00000000 00000003 'SMSC' 00 'pw' 00");
}

void AddHeadersOnly(List& list) {
  Add(list, CommandId::kGenericNack, CommandStatus::ESME_RINVCMDID, 9, pdu::NoBody{},
      "00000010 80000000 00000003 00000009");
  Add(list, CommandId::kUnbind, 10, pdu::NoBody{}, "00000010 00000006 00000000 0000000A");
  Add(list, CommandId::kUnbindResp, 10, pdu::NoBody{}, "00000010 80000006 00000000 0000000A");
  Add(list, CommandId::kReplaceSmResp, CommandStatus::ESME_RREPLACEFAIL, 11, pdu::NoBody{},
      "00000010 80000007 00000013 0000000B");
  Add(list, CommandId::kCancelSmResp, CommandStatus::ESME_RCANCELFAIL, 12, pdu::NoBody{},
      "00000010 80000008 00000011 0000000C");
  Add(list, CommandId::kEnquireLink, 13, pdu::NoBody{}, "00000010 00000015 00000000 0000000D");
  Add(list, CommandId::kEnquireLinkResp, 13, pdu::NoBody{}, "00000010 80000015 00000000 0000000D");
  Add(list, CommandId::kCancelBroadcastSmResp, 14, pdu::NoBody{},
      "00000010 80000113 00000000 0000000E");
}

void AddSubmissions(List& list) {
  pdu::SubmitSm submit;
  submit.service_type = "CMT";
  submit.source = {5, 0, "SALVO"};
  submit.destination = {1, 1, "447700900123"};
  submit.esm_class = 0x03;
  submit.protocol_id = 0x7F;
  submit.priority_flag = 1;
  submit.schedule_delivery_time = "241231235959004+";
  submit.validity_period = "000002000000000R";
  submit.registered_delivery = 0x11;
  submit.replace_if_present_flag = 1;
  submit.data_coding = 0x08;
  submit.sm_default_msg_id = 2;
  submit.short_message = Keep("0041 20AC");
  submit.tlvs = Tlvs("0204 0002 BEEF 1400 0000");
  Add(list, CommandId::kSubmitSm, 5, submit,
      "00000063 00000004 00000000 00000005"
      "'CMT' 00 05 00 'SALVO' 00 01 01 '447700900123' 00"
      "03 7F 01 '241231235959004+' 00 '000002000000000R' 00 11 01 08 02"
      "04 0041 20AC 0204 0002 BEEF 1400 0000");
  Add(list, CommandId::kSubmitSmResp, 5, pdu::MessageIdResponse{"9F3A", Tlvs("0428 0001 5A")},
      "0000001A 80000004 00000000 00000005 '9F3A' 00 0428 0001 5A");

  pdu::DeliverSm deliver;
  deliver.source = {1, 1, "447700900123"};
  deliver.destination = {3, 0, "8080"};
  deliver.esm_class = 0x04;
  deliver.short_message = Keep("'id:7'");
  deliver.tlvs = Tlvs("001E 0002 '7' 00 0427 0001 02 0423 0003 03 0000");
  Add(list, CommandId::kDeliverSm, 0x100, deliver,
      "00000047 00000005 00000000 00000100"
      "00 01 01 '447700900123' 00 03 00 '8080' 00"
      "04 00 00 00 00 00 00 00 00 04 'id:7'"
      "001E 0002 '7' 00 0427 0001 02 0423 0003 03 0000");
  Add(list, CommandId::kDeliverSmResp, 0x100, pdu::MessageIdResponse{},
      "00000011 80000005 00000000 00000100 00");

  pdu::DataSm data;
  data.service_type = "WAP";
  data.source = {0, 18, "10.0.0.1"};
  data.destination = {1, 1, "447700900124"};
  data.esm_class = 0x40;
  data.registered_delivery = 2;
  data.data_coding = 4;
  data.tlvs = Tlvs("0424 0003 01FF00");
  Add(list, CommandId::kDataSm, 0x101, data,
      "00000038 00000103 00000000 00000101"
      "'WAP' 00 00 12 '10.0.0.1' 00 01 01 '447700900124' 00 40 02 04"
      "0424 0003 01FF00");
  Add(list, CommandId::kDataSmResp, 0x101,
      pdu::MessageIdResponse{"D1", Tlvs("0425 0001 00 001D 0003 'ok' 00")},
      "0000001F 80000103 00000000 00000101 'D1' 00 0425 0001 00 001D 0003 'ok' 00");
}

void AddSubmitMulti(List& list) {
  pdu::SubmitMulti multi;
  multi.source = {1, 1, "4479"};
  multi.destinations = {3, Keep("01 01 01 '4470' 00 02 'staff' 00 01 00 00 00")};
  multi.registered_delivery = 1;
  multi.short_message = Keep("'Hi'");
  multi.tlvs = Tlvs("0201 0001 03");
  Add(list, CommandId::kSubmitMulti, 0x102, multi,
      "0000003D 00000021 00000000 00000102"
      "00 01 01 '4479' 00 03 01 01 01 '4470' 00 02 'staff' 00 01 00 00 00"
      "00 00 00 00 00 01 00 00 00 02 'Hi' 0201 0001 03");
  Add(list, CommandId::kSubmitMultiResp, 0x102,
      pdu::SubmitMultiResponse{
          "M1", {2, Keep("01 01 '4470' 00 0000000B 05 00 'X' 00 00000400")}, {}},
      "00000027 80000021 00000000 00000102"
      "'M1' 00 02 01 01 '4470' 00 0000000B 05 00 'X' 00 00000400");
}

void AddQueries(List& list) {
  Add(list, CommandId::kQuerySm, 0x103, pdu::QuerySm{"9F3A", {5, 0, "SALVO"}},
      "0000001D 00000003 00000000 00000103 '9F3A' 00 05 00 'SALVO' 00");
  Add(list, CommandId::kQuerySmResp, 0x103, pdu::QuerySmResponse{"9F3A", "241231235959004-", 2, 0},
      "00000028 80000003 00000000 00000103 '9F3A' 00 '241231235959004-' 00 02 00");
  Add(list, CommandId::kCancelSm, 0x104,
      pdu::CancelSm{"CMT", "9F3A", {5, 0, "SALVO"}, {1, 1, "4470"}},
      "00000028 00000008 00000000 00000104"
      "'CMT' 00 '9F3A' 00 05 00 'SALVO' 00 01 01 '4470' 00");

  pdu::ReplaceSm replace;
  replace.message_id = "9F3A";
  replace.source = {5, 0, "SALVO"};
  replace.validity_period = "000001000000000R";
  replace.registered_delivery = 1;
  replace.sm_default_msg_id = 7;
  replace.short_message = Keep("'new'");
  replace.tlvs = Tlvs("1400 0001 41");
  Add(list, CommandId::kReplaceSm, 0x105, replace,
      "0000003A 00000007 00000000 00000105"
      "'9F3A' 00 05 00 'SALVO' 00 00 '000001000000000R' 00 01 07 03 'new' 1400 0001 41");

  Add(list, CommandId::kAlertNotification, 0x106,
      pdu::AlertNotification{{1, 1, "4470"}, {3, 0, "8080"}, Tlvs("0422 0001 00")},
      "00000023 00000102 00000000 00000106 01 01 '4470' 00 03 00 '8080' 00 0422 0001 00");
}

void AddBroadcasts(List& list) {
  pdu::BroadcastSm broadcast;
  broadcast.service_type = "CBS";
  broadcast.source = {5, 0, "ALERT"};
  broadcast.message_id = "B1";
  broadcast.priority_flag = 3;
  broadcast.schedule_delivery_time = "000000001000000R";
  broadcast.replace_if_present_flag = 1;
  broadcast.data_coding = 0xF0;
  broadcast.sm_default_msg_id = 4;
  broadcast.tlvs =
      Tlvs("0606 0002 0158 0601 0003 000001 0604 0002 0005 0605 0003 080001 0424 0001 41");
  Add(list, CommandId::kBroadcastSm, 0x107, broadcast,
      "00000054 00000111 00000000 00000107"
      "'CBS' 00 05 00 'ALERT' 00 'B1' 00 03 '000000001000000R' 00 00 01 F0 04"
      "0606 0002 0158 0601 0003 000001 0604 0002 0005 0605 0003 080001 0424 0001 41");
  Add(list, CommandId::kBroadcastSmResp, 0x107, pdu::MessageIdResponse{"B1", {}},
      "00000013 80000111 00000000 00000107 'B1' 00");
  Add(list, CommandId::kQueryBroadcastSm, 0x108,
      pdu::QueryBroadcastSm{"B1", {5, 0, "ALERT"}, Tlvs("0204 0002 0001")},
      "00000021 00000112 00000000 00000108 'B1' 00 05 00 'ALERT' 00 0204 0002 0001");
  Add(list, CommandId::kQueryBroadcastSmResp, 0x108,
      pdu::MessageIdResponse{"B1", Tlvs("0427 0001 02 0606 0002 0158 0608 0001 64")},
      "00000023 80000112 00000000 00000108"
      "'B1' 00 0427 0001 02 0606 0002 0158 0608 0001 64");
  Add(list, CommandId::kCancelBroadcastSm, 0x109,
      pdu::CancelBroadcastSm{"CBS", "B1", {5, 0, "ALERT"}, Tlvs("0601 0003 000001")},
      "00000026 00000113 00000000 00000109"
      "'CBS' 00 'B1' 00 05 00 'ALERT' 00 0601 0003 000001");
}

// 3.3's own PDUs: known by name, their bodies are not read.
void AddOpaque(List& list) {
  const pdu::OpaqueBody body = {Keep("'ab' 00 07")};
  Add(list, CommandId::kParamRetrieve, 0x10A, body,
      "00000014 00000022 00000000 0000010A 'ab' 00 07");
  Add(list, CommandId::kParamRetrieveResp, 0x10A, body,
      "00000014 80000022 00000000 0000010A 'ab' 00 07");
  Add(list, CommandId::kQueryLastMsgs, 0x10B, body,
      "00000014 00000023 00000000 0000010B 'ab' 00 07");
  Add(list, CommandId::kQueryLastMsgsResp, 0x10B, body,
      "00000014 80000023 00000000 0000010B 'ab' 00 07");
  Add(list, CommandId::kQueryMsgDetails, 0x10C, body,
      "00000014 00000024 00000000 0000010C 'ab' 00 07");
  Add(list, CommandId::kQueryMsgDetailsResp, 0x10C, body,
      "00000014 80000024 00000000 0000010C 'ab' 00 07");
}

}  // namespace

const std::vector<GoldenPdu>& GoldenPdus() {
  static const List all = [] {
    List list;
    AddBinds(list);
    AddHeadersOnly(list);
    AddSubmissions(list);
    AddSubmitMulti(list);
    AddQueries(list);
    AddBroadcasts(list);
    AddOpaque(list);
    return list;
  }();
  return all;
}

std::ostream& operator<<(std::ostream& out, const GoldenPdu& golden) {
  return out << golden.name << ' ' << ToHex(golden.octets);
}

}  // namespace salvo::test
