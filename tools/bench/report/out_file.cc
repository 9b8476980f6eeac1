#include "tools/bench/report/out_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_format.h"

namespace salvo::bench {

OutFile::~OutFile() {
  std::error_code ignored;
  if (is_only_tried_) std::filesystem::remove(path_, ignored);
}

absl::Status OutFile::Try() {
  if (path_.empty()) return absl::OkStatus();
  std::error_code ignored;
  const bool was_there = std::filesystem::exists(path_, ignored);
  const absl::Status status = Write("", "a");
  is_only_tried_ = status.ok() && !was_there;
  return status;
}

absl::Status OutFile::Keep(const std::string& figures) {
  if (path_.empty()) return absl::OkStatus();
  is_only_tried_ = false;
  return Write(figures, "w");
}

absl::Status OutFile::Write(const std::string& text, const char* mode) const {
  std::FILE* file = std::fopen(path_.c_str(), mode);
  const bool written = file != nullptr && std::fputs(text.c_str(), file) >= 0;
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (written && closed) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrFormat("cannot write '%s': %s", path_, std::strerror(errno)));
}

}  // namespace salvo::bench
