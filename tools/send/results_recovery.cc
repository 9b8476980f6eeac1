#include "tools/send/results_recovery.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "tools/common/cannot.h"
#include "tools/common/open_file.h"
#include "tools/common/private_file.h"
#include "tools/common/replace_file.h"
#include "tools/send/results_layout.h"
#include "tools/send/results_lines.h"

namespace salvo::tools {
namespace {

bool IsFinal(std::string_view outcome) { return outcome == "accepted" || outcome == "rejected"; }

// Whether it has as many fields as our lines have.
bool HasAllFields(std::string_view line) {
  size_t fields = 1;
  bool is_quoted = false;
  for (const char c : line) {
    is_quoted ^= c == '"';
    fields += c == ',' && !is_quoted;
  }
  return fields == kResultsFields;
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

absl::Status RecoveryError(const std::string& path) {
  return absl::UnavailableError(Cannot(kWriteResults, path));
}

bool CopyFinal(std::FILE* in, std::FILE* out, bool json, RecoveredResults* recovered) {
  ResultsLines lines(in, json);
  for (ResultsLine line; lines.Next(&line);) {
    if (!line.is_whole) continue;  // as the last is that was torn
    const uint64_t row = json ? FinalRowOfJson(line.text) : FinalRowOfCsv(line.text);
    const bool is_header = !json && line.text.starts_with("row,");
    if (!is_header && (row == 0 || recovered->rows.Has(row))) continue;
    if (!is_header) {
      recovered->rows.Add(row);
      ++recovered->count;
    }
    if (std::fwrite(line.text.data(), 1, line.text.size(), out) != line.text.size()) return false;
  }
  return !lines.failed();
}

}  // namespace

absl::StatusOr<RecoveredResults> RecoverResults(const std::string& name) {
  RecoveredResults recovered;
  // A pipe or a device has nothing to read, and must not be replaced.
  std::error_code error;
  if (!CanBeReplaced(name) || !std::filesystem::exists(name, error)) return recovered;
  recovered.path = std::filesystem::canonical(name, error).string();
  const File in(std::fopen(recovered.path.c_str(), "re"));
  if (in == nullptr) return RecoveryError(name);
  recovered.kept_path = recovered.path + ".kept";
  File kept(CreatePrivateFile(recovered.kept_path));
  if (kept == nullptr) return RecoveryError(recovered.kept_path);
  const bool ok = CopyFinal(in.get(), kept.get(), IsJsonName(name), &recovered);
  const int error_of_copy = errno;
  const bool is_on_disk = CloseOnDisk(kept.release());
  if (ok && is_on_disk) return recovered;
  if (!ok) errno = error_of_copy;
  const absl::Status status = RecoveryError(recovered.kept_path);
  Drop(recovered);
  return status;
}

absl::Status Keep(const RecoveredResults& recovered) {
  if (recovered.path.empty() || RenameOnDisk(recovered.kept_path, recovered.path)) {
    return absl::OkStatus();
  }
  return RecoveryError(recovered.path);
}

void Drop(const RecoveredResults& recovered) {
  if (!recovered.kept_path.empty()) std::remove(recovered.kept_path.c_str());
}

}  // namespace salvo::tools
