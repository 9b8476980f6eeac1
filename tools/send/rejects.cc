#include "tools/send/rejects.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_format.h"
#include "tools/common/cannot.h"
#include "tools/common/csv_text.h"
#include "tools/common/descriptor_name.h"
#include "tools/common/private_file.h"

namespace salvo::tools {
namespace {

constexpr std::string_view kHeader = "line,row,column,reason";

bool IsOfOurs(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string start(kHeader.size(), '\0');
  return in.read(start.data(), static_cast<std::streamsize>(start.size())) && start == kHeader;
}

// A bad row may have any octets.
bool Put(const std::string& text, std::FILE* file) {
  return std::fwrite(text.data(), 1, text.size(), file) == text.size();
}

}  // namespace

Rejects::~Rejects() {
  if (file_ != nullptr) std::fclose(file_);
}

bool Rejects::AreOfEarlierRun() const {
  std::error_code error;
  return count() == 0 && !NamesADescriptor(path_) &&
         std::filesystem::is_regular_file(path_, error) && IsOfOurs(path_);
}

void Rejects::Add(const BadRow& bad) {
  std::string line = absl::StrFormat("%d,%d,", bad.line, bad.row);
  AppendCsvField(bad.column, &line);
  line += ',';
  AppendCsvField(bad.reason, &line);
  for (const std::string_view field : bad.fields) {
    line += ',';
    AppendCsvField(field, &line);
  }
  line += '\n';
  const std::lock_guard lock(mutex_);
  count_.fetch_add(1);
  if (first_reason_.empty()) {
    first_reason_ = absl::StrFormat("line %d%s%s: %s", bad.line,
                                    bad.column.empty() ? "" : ", column ", bad.column, bad.reason);
  }
  Write(line);
}

void Rejects::Write(const std::string& line) {
  if (path_.empty() || !failure_.empty()) return;
  bool written = true;
  if (file_ == nullptr) {
    file_ = CreatePrivateFile(path_);
    std::string header(kHeader);
    for (const std::string& column : columns_) {
      header += ',';
      AppendCsvField(column, &header);
    }
    header += '\n';
    written = file_ != nullptr && Put(header, file_);
  }
  // Flushed at once: bad rows are few, and whoever looks wants to see them.
  written = written && Put(line, file_) && std::fflush(file_) == 0;
  if (!written) failure_ = Cannot("write", path_);
}

std::string Rejects::FirstReason() const {
  const std::lock_guard lock(mutex_);
  return first_reason_;
}

std::string Rejects::Failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace salvo::tools
