#include "engine/core/message_fault.h"

#include "pdu/tlv.h"

namespace salvo::engine {
namespace {

const char* FaultOfTlvs(const AccountOptions& account, std::span<const Tlv> tlvs) {
  if (account.interface_version == InterfaceVersion::k33) {
    return "interface_version \"3.3\" has no optional parameters";
  }
  size_t octets = 0;
  for (const Tlv& tlv : tlvs) {
    if (pdu::CarriesText(static_cast<pdu::Tag>(tlv.tag))) {
      return "message_payload and the sar parameters are set by concatenation alone";
    }
    octets += pdu::kTlvHeaderOctets + tlv.value.size();
  }
  return octets > kMostTlvOctets ? "the parameters take more than 4096 octets" : nullptr;
}

}  // namespace

std::optional<MessageFault> FaultOfRest(const AccountOptions& account, const Message& message,
                                        const pdu::TextPlan& plan) {
  const char* reason = message.from.empty() ? nullptr : FaultOfSource(message.from);
  if (reason != nullptr) return MessageFault{MessageField::kFrom, reason};
  if (!plan.ok()) return MessageFault{MessageField::kText, Describe(plan.error)};
  if (message.tlvs.empty()) return std::nullopt;
  reason = FaultOfTlvs(account, message.tlvs);
  if (reason != nullptr) return MessageFault{MessageField::kTlvs, reason};
  return std::nullopt;
}

}  // namespace salvo::engine
