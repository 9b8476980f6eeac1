#include "pdu/meaning.h"

#include <optional>
#include <span>

#include "pdu/text/readable.h"

namespace salvo::pdu {
namespace {

constexpr Meaning Nothing() { return {}; }

// The name at `value`; those that are empty or beyond the list are reserved.
Meaning Named(uint8_t value, std::span<const std::string_view> names) {
  if (value >= names.size() || names[value].empty()) return {"reserved", true};
  return {std::string(names[value]), false};
}

constexpr std::string_view kTons[] = {"unknown",          "international", "national",
                                      "network specific", "subscriber",    "alphanumeric",
                                      "abbreviated"};
constexpr std::string_view kNpis[] = {
    "unknown", "E.164", "", "X.121", "telex", "", "E.212", "", "national", "private",
    "ERMES",   "",      "", "",      "IP",    "", "",      "", "WAP"};
constexpr std::string_view kModes[] = {"default mode", "datagram", "transaction",
                                       "store and forward"};
constexpr std::string_view kReceipts[] = {"no receipt", "receipt", "receipt of failure",
                                          "receipt of success (5.0)"};
constexpr std::string_view kPriorities[] = {"lowest", "1", "2", "highest in 3.4", "highest in 5.0"};
constexpr std::string_view kNetworks[] = {"",        "ANSI-136",       "IS-95",
                                          "GSM",     "ANSI-136 cause", "IS-95 cause",
                                          "ANSI-41", "SMPP",           "message centre"};

Meaning EsmClass(uint8_t value, CommandId command) {
  constexpr uint8_t kDeliveryAcknowledgement = 0x08;
  constexpr uint8_t kUserAcknowledgement = 0x10;
  constexpr uint8_t kConversationAbort = 0x18;
  const bool to_esme = command == CommandId::kDeliverSm;
  Meaning meaning = {std::string(kModes[value & kEsmModeMask]), false};
  if (to_esme) meaning.text.clear();
  const auto add = [&](std::string_view text) {
    if (!meaning.text.empty()) meaning.text += ", ";
    meaning.text += text;
  };
  switch (value & kEsmTypeMask) {
    case 0:
      if (to_esme) add("message");
      break;
    case kEsmReceipt:
      add("receipt");
      meaning.is_reserved = command == CommandId::kSubmitSm || command == CommandId::kSubmitMulti;
      break;
    case kDeliveryAcknowledgement:
      add("delivery acknowledgement");
      break;
    case kUserAcknowledgement:
      add("user acknowledgement");
      break;
    case kConversationAbort:
      add("conversation abort");
      break;
    case kEsmIntermediateNotification:
      add("intermediate notification");
      break;
    default:
      add("reserved type");
      meaning.is_reserved = true;
  }
  if ((value & kEsmUdhIndicator) != 0) add("user data header");
  if ((value & kEsmReplyPath) != 0) add("reply path");
  return meaning;
}

Meaning RegisteredDelivery(uint8_t value) {
  constexpr uint8_t kReceiptMask = 0x03;
  constexpr uint8_t kAcknowledgements = 0x0C;
  constexpr uint8_t kIntermediate = 0x10;
  constexpr uint8_t kReserved = 0xE0;
  Meaning meaning = {std::string(kReceipts[value & kReceiptMask]), (value & kReserved) != 0};
  if ((value & kAcknowledgements) != 0) meaning.text += ", acknowledgements";
  if ((value & kIntermediate) != 0) meaning.text += ", intermediate notifications";
  return meaning;
}

Meaning Version(uint8_t value) {
  switch (value) {
    case kVersion33:
      return {"3.3", false};
    case kVersion34:
      return {"3.4", false};
    case kVersion50:
      return {"5.0", false};
    default:
      // 3.4 section 5.2.4: all below 0x34 are 3.3 or earlier.
      if (value < kVersion33) return {"3.3 or earlier", false};
      return {"no version", true};
  }
}

Meaning State(uint8_t value) {
  const std::string_view name = NameOf(static_cast<MessageState>(value));
  if (name.empty()) return {"no state", true};
  return {std::string(name), false};
}

Meaning NetworkError(Octets value) {
  if (value.size() != 3) return Nothing();
  Meaning meaning = Named(value[0], kNetworks);
  meaning.text += ", code " + std::to_string(Load16(value.data() + 1));
  return meaning;
}

Meaning Congestion(uint32_t value) {
  constexpr struct {
    uint32_t most;
    std::string_view name;
  } kLevels[] = {{0, "idle"},       {29, "low load"}, {49, "medium load"},
                 {79, "high load"}, {89, "optimum"},  {99, "nearing congestion"},
                 {100, "congested"}};
  for (const auto& level : kLevels) {
    if (value <= level.most) return {std::string(level.name), false};
  }
  return {"reserved", true};
}

}  // namespace

Meaning MeaningOf(std::string_view field, uint8_t value, CommandId command) {
  if (field.ends_with("_ton")) return Named(value, kTons);
  if (field.ends_with("_npi")) return Named(value, kNpis);
  if (field == "esm_class") return EsmClass(value, command);
  if (field == "registered_delivery") return RegisteredDelivery(value);
  if (field == "data_coding") return {DescribeDataCoding(value), IsReservedDataCoding(value)};
  if (field == "interface_version") return Version(value);
  if (field == "message_state") return State(value);
  if (field == "priority_flag" && value != 0) return Named(value, kPriorities);
  if (field == "replace_if_present_flag" && value > 1) return {"reserved", true};
  return Nothing();
}

Meaning MeaningOf(const Tlv& tlv) {
  const std::optional<uint32_t> number = tlv.AsInteger();
  const bool is_octet = tlv.value.size() == 1;
  switch (tlv.tag) {
    case Tag::kMessageState:
      return is_octet ? State(tlv.value[0]) : Nothing();
    case Tag::kScInterfaceVersion:
      return is_octet ? Version(tlv.value[0]) : Nothing();
    case Tag::kCongestionState:
      return is_octet ? Congestion(*number) : Nothing();
    case Tag::kNetworkErrorCode:
      return NetworkError(tlv.value);
    default:
      return Nothing();
  }
}

}  // namespace salvo::pdu
