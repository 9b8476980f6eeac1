// An appended file whose syncs go through the ring. See io/file.h for the contract.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "io/file.h"
#include "io/uring/ring.h"

namespace salvo::io {

class UringLoop;

class UringFile final : public File {
 public:
  static absl::StatusOr<std::unique_ptr<File>> Open(UringLoop* loop, const std::string& path);
  // A sync under way goes on by itself; nobody is told of its end.
  ~UringFile() override;

  absl::Status Append(std::span<const uint8_t> octets) override;
  void Sync(std::function<void(absl::Status)> done) override;
  uint64_t appended() const override { return appended_; }

 private:
  // Lives until the kernel is done with it, longer than the file if need be.
  class SyncOperation;

  UringFile(UringLoop* loop, int fd, std::string path);
  absl::Status Fail(const char* what, int error_number);

  UringLoop* loop_;
  int fd_;
  std::string path_;
  uint64_t appended_ = 0;
  absl::Status failed_;               // OK until the first error, which is final
  std::shared_ptr<UringFile*> self_;  // nullptr inside once the file is gone
};

}  // namespace salvo::io
