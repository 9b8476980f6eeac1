#include "tools/common/tlv_text.h"

#include <algorithm>
#include <optional>

#include "pdu/number.h"

namespace salvo::tools {
namespace {

constexpr std::string_view kHexPrefix = "hex:";

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view AppendHex(std::string_view digits, std::string* out) {
  constexpr std::string_view kFault = "hex: needs pairs of hexadecimal digits";
  if (digits.size() % 2 != 0) return kFault;
  for (size_t i = 0; i < digits.size(); i += 2) {
    const int high = HexDigit(digits[i]);
    const int low = HexDigit(digits[i + 1]);
    if (high < 0 || low < 0) return kFault;
    *out += static_cast<char>(high << 4 | low);
  }
  return {};
}

std::string_view AppendNumber(std::string_view text, const pdu::TlvInfo& info, std::string* out) {
  if (text.empty() && info.min_octets == 0) return {};
  const std::optional<uint64_t> number = pdu::ParseNumber(text);
  if (!number) return "this parameter takes a number";
  const auto fits = [number](size_t octets) { return *number >> (8 * octets) == 0; };
  const size_t least = std::max<size_t>(info.min_octets, 1);
  const size_t octets = fits(least) ? least : info.max_octets;
  if (!fits(octets)) return "the number is too large for this parameter";
  for (size_t i = octets; i-- > 0;) *out += static_cast<char>(*number >> (8 * i));
  return {};
}

}  // namespace

std::string_view AppendTlvValue(pdu::Tag tag, std::string_view text, std::string* out) {
  if (text.starts_with(kHexPrefix)) return AppendHex(text.substr(kHexPrefix.size()), out);
  const pdu::TlvInfo* info = pdu::FindTlvInfo(tag);
  if (info != nullptr && info->form == pdu::TlvForm::kInteger) {
    return AppendNumber(text, *info, out);
  }
  const bool ends_with_nul = info != nullptr && info->form == pdu::TlvForm::kCString;
  const size_t octets = text.size() + (ends_with_nul ? 1 : 0);
  if (info != nullptr && octets > info->max_octets) {
    return "the value is longer than the specification allows";
  }
  constexpr size_t kLongest = 4096;
  if (octets > kLongest) return "the value is longer than 4096 octets";
  out->append(text);
  if (ends_with_nul) *out += '\0';
  return {};
}

}  // namespace salvo::tools
