// Account files (TOML): what an operator writes down about a provider.
// One account at the top level, or several as [account.NAME] with the same keys.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "salvo/account.h"
#include "tools/common/one_file.h"

namespace salvo::tools {

// Where the password of an account comes from; never the password itself.
struct PasswordOrigin {
  enum class Kind : uint8_t { kNone, kInAccountFile, kFile, kVariable };
  Kind kind = Kind::kNone;
  std::string name;  // the file as it was opened, or the variable
};

// Reads and checks the file. The error names file, line and key, and for an unknown key the nearest
// known one; it never shows a secret. Files that it names (password_file, tls.ca_file, ...) are
// looked for beside it. `warnings` gets what works but is likely not meant, and `origins`, when
// given, one for each account.
absl::StatusOr<std::vector<AccountOptions>> ReadAccountFile(
    const std::string& path, std::vector<std::string>* warnings,
    std::vector<PasswordOrigin>* origins = nullptr);

// The same for a text; `path` is for messages and for files beside it.
absl::StatusOr<std::vector<AccountOptions>> ParseAccounts(
    std::string_view text, const std::string& path, std::vector<std::string>* warnings,
    std::vector<PasswordOrigin>* origins = nullptr);

// The account file, and those that its accounts name.
std::vector<ReadFile> FilesOf(const std::string& path, const std::vector<AccountOptions>& accounts,
                              const std::vector<PasswordOrigin>& origins);

// Whether an account file may have this key; those of an account's tables are written "table.key".
bool IsAccountKey(std::string_view name);

}  // namespace salvo::tools
