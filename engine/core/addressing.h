// Numbers and senders: how they are typed, and what is wrong with them. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/receipts/segment.h"
#include "pdu/body.h"

namespace salvo::engine {

inline constexpr size_t kLongestShortCode = 6;
inline constexpr size_t kLongestAddress = pdu::kMaxAddress - 1;

// Of no characters, too.
bool AllDigits(std::string_view text);

// Type of number and numbering plan as the characters tell: letters 5/0, an international number
// 1/1, a short code (at most 6 digits) 3/0, nothing at all 0/0 (3.4 section 4.4.1: an unknown
// source is NULL altogether). A leading '+' is dropped.
inline pdu::Address InferAddress(std::string_view text) {
  const std::string_view digits = WithoutPlus(text);
  if (!AllDigits(digits)) return {pdu::kTonAlphanumeric, pdu::kNpiUnknown, text};
  if (digits.size() == text.size() && digits.size() <= kLongestShortCode) {
    const uint8_t ton = digits.empty() ? pdu::kTonUnknown : pdu::kTonNetworkSpecific;
    return {ton, pdu::kNpiUnknown, digits};
  }
  return {pdu::kTonInternational, pdu::kNpiE164, digits};
}

// Why `text` cannot be a source; nullptr when it can.
const char* FaultOfSource(std::string_view text);

// Why what InferAddress made of a text cannot be a destination of at least so many digits, which
// are one or more; nullptr when it can.
inline const char* FaultOfDestination(const pdu::Address& address, size_t min_digits) {
  const bool is_short = address.digits.size() < min_digits;
  if (is_short && address.digits.empty()) return "the number is empty";
  if (address.ton == pdu::kTonAlphanumeric) return "the number has a character that is not a digit";
  if (is_short) return "the number has fewer digits than dest_min_digits";
  if (address.digits.size() > kLongestAddress) return "the number has more than 20 digits";
  return nullptr;
}

}  // namespace salvo::engine
