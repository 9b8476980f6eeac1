#include "tools/account/toml_values.h"

#include "tools/common/parse.h"

namespace salvo::tools {

using std::chrono::milliseconds;

Fault TakeText(const toml::node& node, std::string* out) {
  const auto* value = node.as_string();
  if (value == nullptr) return "takes a text in quotes";
  *out = value->get();
  return {};
}

Fault TakeNumber(const toml::node& node, double* out) {
  if (const auto* whole = node.as_integer()) {
    *out = static_cast<double>(whole->get());
  } else if (const auto* real = node.as_floating_point()) {
    *out = real->get();
  } else {
    return "takes a number";
  }
  return {};
}

Fault TakeFlag(const toml::node& node, bool* out) {
  const auto* value = node.as_boolean();
  if (value == nullptr) return "takes true or false";
  *out = value->get();
  return {};
}

Fault TakeTime(const toml::node& node, milliseconds* out) {
  std::string text;
  if (!TakeText(node, &text).empty()) return "takes a time in quotes, such as \"30s\" or \"500ms\"";
  const auto time = ParseTime(text);
  if (!time.ok()) return std::string(time.status().message());
  if (*time > 0 && *time < io::kNanosPerMilli) return "takes a time of 1ms or more, or 0";
  *out = milliseconds(*time / io::kNanosPerMilli);
  return {};
}

Fault TakeTimeOrNone(const toml::node& node, milliseconds* out) {
  std::string text;
  if (TakeText(node, &text).empty() && text == "none") {
    *out = milliseconds(0);
    return {};
  }
  return TakeTime(node, out);
}

Fault TakeOctet(const toml::node& node, std::optional<uint8_t>* out) {
  return TakeInteger(node, &out->emplace(), 0, 255);
}

}  // namespace salvo::tools
