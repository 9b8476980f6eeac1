#include "tools/account/masked_account.h"

#include <toml++/toml.h>

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

// `key` is the name by which an account knows it.
void Append(const toml::node& node, const std::string& name, const std::string& key, bool is_known,
            std::string* out) {
  if (const toml::table* table = node.as_table()) {
    for (const auto& [word, value] : *table) {
      const std::string inner =
          key.empty() ? std::string(word.str()) : key + "." + std::string(word.str());
      const std::string shown =
          name.empty() ? std::string(word.str()) : name + "." + std::string(word.str());
      Append(value, shown, inner, is_known || IsAccountKey(inner), out);
    }
    return;
  }
  const bool is_shown = is_known && key != "password";
  out->append(name).append(" = ").append(is_shown ? ValueText(node) : kMask).append("\n");
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
      Append(node, name, name, IsAccountKey(name), &out);
      continue;
    }
    for (const auto& [name, account] : *accounts) {
      Append(account, "account." + std::string(name.str()), "", false, &out);
    }
  }
  return out;
}

}  // namespace salvo::tools
