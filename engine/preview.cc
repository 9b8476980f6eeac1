#include "salvo/preview.h"

#include <string>

#include "engine/core/account.h"
#include "engine/core/message_fault.h"
#include "pdu/text/utf8.h"

namespace salvo {
namespace {

Encoding ToEncoding(pdu::Alphabet alphabet) {
  switch (alphabet) {
    case pdu::Alphabet::kGsm7:
      return Encoding::kGsm7;
    case pdu::Alphabet::kLatin1:
      return Encoding::kLatin1;
    case pdu::Alphabet::kUcs2:
      return Encoding::kUcs2;
  }
  return Encoding::kGsm7;
}

// The text with `.` for every character that GSM 7-bit lacks. `*lacking` gets that character, or 0
// when there are several different ones.
std::string ReplaceLacking(std::string_view text, char32_t* lacking) {
  std::string replaced;
  *lacking = 0;
  bool several = false;
  for (size_t at = 0; at < text.size();) {
    const pdu::Utf8Character c = pdu::DecodeUtf8(text, at);
    if (pdu::Gsm7Code(c.code_point) != pdu::kNotInGsm7) {
      replaced.append(text, at, c.octets);
    } else {
      several = several || (*lacking != 0 && *lacking != c.code_point);
      *lacking = c.code_point;
      replaced += '.';
    }
    at += c.octets;
  }
  if (several) *lacking = 0;
  return replaced;
}

}  // namespace

MessagePreview Preview(const AccountOptions& account, const Message& message) {
  const pdu::TextOptions options = engine::ToTextOptions(account);
  const pdu::TextMeasure measure = pdu::MeasureText(message.text);
  const pdu::TextPlan plan = pdu::PlanText(message.text, measure, options);
  MessagePreview preview;
  preview.fault = engine::FaultOf(account, message, engine::InferAddress(message.to), plan);
  if (preview.fault) return preview;
  preview.encoding = ToEncoding(plan.alphabet);
  preview.segments = plan.segments;
  preview.segments_without = plan.segments;
  if (measure.fits_gsm7) return preview;
  const std::string replaced = ReplaceLacking(message.text, &preview.costly_character);
  const pdu::TextPlan without = pdu::PlanText(replaced, pdu::MeasureText(replaced), options);
  if (without.ok()) preview.segments_without = without.segments;
  return preview;
}

std::string_view NameOf(Encoding encoding) {
  switch (encoding) {
    case Encoding::kGsm7:
      return "gsm7";
    case Encoding::kLatin1:
      return "latin1";
    case Encoding::kUcs2:
      return "ucs2";
  }
  return "";
}

}  // namespace salvo
