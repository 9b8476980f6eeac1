// How a results file is laid out, for those who write its lines and those who read them again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace salvo::tools {

inline constexpr std::string_view kResultsHeader =
    "row,to,outcome,segments,status,status_name,message_ids,attempts,submitted_at,answered_at,"
    "receipt_state,receipt_error,receipt_at\n";

// What cannot be done to the file where it fails (tools/common/cannot.h).
inline constexpr std::string_view kWriteResults = "write the results file";

// Fields of a line of CSV, and those of them that stand before the receipt's.
inline constexpr auto kResultsFields =
    static_cast<size_t>(1 + std::count(kResultsHeader.begin(), kResultsHeader.end(), ','));
inline constexpr auto kFieldsBeforeReceipt = static_cast<size_t>(std::count(
    kResultsHeader.begin(), kResultsHeader.begin() + kResultsHeader.find("receipt_state"), ','));

// Whether results of that name are JSON Lines; else they are CSV.
constexpr bool IsJsonName(std::string_view path) {
  return path.ends_with(".jsonl") || path.ends_with(".ndjson");
}

}  // namespace salvo::tools
