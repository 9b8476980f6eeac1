// Whether what a campaign writes would destroy what it reads. Looks at names and files, opens none.
#pragma once

#include <string>

#include "tools/send/run.h"

namespace salvo::tools {

// Which two of the campaign, the account file and those that it names, the results, the rejects and
// the logs are one file, of which one is written; "" when none are. What is no file, as a terminal
// or a pipe, may serve for both.
std::string FaultOfFiles(const SendOptions& options);

}  // namespace salvo::tools
