#include "tools/send/look_through.h"

namespace salvo::tools {

void LookThrough(MessageBatch& batch, std::vector<DryRun>* runs) {
  Message message;
  while (batch.Next(&message)) {
    for (DryRun& run : *runs) run.Add(message, &run == &runs->front() ? &batch : nullptr);
  }
}

absl::StatusOr<uint64_t> LookThrough(const CampaignOptions& options, Rejects* rejects,
                                     std::vector<DryRun>* runs) {
  auto campaign = Campaign::Open(options, rejects);
  if (!campaign.ok()) return campaign.status();
  for (;;) {
    auto batch = (*campaign)->NextBatch();
    if (!batch.ok()) return batch.status();
    if (*batch == nullptr) return (*campaign)->rows_read();
    LookThrough(**batch, runs);
  }
}

}  // namespace salvo::tools
