#include "tools/account/one_account.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "tools/account/account_file.h"

namespace salvo::tools {

absl::StatusOr<AccountOptions> ReadOneAccount(const std::string& path, const std::string& name,
                                              std::vector<std::string>* warnings) {
  auto accounts = ReadAccountFile(path, warnings);
  if (!accounts.ok()) return accounts.status();
  std::string names;
  for (AccountOptions& account : *accounts) {
    names += (names.empty() ? "" : ", ") + account.name;
    const bool is_wanted = name.empty() ? accounts->size() == 1 : account.name == name;
    if (!is_wanted) continue;
    if (account.bind_type != BindType::kReceiver) return std::move(account);
    return absl::InvalidArgumentError(absl::StrFormat(
        "account '%s' of '%s' cannot send: bind_type is \"receiver\"", account.name, path));
  }
  const std::string what =
      name.empty() ? "has several accounts" : absl::StrFormat("has no account '%s'", name);
  return absl::InvalidArgumentError(
      absl::StrFormat("'%s' %s: give one of them with --name: %s", path, what, names));
}

}  // namespace salvo::tools
