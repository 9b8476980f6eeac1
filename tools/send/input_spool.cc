#include "tools/send/input_spool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/write_all.h"
#include "tools/common/cannot.h"
#include "tools/common/replace_file.h"

namespace salvo::tools {
namespace {

std::string PartOf(const std::string& directory) { return directory + "/input.part"; }
std::string WholeOf(const std::string& directory) { return directory + "/input"; }

absl::Status CannotKeep(const std::string& directory) {
  return absl::ResourceExhaustedError(Cannot("keep what it brings in", PartOf(directory)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<InputSpool>> InputSpool::Create(const std::string& directory,
                                                               bool durable) {
  constexpr mode_t kOwnerOnly = 0600;
  unlink(PartOf(directory).c_str());
  unlink(WholeOf(directory).c_str());
  const int fd =
      open(PartOf(directory).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return CannotKeep(directory);
  std::unique_ptr<InputSpool> spool(new InputSpool(directory, durable, fd));
  if (!SyncFolder(directory)) return CannotKeep(directory);
  return spool;
}

InputSpool::~InputSpool() { close(fd_); }

absl::Status InputSpool::Failed() const { return CannotKeep(directory_); }

absl::Status InputSpool::See(std::span<const char> octets) {
  if (!io::WriteAll(fd_, std::string_view(octets.data(), octets.size()))) return Failed();
  if (durable_ && fdatasync(fd_) != 0) return Failed();
  return absl::OkStatus();
}

// The name is a promise that all is there: first the octets, then the name.
absl::Status InputSpool::SeeEnd() {
  if (fdatasync(fd_) != 0) return Failed();
  return RenameOnDisk(PartOf(directory_), WholeOf(directory_)) ? absl::OkStatus() : Failed();
}

std::optional<KeptInput> FindKeptInput(const std::string& directory) {
  for (const bool ended : {true, false}) {
    KeptInput kept;
    kept.path = ended ? WholeOf(directory) : PartOf(directory);
    kept.ended = ended;
    struct stat info {};
    if (stat(kept.path.c_str(), &info) != 0) continue;
    kept.octets = static_cast<uint64_t>(info.st_size);
    return kept;
  }
  return std::nullopt;
}

}  // namespace salvo::tools
