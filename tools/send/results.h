// The results file: a line a message, with what became of it.
//   row,to,outcome,segments,status,status_name,message_ids,attempts,submitted_at,answered_at,
//   receipt_state,receipt_error,receipt_at
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "salvo/message.h"
#include "salvo/receipt.h"
#include "tools/common/line_buffer.h"
#include "tools/send/pipe_writer.h"
#include "tools/send/row_set.h"

namespace salvo::tools {

// "2026-11-20T18:03:00.123456Z"; remembers what it formatted last. One thread.
class TimeFormatter {
 public:
  static constexpr size_t kMostOctets = 32;

  // Since 1970; "" for 0. Valid until the next call.
  std::string_view Format(int64_t wall_ns) {
    if (wall_ns == 0) return {};
    if (wall_ns != wall_ns_) FormatAnew(wall_ns);
    return {text_.data(), size_};
  }

 private:
  void FormatAnew(int64_t wall_ns);

  int64_t wall_ns_ = 0;
  int64_t second_ = -1;
  std::array<char, kMostOctets> text_{};
  size_t size_ = 0;
};

// CSV, or JSON Lines when the name ends in .jsonl or .ndjson. Mode 0600. The receipt columns are
// empty: tools/send/receipt_columns.h fills them at the end. Thread-safe, but for its end.
class Results {
 public:
  static absl::StatusOr<std::unique_ptr<Results>> Create(const std::string& path);
  // Goes on with a file of an earlier run, or begins one; `reported` rows have their lines in it.
  static absl::StatusOr<std::unique_ptr<Results>> GoOn(const std::string& path, RowSet reported);
  ~Results();
  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;

  // Bad rows (kInvalid) are left out: they are in the rejects. Waits for the reader of a pipe that
  // is full.
  void Add(std::span<const Outcome> outcomes);
  // Where JSON Lines go to a pipe or a device, which nobody can fill in later, a line for each
  // receipt; else nothing.
  void AddReceipts(std::span<const Receipt> receipts);
  // Writes what is kept of a file, unless somebody is at it just now; a pipe's lines are always on
  // their way. Waits for no reader. The first error since the file was created. What could not be
  // written to a file is kept and tried again with the next, up to some MiB: then nothing more is
  // taken, and what is in the file is a beginning of what was told.
  absl::Status Flush();
  // Whether a pipe took all; false when it did not in that time: its reader does not read on.
  bool WaitUntilRead(std::chrono::milliseconds at_most);
  // Writes what is left, however long the reader of a pipe takes, and closes; nothing may be added
  // any more. Some file systems tell an error only then.
  absl::Status Close();

 private:
  Results(int fd, std::string path, RowSet reported);
  static absl::StatusOr<std::unique_ptr<Results>> Begin(int fd, const std::string& path,
                                                        RowSet reported);
  void Keep(std::string_view text);
  void AppendCsv(const Outcome& outcome);
  void AppendJson(const Outcome& outcome);
  // All lines to the pipe; of a file those that end whole blocks, once there are many.
  void HandOn();
  // The first `octets` of the lines into the file, or none.
  void Write(size_t octets);
  void Fail(int error);
  // Whether so much could not be written that nothing more is taken.
  bool IsFull();

  int fd_;  // of a file; -1: closed, or the writer's
  const std::string path_;
  const bool json_;
  const bool is_file_;
  const RowSet reported_;               // by an earlier run
  std::unique_ptr<PipeWriter> writer_;  // of what is no file
  std::mutex mutex_;                    // guards the rest
  TimeFormatter submitted_;  // one each: many results share a time with those before them
  TimeFormatter answered_;
  TimeFormatter received_;
  LineBuffer lines_;      // not written yet
  uint64_t written_ = 0;  // octets of the file
  bool is_full_ = false;
  std::string json_line_;
  absl::Status status_;
};

}  // namespace salvo::tools
