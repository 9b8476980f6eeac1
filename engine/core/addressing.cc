#include "engine/core/addressing.h"

#include <algorithm>
#include <cstring>

namespace salvo::engine {
namespace {

constexpr size_t kLongestAlphanumericSource = 11;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsPrintable(char c) { return c >= 0x20 && c < 0x7F; }

bool AreDigits(uint64_t eight) {
  constexpr uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr uint64_t kZeros = kOnes * '0';
  // The high half of a digit is that of '0', and six more do not change it.
  return (((eight ^ kZeros) | ((eight + kOnes * 6) ^ kZeros)) & kOnes * 0xF0) == 0;
}

}  // namespace

bool AllDigits(std::string_view text) {
  uint64_t eight;
  constexpr size_t kAtOnce = sizeof eight;
  if (text.size() < kAtOnce) return std::all_of(text.begin(), text.end(), IsDigit);
  const auto are_digits = [&](size_t at) {
    std::memcpy(&eight, text.data() + at, kAtOnce);
    return AreDigits(eight);
  };
  for (size_t at = 0; at + kAtOnce < text.size(); at += kAtOnce) {
    if (!are_digits(at)) return false;
  }
  return are_digits(text.size() - kAtOnce);
}

const char* FaultOfSource(std::string_view text) {
  const std::string_view digits = WithoutPlus(text);
  if (digits.empty() && !text.empty()) return "the sender is a '+' without digits";
  if (AllDigits(digits)) {
    return digits.size() > kLongestAddress ? "the sender has more than 20 digits" : nullptr;
  }
  if (text.size() > kLongestAlphanumericSource) {
    return "the sender has letters and more than 11 characters";
  }
  if (!std::all_of(text.begin(), text.end(), IsPrintable)) {
    return "the sender has a character that is not printable ASCII";
  }
  return nullptr;
}

}  // namespace salvo::engine
