#include "tests/support/octets.h"

#include <gtest/gtest.h>

namespace salvo::test {
namespace {

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::vector<uint8_t> Hex(std::string_view text) {
  std::vector<uint8_t> octets;
  bool quoted = false;
  int high = -1;
  for (char c : text) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (quoted) {
      octets.push_back(static_cast<uint8_t>(c));
    } else if (c != ' ' && c != '\n') {
      const int digit = DigitValue(c);
      EXPECT_GE(digit, 0) << "no hex digit: " << c;
      if (high < 0) {
        high = digit;
      } else {
        octets.push_back(static_cast<uint8_t>(high << 4 | digit));
        high = -1;
      }
    }
  }
  EXPECT_FALSE(quoted) << text;
  EXPECT_LT(high, 0) << "half an octet in " << text;
  return ExactCopy(octets);
}

std::string ToHex(pdu::Octets octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (uint8_t octet : octets) {
    if (!hex.empty()) hex += ' ';
    hex += kDigits[octet >> 4];
    hex += kDigits[octet & 0xF];
  }
  return hex;
}

std::vector<uint8_t> ExactCopy(pdu::Octets octets) { return {octets.begin(), octets.end()}; }

}  // namespace salvo::test
