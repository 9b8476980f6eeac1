#include "io/uring/uring_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"
#include "io/uring/uring_loop.h"
#include "io/write_all.h"

namespace salvo::io {
namespace {

// What a file system takes at once of a room that is filled while it is used, when it begins at a
// multiple of its size: elsewhere a page takes half as long again.
constexpr std::array<uint8_t, 64 * 1024> kZeros{};

}  // namespace

class UringFile::SyncOperation final : public Operation {
 public:
  SyncOperation(std::shared_ptr<Descriptor> descriptor, std::shared_ptr<UringFile*> file,
                std::vector<Done> done)
      : descriptor_(std::move(descriptor)), file_(std::move(file)), done_(std::move(done)) {}

  void Complete(int result, uint32_t /*flags*/) override {
    std::unique_ptr<SyncOperation> self(this);
    if (*file_ != nullptr) (*file_)->OnSynced(result, done_);
  }

 private:
  std::shared_ptr<Descriptor> descriptor_;
  std::shared_ptr<UringFile*> file_;
  std::vector<Done> done_;
};

absl::StatusOr<std::unique_ptr<File>> UringFile::Open(UringLoop* loop, const std::string& path) {
  constexpr mode_t kOwnerOnly = 0600;
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return CannotDo("open", path);
  struct stat file;
  const auto size = fstat(fd, &file) == 0 ? static_cast<uint64_t>(file.st_size) : 0;
  return std::unique_ptr<File>(new UringFile(loop, fd, size, path));
}

UringFile::UringFile(UringLoop* loop, int fd, uint64_t size, std::string path)
    : loop_(loop),
      descriptor_(std::make_shared<Descriptor>(fd)),
      path_(std::move(path)),
      begin_(size),
      self_(std::make_shared<UringFile*>(this)) {}

UringFile::~UringFile() {
  *self_ = nullptr;
  LeaveRoom().IgnoreError();
}

absl::Status UringFile::Fail(const char* what, int error_number) {
  if (failed_.ok()) {
    failed_ = absl::DataLossError(
        absl::StrFormat("cannot %s '%s': %s", what, path_, std::strerror(error_number)));
  }
  return failed_;
}

absl::Status UringFile::Append(std::span<const uint8_t> octets) {
  if (!failed_.ok()) return failed_;
  if (room_ && octets.size() <= room_->left()) {
    absl::Status status = FillFor(octets.size());
    if (!status.ok()) return status;
    room_->Append(octets);
    appended_ += octets.size();
    return absl::OkStatus();
  }
  // Before the room is left, which gives its blocks back.
  absl::Status status = WriteAt(begin_ + appended_, octets);
  if (!status.ok()) return status;
  appended_ += octets.size();
  return LeaveRoom();
}

// Without a room what is written is appended: the file may be a pipe, or have been cut by others.
absl::Status UringFile::WriteAt(uint64_t offset, std::span<const uint8_t> octets) {
  const int fd = descriptor_->get();
  const bool ok = room_ ? WriteAllAt(fd, offset, octets) : WriteAll(fd, octets);
  return ok ? absl::OkStatus() : Fail("write", errno);
}

bool UringFile::SetAppending(bool appends) {
  const int flags = fcntl(descriptor_->get(), F_GETFL);
  const int wanted = appends ? flags | O_APPEND : flags & ~O_APPEND;
  return flags >= 0 && fcntl(descriptor_->get(), F_SETFL, wanted) == 0;
}

absl::Status UringFile::FillFor(uint64_t octets) {
  const uint64_t end = begin_ + appended_ + octets;
  if (end <= filled_) [[likely]]
    return absl::OkStatus();
  const uint64_t whole = (end + kZeros.size() - 1) / kZeros.size() * kZeros.size();
  return FillTo(std::min(whole, begin_ + appended_ + room_->left()));
}

absl::Status UringFile::FillTo(uint64_t end) {
  uint64_t at = std::max(filled_, begin_ + appended_);
  absl::Status status;
  while (status.ok() && at < end) {
    const uint64_t octets = std::min<uint64_t>(kZeros.size() - at % kZeros.size(), end - at);
    status = WriteAt(at, std::span(kZeros).first(octets));
    at += octets;
  }
  filled_ = at;
  return status;
}

absl::Status UringFile::Reserve(uint64_t octets) {
  if (!failed_.ok()) return failed_;
  const absl::StatusOr<bool> has_blocks = ReserveBlocks(octets);
  if (!has_blocks.ok() || !*has_blocks) return has_blocks.status();
  if (MapRoom(octets)) {
    return fills_all_ ? FillTo(begin_ + appended_ + octets) : absl::OkStatus();
  }
  // What comes is written then. To leave an older room gives the blocks back.
  absl::Status status = LeaveRoom();
  return status.ok() ? ReserveBlocks(octets).status() : status;
}

absl::StatusOr<bool> UringFile::ReserveBlocks(uint64_t octets) {
  const auto end = static_cast<off_t>(begin_ + appended_);
  const int result =
      fallocate(descriptor_->get(), FALLOC_FL_KEEP_SIZE, end, static_cast<off_t>(octets));
  if (result == 0) return true;
  if (errno == EOPNOTSUPP) return false;
  // Not final: what is reserved already can still be written.
  return absl::ResourceExhaustedError(
      absl::StrFormat("cannot reserve room for '%s': %s", path_, std::strerror(errno)));
}

bool UringFile::MapRoom(uint64_t octets) {
  const uint64_t end = begin_ + appended_;
  std::optional<MappedRoom> room = MappedRoom::Map(descriptor_->get(), end, octets);
  const bool has_room = room && SetAppending(false) &&
                        ftruncate(descriptor_->get(), static_cast<off_t>(end + octets)) == 0;
  if (has_room) room_ = std::move(room);
  if (!room_) SetAppending(true);
  return has_room;
}

absl::Status UringFile::LeaveRoom() {
  if (!room_) return absl::OkStatus();
  room_.reset();
  filled_ = 0;
  const auto end = static_cast<off_t>(begin_ + appended_);
  const bool is_left = ftruncate(descriptor_->get(), end) == 0 && SetAppending(true);
  return is_left ? absl::OkStatus() : Fail("cut", errno);
}

void UringFile::Sync(Done done) {
  waiting_.push_back(std::move(done));
  if (!syncing_) StartSync();
}

void UringFile::StartSync() {
  syncing_ = true;
  auto* operation = new SyncOperation(descriptor_, self_, std::exchange(waiting_, {}));
  io_uring_sqe* entry = loop_->ring().NextEntry();
  io_uring_prep_fsync(entry, descriptor_->get(), IORING_FSYNC_DATASYNC);
  loop_->ring().SetOperation(entry, operation);
}

void UringFile::OnSynced(int result, const std::vector<Done>& answered) {
  if (loop_->ending()) return;
  syncing_ = false;
  if (result < 0) Fail("sync", -result).IgnoreError();
  if (!waiting_.empty()) StartSync();
  const absl::Status status = failed_;
  // Whoever is told may destroy the file: then the others are not told.
  const std::shared_ptr<UringFile*> self = self_;
  for (const Done& done : answered) {
    if (*self != nullptr) done(status);
  }
}

}  // namespace salvo::io
