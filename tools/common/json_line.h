// Writes one flat JSON object a line, fast enough for a line a message.
// Keys are our own and need no escaping; values are escaped, and written as Latin-1 where they are
// no UTF-8, which alone JSON can hold. Appends to a string that the caller keeps, so that nothing
// is allocated in steady state.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pdu/text/utf8.h"

namespace salvo::tools {

class JsonLine {
 public:
  // Begins an object at the end of `out`, which is not owned.
  explicit JsonLine(std::string* out) : out_(out) { *out_ += '{'; }

  void Add(std::string_view key, std::string_view text) {
    Key(key);
    *out_ += '"';
    Escape(text);
    *out_ += '"';
  }
  void Add(std::string_view key, const char* text) { Add(key, std::string_view(text)); }

  void Add(std::string_view key, std::integral auto number) {
    Key(key);
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    *out_ += std::string_view(digits.data(), end);
  }

  // With three digits behind the point, or what is below 1 or very large with six that count; null
  // when it is not finite.
  void Add(std::string_view key, double number) {
    if (!std::isfinite(number)) return AddNull(key);
    Key(key);
    const double size = std::fabs(number);
    const bool is_usual = size == 0 || (size >= 1 && size < 1e15);
    const auto format = is_usual ? std::chars_format::fixed : std::chars_format::general;
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, format,
                                   is_usual ? 3 : 6)
                         .ptr;
    *out_ += std::string_view(digits.data(), end);
  }

  void Add(std::string_view key, bool value) {
    Key(key);
    out_->append(value ? "true" : "false");
  }

  void AddNull(std::string_view key) {
    Key(key);
    out_->append("null");
  }

  void Add(std::string_view key, const std::vector<std::string>& texts) {
    Key(key);
    *out_ += '[';
    for (const std::string& text : texts) {
      if (&text != &texts.front()) *out_ += ',';
      *out_ += '"';
      Escape(text);
      *out_ += '"';
    }
    *out_ += ']';
  }

  void Add(std::string_view key, const std::vector<uint64_t>& numbers) {
    Key(key);
    *out_ += '[';
    for (const uint64_t& number : numbers) {
      if (&number != &numbers.front()) *out_ += ',';
      *out_ += std::to_string(number);
    }
    *out_ += ']';
  }

  // What is JSON already: an object or an array.
  void AddJson(std::string_view key, std::string_view json) {
    Key(key);
    out_->append(json);
  }

  // Octets as hexadecimal digits.
  void AddHex(std::string_view key, std::string_view octets) {
    Key(key);
    const size_t start = out_->size();
    out_->resize(start + 2 * octets.size() + 2);
    char* at = out_->data() + start;
    *at++ = '"';
    for (const char c : octets) {
      const std::array<char, 2> digits = kHexPairs[static_cast<uint8_t>(c)];
      *at++ = digits[0];
      *at++ = digits[1];
    }
    *at = '"';
  }

  // Ends the object and the line.
  void End() { out_->append("}\n"); }

 private:
  static constexpr auto kHexPairs = [] {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<std::array<char, 2>, 256> pairs{};
    for (size_t octet = 0; octet < pairs.size(); ++octet) {
      pairs[octet] = {kDigits[octet >> 4], kDigits[octet & 0xF]};
    }
    return pairs;
  }();

  void Key(std::string_view key) {
    out_->append(first_ ? "\"" : ",\"").append(key).append("\":");
    first_ = false;
  }

  static bool IsAscii(std::string_view text) {
    uint8_t all = 0;
    for (const char c : text) all |= static_cast<uint8_t>(c);
    return all < 0x80;
  }

  static bool IsPlain(char c, uint8_t last) {
    const auto octet = static_cast<uint8_t>(c);
    return octet >= 0x20 && octet <= last && c != '"' && c != '\\';
  }

  void Escape(std::string_view text) {
    const uint8_t last = IsAscii(text) || pdu::IsUtf8(text) ? 0xFF : 0x7F;
    while (!text.empty()) {
      size_t plain = 0;
      while (plain < text.size() && IsPlain(text[plain], last)) ++plain;
      out_->append(text, 0, plain);
      if (plain == text.size()) return;
      EscapeOne(text[plain]);
      text.remove_prefix(plain + 1);
    }
  }

  void EscapeOne(char c) {
    if (c == '"' || c == '\\') {
      *out_ += '\\';
      *out_ += c;
      return;
    }
    const std::array<char, 2> digits = kHexPairs[static_cast<uint8_t>(c)];
    out_->append("\\u00").append(digits.data(), digits.size());
  }

  std::string* out_;
  bool first_ = true;
};

}  // namespace salvo::tools
