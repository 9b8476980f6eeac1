// The file that figures are kept in, for `salvo plan --from`. One thread. Errors name the file.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"

namespace salvo::bench {

class OutFile {
 public:
  // `path` "": nothing is kept.
  explicit OutFile(std::string path) : path_(std::move(path)) {}
  // Where nothing was kept, nothing is there that was not before.
  ~OutFile();
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  // Whether it can be written; what is in it stays.
  absl::Status Try();
  absl::Status Keep(const std::string& figures);

 private:
  absl::Status Write(const std::string& text, const char* mode) const;

  const std::string path_;
  bool is_only_tried_ = false;  // and was not there before
};

}  // namespace salvo::bench
