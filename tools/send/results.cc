#include "tools/send/results.h"

#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <utility>

#include "absl/strings/str_format.h"
#include "tools/common/csv_text.h"
#include "tools/common/json_line.h"
#include "tools/common/private_file.h"

namespace salvo::tools {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::string_view kHeader =
    "row,to,outcome,segments,status,status_name,message_ids,attempts,submitted_at,answered_at,"
    "receipt_state,receipt_error,receipt_at\n";

void AppendNumber(uint64_t number, std::string* out) {
  char digits[20];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Whether the SMSC's status says anything about the outcome.
bool HasStatus(const Outcome& outcome) {
  return outcome.result == Result::kAccepted || outcome.result == Result::kRejected;
}

bool IsRegular(std::FILE* file) {
  struct stat info {};
  return fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode);
}

absl::Status WriteError(const std::string& path) {
  return absl::UnavailableError(
      absl::StrFormat("cannot write the results file '%s': %s", path, std::strerror(errno)));
}

}  // namespace

void TimeFormatter::Append(int64_t wall_ns, std::string* out) {
  if (wall_ns == 0) return;
  const int64_t second = wall_ns / kNanosPerSecond;
  if (second != second_) {
    const std::time_t time = second;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[32];
    text_.assign(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts));
    second_ = second;
  }
  out->append(text_);
  char fraction[] = ".000000Z";
  int64_t micros = wall_ns % kNanosPerSecond / 1000;
  for (char* digit = fraction + 6; digit > fraction; --digit, micros /= 10) {
    *digit = static_cast<char>('0' + micros % 10);
  }
  out->append(fraction);
}

absl::StatusOr<std::unique_ptr<Results>> Results::Create(const std::string& path) {
  std::FILE* file = CreatePrivateFile(path);
  if (file == nullptr) return WriteError(path);
  std::unique_ptr<Results> results(new Results(file, path, {}));
  if (!results->json_) results->lines_ = kHeader;
  return results;
}

absl::StatusOr<std::unique_ptr<Results>> Results::GoOn(const std::string& path, RowSet reported) {
  std::FILE* file = std::fopen(path.c_str(), "r+e");
  if (file == nullptr && errno == ENOENT) return Create(path);
  if (file == nullptr) return WriteError(path);
  std::fseek(file, 0, SEEK_END);  // a pipe has none
  // The earlier run may have ended before it had written anything.
  const bool is_empty = std::ftell(file) == 0;
  std::unique_ptr<Results> results(new Results(file, path, std::move(reported)));
  if (is_empty && !results->json_) results->lines_ = kHeader;
  return results;
}

Results::Results(std::FILE* file, std::string path, RowSet reported)
    : file_(file),
      path_(std::move(path)),
      json_(path_.ends_with(".jsonl") || path_.ends_with(".ndjson")),
      is_file_(IsRegular(file)),
      reported_(std::move(reported)) {
  std::setvbuf(file_, nullptr, _IONBF, 0);  // whole batches are written at once
}

Results::~Results() {
  Flush().IgnoreError();
  std::fclose(file_);
}

void Results::Add(std::span<const Outcome> outcomes) {
  constexpr size_t kWriteOctets = 256 * 1024;
  const std::lock_guard lock(mutex_);
  for (const Outcome& outcome : outcomes) {
    if (outcome.result == Result::kInvalid) continue;
    if (outcome.earlier && reported_.Has(outcome.key)) continue;
    if (json_) {
      AppendJson(outcome);
    } else {
      AppendCsv(outcome);
    }
  }
  if (lines_.size() >= kWriteOctets) Write();
}

void Results::AddReceipts(std::span<const Receipt> receipts) {
  if (is_file_ || !json_) return;
  const std::lock_guard lock(mutex_);
  std::string time;
  for (const Receipt& receipt : receipts) {
    if (receipt.earlier) continue;
    time.clear();
    times_.Append(receipt.received_at_ns, &time);
    JsonLine line(&lines_);
    line.Add("message_type", "receipt");
    line.Add("schema", 1);
    line.Add("row", receipt.key);
    line.Add("segment", receipt.segment);
    line.Add("segments", receipt.segments);
    line.Add("message_id", receipt.message_id);
    line.Add("receipt_state", NameOf(receipt.state));
    line.Add("receipt_error", receipt.error);
    line.Add("receipt_at", time);
    line.End();
  }
}

void Results::AppendCsv(const Outcome& outcome) {
  AppendNumber(outcome.key, &lines_);
  lines_ += ',';
  AppendCsvField(outcome.to, &lines_);
  lines_ += ',';
  lines_.append(NameOf(outcome.result)) += ',';
  AppendNumber(outcome.segments, &lines_);
  lines_ += ',';
  if (HasStatus(outcome)) {
    AppendNumber(outcome.command_status, &lines_);
    lines_ += ',';
    lines_.append(CommandStatusName(outcome.command_status));
  } else {
    lines_ += ',';
  }
  lines_ += ',';
  AppendCsvField(outcome.message_ids, &lines_);
  lines_ += ',';
  AppendNumber(outcome.attempts, &lines_);
  lines_ += ',';
  times_.Append(outcome.submitted_at_ns, &lines_);
  lines_ += ',';
  times_.Append(outcome.answered_at_ns, &lines_);
  lines_ += ",,,\n";
}

void Results::AppendJson(const Outcome& outcome) {
  std::string time;
  JsonLine line(&lines_);
  line.Add("message_type", "result");
  line.Add("schema", 1);
  line.Add("row", outcome.key);
  line.Add("to", outcome.to);
  line.Add("outcome", NameOf(outcome.result));
  line.Add("segments", outcome.segments);
  if (HasStatus(outcome)) {
    line.Add("status", outcome.command_status);
    line.Add("status_name", CommandStatusName(outcome.command_status));
  } else {
    line.AddNull("status");
    line.Add("status_name", "");
  }
  line.Add("message_ids", outcome.message_ids);
  line.Add("attempts", outcome.attempts);
  times_.Append(outcome.submitted_at_ns, &time);
  line.Add("submitted_at", time);
  time.clear();
  times_.Append(outcome.answered_at_ns, &time);
  line.Add("answered_at", time);
  line.Add("receipt_state", "");
  line.Add("receipt_error", "");
  line.Add("receipt_at", "");
  line.End();
}

void Results::Write() {
  const bool written = std::fwrite(lines_.data(), 1, lines_.size(), file_) == lines_.size();
  if (!written && status_.ok()) {
    status_ = absl::DataLossError(
        absl::StrFormat("cannot write the results file '%s': %s", path_, std::strerror(errno)));
  }
  lines_.clear();
}

absl::Status Results::Flush() {
  const std::lock_guard lock(mutex_);
  if (!lines_.empty()) Write();
  return status_;
}

}  // namespace salvo::tools
