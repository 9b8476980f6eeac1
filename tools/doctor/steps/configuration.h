// The first step: the account file, its secrets, its certificates, and what was asked for.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "io/tls/tls_context.h"
#include "salvo/account.h"
#include "tools/doctor/options.h"
#include "tools/doctor/step.h"

namespace salvo::doctor {

struct Configuration {
  StepResult step;
  std::vector<AccountOptions> all;            // of the file: their secrets are to be masked
  std::optional<AccountOptions> account;      // the one to look at, with the hosts to look at
  std::shared_ptr<const io::TlsContext> tls;  // nullptr: plain
};

// Reads files; opens no connection. `account` is there unless the step failed.
Configuration ReadConfiguration(const Options& options);

}  // namespace salvo::doctor
