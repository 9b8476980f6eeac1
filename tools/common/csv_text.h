// A field of a CSV file as it is written: quoted where RFC 4180 wants it.
#pragma once

#include <string>
#include <string_view>

namespace salvo::tools {

inline void AppendCsvField(std::string_view field, std::string* out) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
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

}  // namespace salvo::tools
