// A stretch of a file that is filled from its front by plain copies into the page cache. One
// thread; the descriptor is not owned, and may be closed before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace salvo::io {

class MappedRoom {
 public:
  // The `octets` from `offset` on. They are reserved on the disk, and the file is to be so long
  // before anything is appended: a store behind its end, or one that finds no block, ends the
  // process. nullopt where they cannot be mapped, or the file system may break such a reservation.
  static std::optional<MappedRoom> Map(int fd, uint64_t offset, uint64_t octets);
  MappedRoom(MappedRoom&& other) noexcept;
  MappedRoom& operator=(MappedRoom&& other) noexcept;
  ~MappedRoom();

  size_t left() const { return static_cast<size_t>(end_ - at_); }
  // REQUIRES: octets.size() <= left().
  void Append(std::span<const uint8_t> octets);

 private:
  MappedRoom(uint8_t* pages, uint8_t* at, uint8_t* end) : pages_(pages), at_(at), end_(end) {}

  uint8_t* pages_;  // nullptr when moved from
  uint8_t* at_;
  uint8_t* end_;
};

}  // namespace salvo::io
