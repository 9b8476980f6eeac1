// An appended file whose syncs go through the ring. See io/file.h for the contract.
//
// What was reserved is mapped: to append is then to copy, without a system call. The page cache has
// the octets at once, as after a write.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "io/descriptor.h"
#include "io/file.h"
#include "io/uring/mapped_room.h"
#include "io/uring/ring.h"

namespace salvo::io {

class UringLoop;

class UringFile final : public File {
 public:
  static absl::StatusOr<std::unique_ptr<File>> Open(UringLoop* loop, const std::string& path);
  // A sync under way goes on by itself; nobody is told of its end.
  ~UringFile() override;

  absl::Status Append(std::span<const uint8_t> octets) override;
  absl::Status Reserve(uint64_t octets) override;
  // A sync of octets that were never written changes the file system's own records, too: that takes
  // it several writes, one after the other.
  void ExpectSyncs() override { fills_all_ = true; }
  void Sync(std::function<void(absl::Status)> done) override;
  uint64_t appended() const override { return appended_; }

 private:
  using Done = std::function<void(absl::Status)>;
  // Closes it when neither the file nor a sync needs it any more.
  // Lives until the kernel is done with it, longer than the file if need be.
  class SyncOperation;

  UringFile(UringLoop* loop, int fd, uint64_t size, std::string path);
  void StartSync();
  void OnSynced(int result, const std::vector<Done>& answered);
  absl::Status Fail(const char* what, int error_number);
  // False where the file system knows no reservations.
  absl::StatusOr<bool> ReserveBlocks(uint64_t octets);
  // False where that cannot be.
  bool MapRoom(uint64_t octets);
  absl::Status LeaveRoom();
  absl::Status WriteAt(uint64_t offset, std::span<const uint8_t> octets);
  // Whether a write goes to the file's end whatever its offset: while there is no room.
  bool SetAppending(bool appends);
  // Zeros are written to the room before it is appended to: a store to a page that was written is
  // much less work, for the file system, than one to a page that is only reserved.
  absl::Status FillFor(uint64_t octets);
  absl::Status FillTo(uint64_t end);

  UringLoop* loop_;
  std::shared_ptr<Descriptor> descriptor_;
  std::string path_;
  const uint64_t begin_;  // the file's size when it was opened
  uint64_t appended_ = 0;
  std::optional<MappedRoom> room_;  // while there is, the file is longer than what was appended
  bool fills_all_ = false;          // whether all of a room is filled at once
  uint64_t filled_ = 0;             // offset in the file up to which that was done
  absl::Status failed_;             // OK until the first error, which is final
  bool syncing_ = false;
  // Asked for while a sync was under way, which may not cover them: the next one answers all.
  std::vector<Done> waiting_;
  std::shared_ptr<UringFile*> self_;  // nullptr inside once the file is gone
};

}  // namespace salvo::io
