// A file in memory keeps what is reserved, whatever file system the tests run on.
#include "io/uring/mapped_room.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace salvo::io {
namespace {

constexpr size_t kOffset = 5000;  // in the midst of a page
constexpr size_t kRoomOctets = 10'000;

class MappedRoomTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(ftruncate(fd_, kOffset + kRoomOctets), 0); }
  void TearDown() override { close(fd_); }

  static void Append(MappedRoom& room, const std::string& octets) {
    room.Append({reinterpret_cast<const uint8_t*>(octets.data()), octets.size()});
  }
  std::string Read(size_t offset, size_t octets) const {
    std::string content(octets, 'x');
    EXPECT_EQ(pread(fd_, content.data(), octets, static_cast<off_t>(offset)),
              static_cast<ssize_t>(octets));
    return content;
  }

  const int fd_ = memfd_create("room", MFD_CLOEXEC);
};

TEST_F(MappedRoomTest, IsFilledFromItsFrontToItsLastOctet) {
  auto room = MappedRoom::Map(fd_, kOffset, kRoomOctets);
  ASSERT_TRUE(room.has_value());
  EXPECT_EQ(room->left(), kRoomOctets);
  Append(*room, "first ");
  EXPECT_EQ(Read(kOffset - 2, 9), std::string("\0\0first \0", 9));
  Append(*room, std::string(kRoomOctets - 6, 'z'));
  EXPECT_EQ(room->left(), 0u);
  EXPECT_EQ(Read(kOffset + kRoomOctets - 1, 1), "z");
}

TEST_F(MappedRoomTest, GoesOnWhereItWasAfterAMove) {
  auto room = MappedRoom::Map(fd_, kOffset, kRoomOctets);
  ASSERT_TRUE(room.has_value());
  Append(*room, "one ");
  MappedRoom moved = *std::move(room);
  room.reset();
  Append(moved, "two");
  EXPECT_EQ(Read(kOffset, 7), "one two");
}

TEST_F(MappedRoomTest, AFileSystemThatMayNotKeepWhatIsReservedIsNotMapped) {
  const int fd = open("/proc/self/comm", O_RDWR | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  EXPECT_FALSE(MappedRoom::Map(fd, 0, kRoomOctets).has_value());
  close(fd);
}

}  // namespace
}  // namespace salvo::io
