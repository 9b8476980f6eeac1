// Fills the receipt columns of a results file, once all lines are in it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "tools/send/receipt_store.h"

namespace salvo::tools {

// Writes a copy beside the file, line by line, and renames it over the file, at once or not at all:
// a crash leaves the file as it was. Rows that the store does not know stay as they are.
// Of a file that is not there any more nothing is made. REQUIRES: CanBeReplaced(path); nobody
// writes to the file.
absl::Status FillReceiptColumns(const std::string& path, const ReceiptStore& store);

}  // namespace salvo::tools
