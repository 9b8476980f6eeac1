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
  std::string path;       // of the file itself; "": there is none
  std::string kept_path;  // of the copy without the rest
};

// Copies the whole lines of accepted and rejected rows to a file beside the results: a torn last
// line, and rows that were unknown or unsent, are left out. Of a file that is not there, and of
// what is no file, there is no copy.
absl::StatusOr<RecoveredResults> RecoverResults(const std::string& name);

// Puts the copy in the place of the results, at once or not at all.
absl::Status Keep(const RecoveredResults& recovered);
// Leaves the results as they are.
void Drop(const RecoveredResults& recovered);

}  // namespace salvo::tools
