// Bad rows: what is wrong with each, where, and how many there may be.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace salvo::tools {

struct BadRow {
  uint64_t line = 0;                         // of the file, where the record begins
  uint64_t row = 0;                          // of the campaign
  std::string_view column;                   // at fault; "" when it is the record as such
  std::string_view reason;                   // one clause
  std::span<const std::string_view> fields;  // as they were read
};

// Writes a CSV file of line, row, column, reason and the fields themselves, so that it can be put
// right and sent. The file is made with the first bad row, mode 0600. Thread-safe.
class Rejects {
 public:
  // `path` "": counts only. `most`: bad rows beyond that are one too many.
  Rejects(std::string path, uint64_t most) : path_(std::move(path)), most_(most) {}
  ~Rejects();
  Rejects(const Rejects&) = delete;
  Rejects& operator=(const Rejects&) = delete;

  // Whether there were none, and those of an earlier run are where these would be.
  bool AreOfEarlierRun() const;
  // Names of the fields, before the first Add.
  void SetColumns(std::vector<std::string> columns) { columns_ = std::move(columns); }

  void Add(const BadRow& bad);

  uint64_t count() const { return count_.load(); }
  bool too_many() const { return count() > most_; }
  const std::string& path() const { return path_; }
  // "line 5, column to: the number is empty", of the first bad row; "" when there is none.
  std::string FirstReason() const;
  // Why the file could not be written; "" when it could.
  std::string Failure() const;

 private:
  void Write(const std::string& line);

  const std::string path_;
  const uint64_t most_;
  std::vector<std::string> columns_;
  std::atomic<uint64_t> count_ = 0;
  mutable std::mutex mutex_;  // guards the rest
  std::FILE* file_ = nullptr;
  std::string first_reason_;
  std::string failure_;
};

}  // namespace salvo::tools
