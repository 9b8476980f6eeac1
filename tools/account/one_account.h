// One account of a file, for commands that take no more.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "salvo/account.h"

namespace salvo::tools {

// The one of that name, or with "" the only one, that can send. The error names the file and, where
// there is a choice, --name and the accounts there are.
absl::StatusOr<AccountOptions> ReadOneAccount(const std::string& path, const std::string& name,
                                              std::vector<std::string>* warnings);

}  // namespace salvo::tools
