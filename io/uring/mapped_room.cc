#include "io/uring/mapped_room.h"

#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace salvo::io {
namespace {

// Those that write reserved blocks in place. One that copies on write, or that asks another
// machine, may find no room after all.
bool KeepsReservations(int fd) {
  constexpr decltype(std::declval<struct statfs>().f_type) kXfs = 0x58465342;
  struct statfs system;
  if (fstatfs(fd, &system) != 0) return false;
  return system.f_type == EXT4_SUPER_MAGIC || system.f_type == TMPFS_MAGIC || system.f_type == kXfs;
}

}  // namespace

std::optional<MappedRoom> MappedRoom::Map(int fd, uint64_t offset, uint64_t octets) {
  if (!KeepsReservations(fd)) return std::nullopt;
  const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const uint64_t before = offset % page;
  void* const pages = mmap(nullptr, before + octets, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                           static_cast<off_t>(offset - before));
  if (pages == MAP_FAILED) return std::nullopt;
  auto* const first = static_cast<uint8_t*>(pages);
  return MappedRoom(first, first + before, first + before + octets);
}

MappedRoom::MappedRoom(MappedRoom&& other) noexcept
    : pages_(std::exchange(other.pages_, nullptr)), at_(other.at_), end_(other.end_) {}

MappedRoom& MappedRoom::operator=(MappedRoom&& other) noexcept {
  std::swap(pages_, other.pages_);
  std::swap(at_, other.at_);
  std::swap(end_, other.end_);
  return *this;
}

MappedRoom::~MappedRoom() {
  if (pages_ != nullptr) munmap(pages_, static_cast<size_t>(end_ - pages_));
}

void MappedRoom::Append(std::span<const uint8_t> octets) {
  at_ = std::copy(octets.begin(), octets.end(), at_);
}

}  // namespace salvo::io
