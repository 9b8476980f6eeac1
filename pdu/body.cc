#include "pdu/body.h"

namespace salvo::pdu {
namespace {

constexpr uint8_t kSmeAddress = 1;
constexpr uint8_t kDistributionList = 2;

Address ReadAddress(Reader& reader) {
  Address address;
  address.ton = reader.U8();
  address.npi = reader.U8();
  address.digits = reader.CString();
  return address;
}

void WriteAddress(Writer& writer, const Address& address) {
  writer.U8(address.ton);
  writer.U8(address.npi);
  writer.CString(address.digits);
}

}  // namespace

bool ReadDestination(Reader& reader, Destination* out) {
  *out = {};
  out->dest_flag = reader.U8();
  if (out->dest_flag == kSmeAddress) {
    out->address = ReadAddress(reader);
  } else if (out->dest_flag == kDistributionList) {
    out->dl_name = reader.CString();
  } else {
    return false;
  }
  return reader.ok();
}

void WriteDestination(Writer& writer, const Destination& destination) {
  writer.U8(destination.dest_flag);
  if (destination.dest_flag == kDistributionList) {
    writer.CString(destination.dl_name);
  } else {
    WriteAddress(writer, destination.address);
  }
}

bool IsTooLong(const Destination& destination) {
  return destination.address.digits.size() + 1 > kMaxAddress ||
         destination.dl_name.size() + 1 > kMaxDistributionList;
}

bool ReadUnsuccess(Reader& reader, Unsuccess* out) {
  out->address = ReadAddress(reader);
  out->error_status_code = static_cast<CommandStatus>(reader.U32());
  return reader.ok();
}

void WriteUnsuccess(Writer& writer, const Unsuccess& unsuccess) {
  WriteAddress(writer, unsuccess.address);
  writer.U32(static_cast<uint32_t>(unsuccess.error_status_code));
}

bool IsTooLong(const Unsuccess& unsuccess) {
  return unsuccess.address.digits.size() + 1 > kMaxAddress;
}

Body EmptyBodyFor(CommandId id) {
  switch (id) {
    case CommandId::kBindReceiver:
    case CommandId::kBindTransmitter:
    case CommandId::kBindTransceiver:
      return BindRequest{};
    case CommandId::kBindReceiverResp:
    case CommandId::kBindTransmitterResp:
    case CommandId::kBindTransceiverResp:
      return BindResponse{};
    case CommandId::kOutbind:
      return Outbind{};
    case CommandId::kSubmitSm:
    case CommandId::kDeliverSm:
      return SubmitSm{};
    case CommandId::kSubmitSmResp:
    case CommandId::kDeliverSmResp:
    case CommandId::kDataSmResp:
    case CommandId::kBroadcastSmResp:
    case CommandId::kQueryBroadcastSmResp:
      return MessageIdResponse{};
    case CommandId::kDataSm:
      return DataSm{};
    case CommandId::kSubmitMulti:
      return SubmitMulti{};
    case CommandId::kSubmitMultiResp:
      return SubmitMultiResponse{};
    case CommandId::kQuerySm:
      return QuerySm{};
    case CommandId::kQuerySmResp:
      return QuerySmResponse{};
    case CommandId::kCancelSm:
      return CancelSm{};
    case CommandId::kReplaceSm:
      return ReplaceSm{};
    case CommandId::kAlertNotification:
      return AlertNotification{};
    case CommandId::kBroadcastSm:
      return BroadcastSm{};
    case CommandId::kQueryBroadcastSm:
      return QueryBroadcastSm{};
    case CommandId::kCancelBroadcastSm:
      return CancelBroadcastSm{};
    case CommandId::kGenericNack:
    case CommandId::kUnbind:
    case CommandId::kUnbindResp:
    case CommandId::kEnquireLink:
    case CommandId::kEnquireLinkResp:
    case CommandId::kReplaceSmResp:
    case CommandId::kCancelSmResp:
    case CommandId::kCancelBroadcastSmResp:
      return NoBody{};
    case CommandId::kParamRetrieve:
    case CommandId::kParamRetrieveResp:
    case CommandId::kQueryLastMsgs:
    case CommandId::kQueryLastMsgsResp:
    case CommandId::kQueryMsgDetails:
    case CommandId::kQueryMsgDetailsResp:
      return OpaqueBody{};
  }
  return OpaqueBody{};
}

}  // namespace salvo::pdu
