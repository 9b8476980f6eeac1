// `salvo receipts`: takes the receipts that a campaign still waits for, and sends nothing.
#pragma once

#include "tools/send/run.h"

namespace salvo::tools {

// Binds to the accounts to receive, until all receipts have come, options.wait_receipts is over or
// a signal ends it; completes the results. The accounts' bind_type must be what is wanted here.
// Returns the exit code: kExitStoppedWithRest when receipts are still outstanding.
int CollectReceipts(const SendOptions& options);

}  // namespace salvo::tools
