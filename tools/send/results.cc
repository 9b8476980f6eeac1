#include "tools/send/results.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "io/clock.h"
#include "io/write_all.h"
#include "tools/common/cannot.h"
#include "tools/common/csv_text.h"
#include "tools/common/json_line.h"
#include "tools/common/private_file.h"
#include "tools/common/replace_file.h"
#include "tools/send/results_layout.h"

namespace salvo::tools {
namespace {

// A file's lines are written when there are so many octets, and up to the end of a block: the
// kernel takes a third longer for what ends anywhere.
constexpr size_t kWriteOctets = 128 * 1024;
constexpr size_t kAlignedOctets = 64 * 1024;
// Kept of what could not be written.
constexpr size_t kMostKept = 4 * 1024 * 1024;

// Whether the SMSC's status says anything about the outcome.
bool HasStatus(const Outcome& outcome) {
  return outcome.result == Result::kAccepted || outcome.result == Result::kRejected;
}

// From the outcome to the status of what was not accepted, with the commas around.
LineWriter WithFailure(LineWriter line, const Outcome& outcome) {
  line.Append(',');
  line.Append(NameOf(outcome.result));
  line.Append(',');
  line.AppendNumber(outcome.segments);
  line.Append(',');
  if (HasStatus(outcome)) line.AppendNumber(outcome.command_status);
  line.Append(',');
  if (HasStatus(outcome)) line.Append(CommandStatusName(outcome.command_status));
  line.Append(',');
  return line;
}

std::span<const uint8_t> OctetsOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

absl::Status WriteError(const std::string& path) {
  return absl::UnavailableError(Cannot(kWriteResults, path));
}

}  // namespace

void TimeFormatter::FormatAnew(int64_t wall_ns) {
  constexpr size_t kFractionDigits = 6;
  wall_ns_ = wall_ns;
  const int64_t second = wall_ns / io::kNanosPerSecond;
  if (second != second_) {
    const std::time_t time = second;
    std::tm parts{};
    gmtime_r(&time, &parts);
    size_ = std::strftime(text_.data(), text_.size(), "%Y-%m-%dT%H:%M:%S.uuuuuuZ", &parts);
    second_ = second;
  }
  int64_t micros = wall_ns / 1000;
  char* const last = text_.data() + size_ - 2;
  for (char* digit = last; digit > last - kFractionDigits; --digit, micros /= 10) {
    *digit = static_cast<char>('0' + micros % 10);
  }
}

absl::StatusOr<std::unique_ptr<Results>> Results::Create(const std::string& path) {
  const int fd = OpenPrivateFile(path);
  if (fd < 0) return WriteError(path);
  return Begin(fd, path, {});
}

absl::StatusOr<std::unique_ptr<Results>> Results::GoOn(const std::string& path, RowSet reported) {
  // A pipe has nothing of an earlier run, and whoever opens it for reading, too, waits for himself.
  std::error_code error;
  if (!CanBeReplaced(path) || !std::filesystem::exists(path, error)) return Create(path);
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return WriteError(path);
  return Begin(fd, path, std::move(reported));
}

absl::StatusOr<std::unique_ptr<Results>> Results::Begin(int fd, const std::string& path,
                                                        RowSet reported) {
  std::unique_ptr<Results> results(new Results(fd, path, std::move(reported)));
  if (results->is_file_) {
    results->written_ = static_cast<uint64_t>(std::max<off_t>(lseek(fd, 0, SEEK_END), 0));
  } else {
    try {
      results->writer_ = std::make_unique<PipeWriter>(fd);
    } catch (const std::system_error& fault) {
      return absl::UnavailableError(Cannot(kWriteResults, path, fault.code().value()));
    }
    results->fd_ = -1;
  }
  // The earlier run may have ended before it had written anything.
  if (results->written_ == 0 && !results->json_) results->Keep(kResultsHeader);
  results->HandOn();
  return results;
}

Results::Results(int fd, std::string path, RowSet reported)
    : fd_(fd),
      path_(std::move(path)),
      json_(IsJsonName(path_)),
      is_file_(CanBeReplaced(path_)),
      reported_(std::move(reported)) {}

Results::~Results() { Close().IgnoreError(); }

void Results::Add(std::span<const Outcome> outcomes) {
  const std::lock_guard lock(mutex_);
  if (IsFull()) return;
  for (const Outcome& outcome : outcomes) {
    if (outcome.result == Result::kInvalid) continue;
    if (outcome.earlier && reported_.Has(outcome.key)) continue;
    if (json_) {
      AppendJson(outcome);
    } else {
      AppendCsv(outcome);
    }
  }
  HandOn();
}

void Results::AddReceipts(std::span<const Receipt> receipts) {
  if (is_file_ || !json_) return;
  const std::lock_guard lock(mutex_);
  if (IsFull()) return;
  for (const Receipt& receipt : receipts) {
    if (receipt.earlier) continue;
    json_line_.clear();
    JsonLine line(&json_line_);
    line.Add("message_type", "receipt");
    line.Add("schema", 1);
    line.Add("row", receipt.key);
    line.Add("segment", receipt.segment);
    line.Add("segments", receipt.segments);
    line.Add("message_id", receipt.message_id);
    line.Add("receipt_state", NameOf(receipt.state));
    line.Add("receipt_error", receipt.error);
    line.Add("receipt_at", received_.Format(receipt.received_at_ns));
    line.End();
    Keep(json_line_);
  }
  HandOn();
}

void Results::Keep(std::string_view text) {
  LineWriter line = lines_.Begin(text.size());
  line.Append(text);
  lines_.End(line);
}

void Results::AppendCsv(const Outcome& outcome) {
  // Numbers, times, names and what is between them.
  constexpr size_t kMostOfTheRest = 320;
  LineWriter line =
      lines_.Begin(kMostOfTheRest + MostCsvOctets(outcome.to) + MostCsvOctets(outcome.message_ids));
  line.AppendNumber(outcome.key);
  line.Append(',');
  if (outcome.result == Result::kAccepted) {
    // Of a number that was accepted there are digits alone.
    line.Append(outcome.to);
    line.Append(",accepted,");
    line.AppendNumber(outcome.segments);
    line.Append(",0,ESME_ROK,");
  } else {
    line = WithFailure(WithCsvText(line, outcome.to), outcome);
  }
  line = WithCsvText(line, outcome.message_ids);
  line.Append(',');
  line.AppendNumber(outcome.attempts);
  line.Append(',');
  line.Append(submitted_.Format(outcome.submitted_at_ns));
  line.Append(',');
  line.Append(answered_.Format(outcome.answered_at_ns));
  line.Append(",,,\n");
  lines_.End(line);
}

void Results::AppendJson(const Outcome& outcome) {
  json_line_.clear();
  JsonLine line(&json_line_);
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
  line.Add("submitted_at", submitted_.Format(outcome.submitted_at_ns));
  line.Add("answered_at", answered_.Format(outcome.answered_at_ns));
  line.Add("receipt_state", "");
  line.Add("receipt_error", "");
  line.Add("receipt_at", "");
  line.End();
  Keep(json_line_);
}

bool Results::IsFull() {
  is_full_ = is_full_ || (!status_.ok() && lines_.size() > kMostKept);
  return is_full_;
}

void Results::HandOn() {
  if (writer_ != nullptr) {
    if (!lines_.empty()) writer_->Put(lines_.text());
    lines_.Drop(lines_.size());
  } else if (lines_.size() >= kWriteOctets) {
    Write(lines_.size() - (written_ + lines_.size()) % kAlignedOctets);
  }
}

void Results::Write(size_t octets) {
  // What was written of them before it failed is written once more.
  if (!io::WriteAllAt(fd_, written_, OctetsOf(lines_.text().substr(0, octets)))) return Fail(errno);
  written_ += octets;
  lines_.Drop(octets);
}

void Results::Fail(int error) {
  if (status_.ok()) status_ = absl::DataLossError(Cannot(kWriteResults, path_, error));
}

absl::Status Results::Flush() {
  if (writer_ != nullptr) {
    const int error = writer_->error();
    return error == 0 ? absl::OkStatus() : absl::DataLossError(Cannot(kWriteResults, path_, error));
  }
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return absl::OkStatus();
  if (!lines_.empty() && fd_ >= 0) Write(lines_.size());
  return status_;
}

bool Results::WaitUntilRead(std::chrono::milliseconds at_most) {
  return writer_ == nullptr || writer_->WaitUntilWritten(at_most);
}

absl::Status Results::Close() {
  const std::lock_guard lock(mutex_);
  if (writer_ != nullptr) {
    if (const int error = writer_->Close(); error != 0) Fail(error);
  } else if (fd_ >= 0) {
    if (!lines_.empty()) Write(lines_.size());
    if (close(fd_) != 0) Fail(errno);
    fd_ = -1;
  }
  return status_;
}

}  // namespace salvo::tools
