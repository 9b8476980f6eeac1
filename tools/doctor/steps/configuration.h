// The first step: the account file, its secrets, its certificates, and what was asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/tls/tls_context.h"
#include "salvo/account.h"
#include "tools/common/one_file.h"
#include "tools/doctor/options.h"
#include "tools/doctor/step.h"

namespace salvo::doctor {

struct Configuration {
  StepResult step;
  std::vector<AccountOptions> all;            // of the file: their secrets are to be masked
  std::optional<AccountOptions> account;      // the one to look at, with the hosts to look at
  std::shared_ptr<const io::TlsContext> tls;  // nullptr: plain
  // The account file, and those that its accounts name unless it cannot be read.
  std::vector<tools::ReadFile> files;
};

// Reads files; opens no connection. `account` is there unless the step failed.
Configuration ReadConfiguration(const Options& options);

}  // namespace salvo::doctor
