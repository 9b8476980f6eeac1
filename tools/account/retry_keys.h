// The [retry] table of an account file.
#pragma once

#include "salvo/retry.h"
#include "tools/account/toml_values.h"

namespace salvo::tools {

Fault TakeRetryProfile(const toml::node& node, RetryOptions* retry);
Fault TakeAttempts(const toml::node& node, uint32_t* out);
// A list of statuses: 0x14, "0x14" or "ESME_RMSGQFUL", and "all".
Fault TakeReject(const toml::node& node, RetryOptions* retry);
// The tables [retry.status.0x14] or [retry.status.ESME_RMSGQFUL].
Fault TakeRetryStatuses(const toml::node& node, RetryOptions* retry);

}  // namespace salvo::tools
