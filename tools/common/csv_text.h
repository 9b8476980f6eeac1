// A field of a CSV file as it is written: quoted where RFC 4180 wants it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "pdu/text/utf8.h"
#include "tools/common/line_buffer.h"

namespace salvo::tools {

// Whether any character comes before '-' in ASCII or is none of it: spaces, quotes, commas, line
// ends and the other bits of punctuation; none of them stands in a usual number or id.
inline bool HasUnusual(std::string_view field) {
  constexpr uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr uint64_t kHighs = kOnes << 7;
  const auto any = [](const char* at) {
    uint64_t octets;
    std::memcpy(&octets, at, sizeof octets);
    return (((octets - kOnes * '-') | octets) & kHighs) != 0;
  };
  if (field.size() >= 8) {
    // The last eight may overlap with those before.
    bool found = any(field.data() + field.size() - 8);
    for (size_t at = 0; at + 8 < field.size(); at += 8) found |= any(field.data() + at);
    return found;
  }
  for (const char c : field) {
    if (static_cast<signed char>(c) < '-') return true;
  }
  return false;
}

// That of an international number is no reason to look closer.
inline std::string_view WithoutPlus(std::string_view field) {
  return field.substr(field.starts_with('+') ? 1 : 0);
}

inline bool EndsAField(char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; }

inline bool NeedsQuotes(std::string_view field) {
  return HasUnusual(WithoutPlus(field)) && std::any_of(field.begin(), field.end(), EndsAField);
}

// Octets that a field takes at most.
constexpr size_t MostCsvOctets(std::string_view field) { return 2 * field.size() + 2; }

// The field's octets as they are.
inline void AppendCsvField(std::string_view field, std::string* out) {
  if (!NeedsQuotes(field)) {
    out->append(field);
    return;
  }
  *out += '"';
  for (const char c : field) {
    if (c == '"') *out += '"';
    *out += c;
  }
  *out += '"';
}

// What a peer sent, as UTF-8: where it is none it is taken for Latin-1, as in JSON. REQUIRES: room
// for MostCsvOctets. A writer by value, so that it stays in a register.
inline LineWriter WithUnusualText(LineWriter out, std::string_view field) {
  bool is_quoted = false;
  bool is_ascii = true;
  for (const char c : field) {
    is_quoted |= EndsAField(c);
    is_ascii &= static_cast<uint8_t>(c) < 0x80;
  }
  const bool is_latin1 = !is_ascii && !pdu::IsUtf8(field);
  if (is_quoted) out.Append('"');
  if (is_quoted || is_latin1) {
    for (const char c : field) {
      const auto octet = static_cast<uint8_t>(c);
      if (c == '"') out.Append('"');
      const bool is_pair = is_latin1 && octet >= 0x80;
      if (is_pair) out.Append(static_cast<char>(0xC0 | octet >> 6));
      out.Append(is_pair ? static_cast<char>(0x80 | (octet & 0x3F)) : c);
    }
  } else {
    out.Append(field);
  }
  if (is_quoted) out.Append('"');
  return out;
}
// The same, quick where it is usual.
inline LineWriter WithCsvText(LineWriter out, std::string_view field) {
  if (HasUnusual(WithoutPlus(field))) return WithUnusualText(out, field);
  out.Append(field);
  return out;
}

inline void AppendCsvText(std::string_view field, std::string* out) {
  const size_t before = out->size();
  out->resize(before + MostCsvOctets(field));
  const LineWriter line = WithCsvText(LineWriter(out->data() + before), field);
  out->resize(static_cast<size_t>(line.at() - out->data()));
}

}  // namespace salvo::tools
