// What an earlier run left in the results file: what is final stays, the rest is told again.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "tools/send/row_set.h"

namespace salvo::tools {

struct RecoveredResults {
  RowSet rows;  // whose lines stay
  uint64_t count = 0;
};

// Rewrites the results file so that it holds the whole lines of accepted and rejected rows alone:
// a torn last line, and rows that were unknown or unsent, are dropped. A file that is not there has
// none, and what is no file is left alone. It is replaced at once or not at all.
absl::StatusOr<RecoveredResults> RecoverResults(const std::string& name);

}  // namespace salvo::tools
