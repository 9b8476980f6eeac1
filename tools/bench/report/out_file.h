// The file that figures are kept in, for `salvo plan --from`. One thread. Errors name the file.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"

namespace salvo::bench {

// Earlier figures stay until the new ones are on the disk: these are written to a file beside,
// PATH.new, which takes the other's place. A pipe or a device is written to as it is.
class OutFile {
 public:
  // `path` "": nothing is kept.
  explicit OutFile(std::string path) : path_(std::move(path)) {}
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  // Whether it can be written; what is there stays, and nothing is there that was not before.
  absl::Status Try() const;
  absl::Status Keep(const std::string& figures) const;

 private:
  absl::Status Replace(const std::string& figures) const;
  absl::Status Failed(int error) const;

  const std::string path_;
};

}  // namespace salvo::bench
