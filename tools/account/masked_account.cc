#include "tools/account/masked_account.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "tools/account/account_file.h"

namespace salvo::tools {
namespace {

constexpr std::string_view kMask = "\"***\"";

std::string ValueText(const toml::node& node) {
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return out.str();
}

// Tables with keys that no list can have.
bool HasOwnKeys(std::string_view key) { return key == "tlv" || key == "retry.status"; }

bool HoldsTables(const toml::node& node) {
  const toml::array* array = node.as_array();
  return array != nullptr && std::any_of(array->begin(), array->end(), [](const auto& element) {
           return element.is_table() || element.is_array();
         });
}

// A password may be written in any wrong way: what is shown is a plain value of a known key alone.
bool IsShown(const toml::node& node, const std::string& key, bool is_own) {
  return (is_own || IsAccountKey(key)) && !key.ends_with("password") && !HoldsTables(node);
}

// `key` is the name by which an account knows it; `is_own`: it stands in a table of own keys.
void Append(const toml::node& node, const std::string& name, const std::string& key, bool is_own,
            std::string* out) {
  if (const toml::table* table = node.as_table()) {
    for (const auto& [word, value] : *table) {
      const std::string inner =
          key.empty() ? std::string(word.str()) : key + "." + std::string(word.str());
      const std::string shown =
          name.empty() ? std::string(word.str()) : name + "." + std::string(word.str());
      Append(value, shown, inner, is_own || HasOwnKeys(key), out);
    }
    return;
  }
  const std::string value = IsShown(node, key, is_own) ? ValueText(node) : std::string(kMask);
  out->append(name).append(" = ").append(value).append("\n");
}

}  // namespace

std::string MaskedAccounts(std::string_view text) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return "(the file is no TOML from line " + std::to_string(error.source().begin.line) +
           " on; its text is left out)\n";
  }
  std::string out;
  for (const auto& [key, node] : root) {
    const toml::table* accounts = key.str() == "account" ? node.as_table() : nullptr;
    if (accounts == nullptr) {
      const std::string name(key.str());
      Append(node, name, name, false, &out);
      continue;
    }
    for (const auto& [name, account] : *accounts) {
      Append(account, "account." + std::string(name.str()), "", false, &out);
    }
  }
  return out;
}

}  // namespace salvo::tools
