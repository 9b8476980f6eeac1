// Values of TOML files, each kind with its own rule. Private to what reads account files.
#pragma once

#include <toml++/toml.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

namespace salvo::tools {

// What the taker of a value says: "" when it is fine, else the rule that it breaks.
using Fault = std::string;

Fault TakeText(const toml::node& node, std::string* out);
Fault TakeNumber(const toml::node& node, double* out);
Fault TakeFlag(const toml::node& node, bool* out);
// A text with a unit.
Fault TakeTime(const toml::node& node, std::chrono::milliseconds* out);
// The same, or "none" for 0.
Fault TakeTimeOrNone(const toml::node& node, std::chrono::milliseconds* out);

template <class Integer>
Fault TakeInteger(const toml::node& node, Integer* out, int64_t least, int64_t most) {
  const auto* value = node.as_integer();
  if (value == nullptr || value->get() < least || value->get() > most) {
    return absl::StrFormat("takes a whole number from %d to %d", least, most);
  }
  *out = static_cast<Integer>(value->get());
  return {};
}

Fault TakeOctet(const toml::node& node, std::optional<uint8_t>* out);

// One of some words, each for a value.
template <class Value>
Fault TakeWord(const toml::node& node, Value* out,
               std::initializer_list<std::pair<std::string_view, Value>> words) {
  std::string text;
  if (Fault fault = TakeText(node, &text); !fault.empty()) return fault;
  std::string known;
  for (const auto& [word, value] : words) {
    if (text == word) {
      *out = value;
      return {};
    }
    known += absl::StrFormat("%s\"%s\"", known.empty() ? "" : ", ", word);
  }
  return absl::StrFormat("takes one of %s, not \"%s\"", known, text);
}

}  // namespace salvo::tools
