// A whole campaign looked at without sending it: what dry runs and plans count.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/send/campaign/campaign.h"
#include "tools/send/dry_run.h"
#include "tools/send/rejects.h"

namespace salvo::tools {

// Each message as every account of `runs` would send it.
void LookThrough(MessageBatch& batch, std::vector<DryRun>* runs);

// The same for all batches of a campaign; how many rows it has. What cannot be sent goes to
// `rejects`. The error names the campaign.
absl::StatusOr<uint64_t> LookThrough(const CampaignOptions& options, Rejects* rejects,
                                     std::vector<DryRun>* runs);

}  // namespace salvo::tools
