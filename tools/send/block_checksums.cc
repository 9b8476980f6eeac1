#include "tools/send/block_checksums.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "tools/common/cannot.h"

namespace salvo::tools {
namespace {

constexpr size_t kEntryOctets = 8;
using Entry = std::array<uint8_t, kEntryOctets>;

std::string ChecksumsPath(const std::string& directory) {
  return directory + "/campaign.checksums";
}

void Put32(uint8_t* at, uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<uint8_t>(value >> (8 * i));
}

uint32_t Crc32(std::span<const uint8_t> octets) {
  return libdeflate_crc32(0, octets.data(), octets.size());
}

Entry EntryOf(uint64_t place, std::span<const char> block) {
  Entry entry;
  Put32(entry.data(), libdeflate_crc32(0, block.data(), block.size()));
  std::array<uint8_t, 12> covered;
  std::copy_n(entry.begin(), 4, covered.begin());
  Put32(&covered[4], static_cast<uint32_t>(place));
  Put32(&covered[8], static_cast<uint32_t>(place >> 32));
  Put32(&entry[4], Crc32(covered));
  return entry;
}

bool IsWhole(uint64_t place, const Entry& entry) {
  std::array<uint8_t, 12> covered;
  std::copy_n(entry.begin(), 4, covered.begin());
  Put32(&covered[4], static_cast<uint32_t>(place));
  Put32(&covered[8], static_cast<uint32_t>(place >> 32));
  Entry own = entry;
  Put32(&own[4], Crc32(covered));
  return own == entry;
}

// nullopt: none was kept.
std::optional<Entry> ReadEntry(int fd, uint64_t place) {
  Entry entry;
  const ssize_t octets =
      pread(fd, entry.data(), entry.size(), static_cast<off_t>(place * kEntryOctets));
  if (octets != ssize_t{kEntryOctets} || !IsWhole(place, entry)) return std::nullopt;
  return entry;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BlockChecksums>> BlockChecksums::Open(const std::string& directory,
                                                                     bool anew) {
  constexpr mode_t kOwnerOnly = 0600;
  const std::string path = ChecksumsPath(directory);
  const int fd =
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | (anew ? O_TRUNC : 0), kOwnerOnly);
  if (fd < 0) {
    return absl::ResourceExhaustedError(Cannot("open", path));
  }
  const off_t octets = lseek(fd, 0, SEEK_END);
  const auto kept = octets < 0 ? 0 : static_cast<uint64_t>(octets) / kEntryOctets;
  return std::unique_ptr<BlockChecksums>(new BlockChecksums(path, fd, kept));
}

BlockChecksums::~BlockChecksums() { close(fd_); }

absl::Status BlockChecksums::See(std::span<const char> block) {
  const uint64_t place = next_++;
  const Entry entry = EntryOf(place, block);
  if (const auto before = place < kept_ ? ReadEntry(fd_, place) : std::nullopt) {
    if (*before == entry) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrFormat(
        "it was changed: of its octets from %d on, some are not what was read before",
        place * kBlockOctets));
  }
  const ssize_t written =
      pwrite(fd_, entry.data(), entry.size(), static_cast<off_t>(place * kEntryOctets));
  if (written == ssize_t{kEntryOctets}) return absl::OkStatus();
  return absl::ResourceExhaustedError(Cannot("write", path_, written < 0 ? errno : ENOSPC));
}

bool IsAsItWasRead(const std::string& directory, const std::string& file) {
  const int fd = open(ChecksumsPath(directory).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::ifstream in(file, std::ios::binary);
  std::vector<char> room(ByteWitness::kBlockOctets);
  bool same = in.is_open();
  for (uint64_t place = 0; same; ++place) {
    in.read(room.data(), static_cast<std::streamsize>(room.size()));
    const auto octets = static_cast<size_t>(in.gcount());
    if (octets == 0) break;
    const auto before = ReadEntry(fd, place);
    same = before && *before == EntryOf(place, {room.data(), octets});
  }
  close(fd);
  return same && in.eof();
}

}  // namespace salvo::tools
