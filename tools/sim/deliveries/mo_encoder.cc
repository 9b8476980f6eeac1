#include "tools/sim/deliveries/mo_encoder.h"

#include <array>

#include "absl/strings/str_format.h"
#include "pdu/encode.h"
#include "pdu/text/split.h"

namespace salvo::sim {
namespace {

// A character takes at most this many octets of UTF-8.
constexpr size_t kMostTextOctets = 160 * 4;
constexpr std::string_view kNumberPlace = "{n}";

pdu::TextPlan Plan(std::string_view text) {
  if (text.size() > kMostTextOctets) return {.error = pdu::TextError::kTooLong};
  return pdu::PlanText(text, pdu::MeasureText(text), {});
}

}  // namespace

std::string NumberedMoText(std::string_view text, uint64_t number) {
  std::string numbered(text);
  const size_t place = numbered.find(kNumberPlace);
  if (place == std::string::npos) return numbered;
  return numbered.replace(place, kNumberPlace.size(), std::to_string(number));
}

std::string FaultOfMoText(std::string_view text) {
  const pdu::TextPlan plan = Plan(NumberedMoText(text, UINT64_MAX));
  if (plan.ok() && plan.segments == 1) return "";
  if (plan.error == pdu::TextError::kInvalidUtf8) return std::string(Describe(plan.error));
  return "the text does not fit into one message";
}

std::string FaultOfMoAddress(std::string_view address) {
  constexpr size_t kMost = pdu::kMaxAddress - 1;
  if (address.size() <= kMost) return "";
  return absl::StrFormat("an address has at most %d characters", kMost);
}

size_t EncodeMo(const PendingDelivery& message, uint32_t sequence, std::span<uint8_t> out) {
  const pdu::TextPlan plan = Plan(message.text);
  if (!plan.ok() || plan.segments > 1) return 0;
  std::array<uint8_t, 2 * kMostTextOctets> text;
  pdu::DeliverSm deliver;
  deliver.source = {pdu::kTonInternational, pdu::kNpiE164, message.source};
  deliver.destination = {pdu::kTonUnknown, pdu::kNpiUnknown, message.destination};
  deliver.data_coding = pdu::DefaultDataCoding(plan.alphabet);
  deliver.short_message = {text.data(), pdu::Translate(message.text, plan.alphabet, text.data())};
  const pdu::EncodeResult encoded =
      pdu::Encode(pdu::CommandId::kDeliverSm, pdu::CommandStatus::ESME_ROK, sequence, deliver, out);
  return encoded.ok() ? encoded.octets : 0;
}

}  // namespace salvo::sim
