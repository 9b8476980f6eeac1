// A field of a CSV file as it is written: quoted where RFC 4180 wants it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "tools/common/line_buffer.h"

namespace salvo::tools {

// Whether any character comes before '-' in ASCII: spaces, quotes, commas, line ends and the other
// bits of punctuation; none of them stands in a number or an id.
inline bool HasPunctuation(std::string_view field) {
  constexpr uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr uint64_t kHighs = kOnes << 7;
  const auto below = [](const char* at) {
    uint64_t octets;
    std::memcpy(&octets, at, sizeof octets);
    return ((octets - kOnes * '-') & ~octets & kHighs) != 0;
  };
  if (field.size() >= 8) {
    // The last eight may overlap with those before.
    bool found = below(field.data() + field.size() - 8);
    for (size_t at = 0; at + 8 < field.size(); at += 8) found |= below(field.data() + at);
    return found;
  }
  for (const char c : field) {
    if (static_cast<uint8_t>(c) < '-') return true;
  }
  return false;
}

inline bool NeedsQuotes(std::string_view field) {
  // That of an international number is no reason to look closer.
  const size_t plus = field.starts_with('+') ? 1 : 0;
  return HasPunctuation(field.substr(plus)) &&
         field.find_first_of(",\"\r\n") != std::string_view::npos;
}

// Octets that a field takes at most.
constexpr size_t MostCsvOctets(std::string_view field) { return 2 * field.size() + 2; }

// `append` takes the pieces of the text.
template <class Append>
void AppendQuoted(std::string_view field, Append&& append) {
  append("\"");
  for (size_t at = 0; at < field.size(); ++at) {
    if (field[at] == '"') append("\"");
    append(field.substr(at, 1));
  }
  append("\"");
}

inline void AppendCsvField(std::string_view field, std::string* out) {
  if (!NeedsQuotes(field)) {
    out->append(field);
    return;
  }
  AppendQuoted(field, [out](std::string_view text) { out->append(text); });
}

// REQUIRES: room for MostCsvOctets.
inline LineWriter WithQuotedField(LineWriter out, std::string_view field) {
  AppendQuoted(field, [&out](std::string_view text) { out.Append(text); });
  return out;
}
// The same. A writer by value, so that it stays in a register.
inline LineWriter WithCsvField(LineWriter out, std::string_view field) {
  if (NeedsQuotes(field)) return WithQuotedField(out, field);
  out.Append(field);
  return out;
}

}  // namespace salvo::tools
