#include "io/write_all.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <thread>

namespace salvo::io {
namespace {

TEST(WriteAll, GoesOnUntilAllIsInAPipeThatHoldsLess) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const std::string octets(1 << 20, 's');  // sixteen pipes full
  std::string read_back;
  std::thread reader([&] {
    std::array<char, 4096> some;
    ssize_t count = 0;
    while ((count = read(ends[0], some.data(), some.size())) > 0) {
      read_back.append(some.data(), static_cast<size_t>(count));
    }
  });
  EXPECT_TRUE(WriteAll(ends[1], octets));
  close(ends[1]);
  reader.join();
  close(ends[0]);
  EXPECT_EQ(read_back, octets);
}

TEST(WriteAll, LeavesTheErrorInErrno) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  EXPECT_FALSE(WriteAll(full, "a"));
  EXPECT_EQ(errno, ENOSPC);
  close(full);
}

TEST(WriteAll, OfNothingSucceedsWhateverTheDescriptorIs) { EXPECT_TRUE(WriteAll(-1, "")); }

TEST(WriteAllAt, WritesAtItsPlaceAndLeavesThePosition) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  const int fd = fileno(file);
  constexpr std::array<uint8_t, 3> kOctets = {'x', 'y', 'z'};
  EXPECT_TRUE(WriteAllAt(fd, 2, kOctets));
  EXPECT_TRUE(WriteAll(fd, "ab"));
  std::array<char, 8> found{};
  EXPECT_EQ(pread(fd, found.data(), found.size(), 0), 5);
  EXPECT_STREQ(found.data(), "abxyz");
  std::fclose(file);
}

}  // namespace
}  // namespace salvo::io
