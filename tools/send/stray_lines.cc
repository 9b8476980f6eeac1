#include "tools/send/stray_lines.h"

#include "absl/strings/str_format.h"
#include "tools/common/human.h"

namespace salvo::tools {
namespace {

const char* Are(uint64_t count) { return count == 1 ? "is" : "are"; }

}  // namespace

void AddStrayLines(const Stats& stats, std::vector<std::string>* lines) {
  if (stats.receipts_unmatched > 0) {
    lines->push_back(absl::StrFormat("%s %s of no message that is known: of another campaign maybe",
                                     Counted(stats.receipts_unmatched, "receipt"),
                                     Are(stats.receipts_unmatched)));
  }
  if (stats.receipts_probable > 0) {
    lines->push_back(absl::StrFormat("%s may be about rows whose fate is unknown",
                                     Counted(stats.receipts_probable, "receipt")));
  }
  if (stats.accepted_without_id > 0) {
    const bool is_one = stats.accepted_without_id == 1;
    lines->push_back(
        absl::StrFormat("%s %s accepted without a message id: %s cannot be matched, unless with "
                        "receipts.reference = true where the SMSC echoes it",
                        Counted(stats.accepted_without_id, "segment"), is_one ? "was" : "were",
                        is_one ? "its receipt" : "their receipts"));
  }
  if (stats.inbound > 0) {
    lines->push_back(absl::StrFormat("%s came that %s no %s: acknowledged and counted, not kept",
                                     Counted(stats.inbound, "message"), Are(stats.inbound),
                                     stats.inbound == 1 ? "receipt" : "receipts"));
  }
}

}  // namespace salvo::tools
