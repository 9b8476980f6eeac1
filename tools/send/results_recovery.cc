#include "tools/send/results_recovery.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "absl/strings/str_format.h"
#include "tools/common/private_file.h"
#include "tools/send/receipt_columns.h"

namespace salvo::tools {
namespace {

bool IsFinal(std::string_view outcome) { return outcome == "accepted" || outcome == "rejected"; }

// Whether it has as many fields as our lines have.
bool HasAllFields(std::string_view line) {
  constexpr int kFields = 13;
  int fields = 1;
  bool is_quoted = false;
  for (const char c : line) {
    is_quoted ^= c == '"';
    fields += c == ',' && !is_quoted;
  }
  return fields == kFields;
}

// The row of a line of ours that is to stay; 0 of any other. The first fields of our lines are
// never quoted: the row, the number, the outcome.
uint64_t FinalRowOfCsv(std::string_view line) {
  if (!HasAllFields(line)) return 0;
  uint64_t row = 0;
  const char* const end = line.data() + line.size();
  const auto [after, error] = std::from_chars(line.data(), end, row);
  if (error != std::errc() || after == end || *after != ',') return 0;
  line.remove_prefix(static_cast<size_t>(after - line.data()) + 1);
  const size_t to_end = line.find(',');
  if (to_end == std::string_view::npos) return 0;
  line.remove_prefix(to_end + 1);
  return IsFinal(line.substr(0, line.find(','))) ? row : 0;
}

uint64_t FinalRowOfJson(std::string_view line) {
  constexpr std::string_view kRow = "\"row\":";
  constexpr std::string_view kOutcome = "\"outcome\":\"";
  const size_t row_at = line.find(kRow);
  const size_t outcome_at = line.find(kOutcome);
  if (row_at == std::string_view::npos || outcome_at == std::string_view::npos) return 0;
  if (line.rfind(kRow) != row_at) return 0;
  uint64_t row = 0;
  std::from_chars(line.data() + row_at + kRow.size(), line.data() + line.size(), row);
  line.remove_prefix(outcome_at + kOutcome.size());
  return IsFinal(line.substr(0, line.find('"'))) ? row : 0;
}

// A line of a file of ours up to its end, which is not in a quoted field of CSV; false when there
// is none.
bool ReadLine(std::istream& in, bool json, std::string* line) {
  line->clear();
  for (std::string piece; std::getline(in, piece) && !in.eof();) {
    *line += piece + '\n';
    if (json || std::count(line->begin(), line->end(), '"') % 2 == 0) return true;
  }
  return false;
}

absl::Status RecoveryError(const std::string& path) {
  return absl::UnavailableError(
      absl::StrFormat("cannot write the results file '%s': %s", path, std::strerror(errno)));
}

}  // namespace

absl::StatusOr<RecoveredResults> RecoverResults(const std::string& name) {
  RecoveredResults recovered;
  // A pipe or a device has nothing to read, and must not be replaced.
  std::error_code error;
  if (!CanBeRewritten(name) || !std::filesystem::exists(name, error)) return recovered;
  recovered.path = std::filesystem::canonical(name, error).string();
  std::ifstream in(recovered.path, std::ios::binary);
  if (!in) return RecoveryError(name);
  const bool json = name.ends_with(".jsonl") || name.ends_with(".ndjson");
  recovered.kept_path = recovered.path + ".kept";
  std::FILE* const kept = CreatePrivateFile(recovered.kept_path);
  if (kept == nullptr) return RecoveryError(recovered.kept_path);
  std::string line;
  bool ok = true;
  while (ReadLine(in, json, &line)) {  // the last line without its end is torn
    const uint64_t row = json ? FinalRowOfJson(line) : FinalRowOfCsv(line);
    const bool is_header = !json && line.starts_with("row,");
    if (!is_header && (row == 0 || recovered.rows.Has(row))) continue;
    if (!is_header) {
      recovered.rows.Add(row);
      ++recovered.count;
    }
    ok = ok && std::fwrite(line.data(), 1, line.size(), kept) == line.size();
  }
  ok = std::fclose(kept) == 0 && ok;
  if (ok) return recovered;
  const absl::Status status = RecoveryError(recovered.kept_path);
  Drop(recovered);
  return status;
}

absl::Status Keep(const RecoveredResults& recovered) {
  if (recovered.path.empty()) return absl::OkStatus();
  if (std::rename(recovered.kept_path.c_str(), recovered.path.c_str()) == 0) {
    return absl::OkStatus();
  }
  return RecoveryError(recovered.path);
}

void Drop(const RecoveredResults& recovered) {
  if (!recovered.kept_path.empty()) std::remove(recovered.kept_path.c_str());
}

}  // namespace salvo::tools
