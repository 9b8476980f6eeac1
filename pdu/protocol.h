// SMPP's vocabulary: command ids, limits and the flag octets, with their names. The statuses have a
// header of their own, pdu/status.h.
// Values are those of SMPP 3.4 and 5.0; "3.3" marks what only that version has.
// Pure data: no state, no thread, no allocation. Names returned are static storage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "pdu/status.h"

namespace salvo::pdu {

// 3.4 section 5.1.2.1, 5.0 section 4.7.5. A response's id is its request's with the top bit set.
enum class CommandId : uint32_t {
  kGenericNack = 0x80000000,
  kBindReceiver = 0x00000001,
  kBindReceiverResp = 0x80000001,
  kBindTransmitter = 0x00000002,
  kBindTransmitterResp = 0x80000002,
  kQuerySm = 0x00000003,
  kQuerySmResp = 0x80000003,
  kSubmitSm = 0x00000004,
  kSubmitSmResp = 0x80000004,
  kDeliverSm = 0x00000005,
  kDeliverSmResp = 0x80000005,
  kUnbind = 0x00000006,
  kUnbindResp = 0x80000006,
  kReplaceSm = 0x00000007,
  kReplaceSmResp = 0x80000007,
  kCancelSm = 0x00000008,
  kCancelSmResp = 0x80000008,
  kBindTransceiver = 0x00000009,
  kBindTransceiverResp = 0x80000009,
  kOutbind = 0x0000000B,  // has no response
  kEnquireLink = 0x00000015,
  kEnquireLinkResp = 0x80000015,
  kSubmitMulti = 0x00000021,
  kSubmitMultiResp = 0x80000021,
  kParamRetrieve = 0x00000022,  // 3.3
  kParamRetrieveResp = 0x80000022,
  kQueryLastMsgs = 0x00000023,  // 3.3
  kQueryLastMsgsResp = 0x80000023,
  kQueryMsgDetails = 0x00000024,  // 3.3
  kQueryMsgDetailsResp = 0x80000024,
  kAlertNotification = 0x00000102,  // has no response
  kDataSm = 0x00000103,
  kDataSmResp = 0x80000103,
  kBroadcastSm = 0x00000111,  // 5.0
  kBroadcastSmResp = 0x80000111,
  kQueryBroadcastSm = 0x00000112,  // 5.0
  kQueryBroadcastSmResp = 0x80000112,
  kCancelBroadcastSm = 0x00000113,  // 5.0
  kCancelBroadcastSmResp = 0x80000113,
};

inline constexpr uint32_t kResponseBit = 0x80000000;

constexpr bool IsResponse(CommandId id) { return (static_cast<uint32_t>(id) & kResponseBit) != 0; }

// REQUIRES: `request` is a request that has a response.
constexpr CommandId ResponseTo(CommandId request) {
  return static_cast<CommandId>(static_cast<uint32_t>(request) | kResponseBit);
}

constexpr bool IsBind(CommandId id) {
  return id == CommandId::kBindReceiver || id == CommandId::kBindTransmitter ||
         id == CommandId::kBindTransceiver;
}

constexpr bool IsBindResp(CommandId id) {
  return id == CommandId::kBindReceiverResp || id == CommandId::kBindTransmitterResp ||
         id == CommandId::kBindTransceiverResp;
}

struct CommandName {
  CommandId id;
  std::string_view name;  // as the specification spells it: "submit_sm"
};

// Every command of the enum, once, in the order of the request's id.
std::span<const CommandName> AllCommands();

// "" for an id that no version defines.
std::string_view NameOf(CommandId id);

// 3.4 section 3.2: 16 octets, big-endian, the length includes the header.
struct Header {
  uint32_t command_length = 0;
  CommandId command_id = CommandId::kGenericNack;
  CommandStatus command_status = CommandStatus::ESME_ROK;  // 0 in requests
  uint32_t sequence_number = 0;  // 1..0x7FFFFFFF; generic_nack may carry 0
};

inline constexpr size_t kHeaderOctets = 16;
inline constexpr uint32_t kFirstSequence = 1;
inline constexpr uint32_t kLastSequence = 0x7FFFFFFF;

// The next sequence_number after `sequence`; 0 is never given out (3.4 section 5.1.4).
constexpr uint32_t NextSequence(uint32_t sequence) {
  return sequence >= kLastSequence ? kFirstSequence : sequence + 1;
}

// Largest PDU taken from a peer unless configured otherwise: message_payload may hold 64 KiB.
inline constexpr uint32_t kDefaultMaxPduOctets = 70'000;

// Field maxima in octets, the terminating NUL included (3.4 section 5.2, 5.0 section 4.7).
inline constexpr size_t kMaxSystemId = 16;
inline constexpr size_t kMaxPassword = 9;
inline constexpr size_t kMaxSystemType = 13;
inline constexpr size_t kMaxAddressRange = 41;
inline constexpr size_t kMaxServiceType = 6;
inline constexpr size_t kMaxAddress = 21;
inline constexpr size_t kMaxLongAddress = 65;  // data_sm and alert_notification
inline constexpr size_t kMaxTime = 17;
inline constexpr size_t kMaxMessageId = 65;
inline constexpr size_t kMaxDistributionList = 21;
inline constexpr size_t kMaxShortMessage = 255;  // 5.0; 3.4 stops at 254

// interface_version and sc_interface_version (3.4 section 5.2.4).
inline constexpr uint8_t kVersion33 = 0x33;
inline constexpr uint8_t kVersion34 = 0x34;
inline constexpr uint8_t kVersion50 = 0x50;

// esm_class (3.4 section 5.2.12).
inline constexpr uint8_t kEsmModeMask = 0x03;
inline constexpr uint8_t kEsmTypeMask = 0x3C;
inline constexpr uint8_t kEsmReceipt = 0x04;
inline constexpr uint8_t kEsmIntermediateNotification = 0x20;
inline constexpr uint8_t kEsmUdhIndicator = 0x40;
inline constexpr uint8_t kEsmReplyPath = 0x80;

// Type of number and numbering plan (3.4 sections 5.2.5, 5.2.6).
inline constexpr uint8_t kTonUnknown = 0;
inline constexpr uint8_t kTonInternational = 1;
inline constexpr uint8_t kTonNetworkSpecific = 3;
inline constexpr uint8_t kTonAlphanumeric = 5;
inline constexpr uint8_t kNpiUnknown = 0;
inline constexpr uint8_t kNpiE164 = 1;

// message_state (3.4 section 5.2.28; kScheduled and kSkipped are 5.0).
enum class MessageState : uint8_t {
  kScheduled = 0,
  kEnroute = 1,
  kDelivered = 2,
  kExpired = 3,
  kDeleted = 4,
  kUndeliverable = 5,
  kAccepted = 6,
  kUnknown = 7,
  kRejected = 8,
  kSkipped = 9,
};

// "DELIVERED"; "" for a value that no version defines.
std::string_view NameOf(MessageState state);

}  // namespace salvo::pdu
