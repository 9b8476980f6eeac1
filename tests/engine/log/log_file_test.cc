#include "engine/log/log_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "io/file_size_signal.h"
#include "tests/support/temp_dir.h"

namespace salvo::engine {
namespace {

using test::ReadWhole;

class LogFileTest : public testing::Test {
 protected:
  LogFile Open(uint64_t rotate_octets = 0, uint32_t keep = 2) {
    auto file = LogFile::Open({path_, rotate_octets, keep}, &gives_up_);
    EXPECT_TRUE(file.ok()) << file.status();
    return *std::move(file);
  }
  std::string Whole(std::string_view suffix = "") { return ReadWhole(path_ + std::string(suffix)); }
  bool Exists(std::string_view suffix) {
    return std::filesystem::exists(path_ + std::string(suffix));
  }

  test::TempDir directory_;
  const std::string path_ = directory_.Path("a.log");
  std::atomic<bool> gives_up_ = false;
};

TEST_F(LogFileTest, IsForItsOwnerOnlyAndIsAppendedTo) {
  EXPECT_TRUE(Open().Append("one\n").ok());
  EXPECT_EQ(test::ModeOf(path_), 0600);
  EXPECT_TRUE(Open().Append("two\n").ok());
  EXPECT_EQ(Whole(), "one\ntwo\n");
}

TEST_F(LogFileTest, LeavesTheModeOfAFileThatIsThere) {
  directory_.Write("a.log", "");
  chmod(path_.c_str(), 0640);
  EXPECT_TRUE(Open().Append("one\n").ok());
  EXPECT_EQ(test::ModeOf(path_), 0640);
}

TEST_F(LogFileTest, SaysWhyItCannotBeOpened) {
  const auto file = LogFile::Open({directory_.Path("no/a.log"), 0, 0}, &gives_up_);
  EXPECT_NE(file.status().ToString().find("cannot open '"), std::string::npos) << file.status();
  EXPECT_NE(file.status().ToString().find("No such file or directory"), std::string::npos);
}

TEST_F(LogFileTest, RotatesBetweenLinesAndKeepsSo) {
  LogFile file = Open(8);
  EXPECT_TRUE(file.Append("1\n2\n3\n4\n5\n6\n7\n8\n9\n").ok());
  EXPECT_EQ(Whole(), "9\n");
  EXPECT_EQ(Whole(".1"), "5\n6\n7\n8\n");
  EXPECT_EQ(Whole(".2"), "1\n2\n3\n4\n");
  EXPECT_TRUE(file.Append("10\n11\n12\n").ok());
  EXPECT_EQ(Whole(), "12\n");
  EXPECT_EQ(Whole(".1"), "9\n10\n11\n");
  EXPECT_EQ(Whole(".2"), "5\n6\n7\n8\n");
  EXPECT_FALSE(Exists(".3"));
  EXPECT_EQ(test::ModeOf(path_), 0600);
}

TEST_F(LogFileTest, CountsWhatWasThereBefore) {
  directory_.Write("a.log", "before\n");
  EXPECT_TRUE(Open(8).Append("a\nb\n").ok());
  EXPECT_EQ(Whole(), "a\nb\n");
  EXPECT_EQ(Whole(".1"), "before\n");
}

TEST_F(LogFileTest, ALineThatIsTooLongHasAFileOfItsOwn) {
  LogFile file = Open(4);
  EXPECT_TRUE(file.Append("a\nlonger than that\nb\n").ok());
  EXPECT_EQ(Whole(), "b\n");
  EXPECT_EQ(Whole(".1"), "longer than that\n");
  EXPECT_EQ(Whole(".2"), "a\n");
}

TEST_F(LogFileTest, KeepsNoneWhenItIsToKeepNone) {
  EXPECT_TRUE(Open(4, 0).Append("1\n2\n3\n").ok());
  EXPECT_EQ(Whole(), "3\n");
  EXPECT_FALSE(Exists(".1"));
  EXPECT_FALSE(Exists(".0"));
}

TEST_F(LogFileTest, BehindALinkTheFileIsRenamedAndNotTheLink) {
  std::filesystem::create_directory(directory_.Path("far"));
  std::filesystem::create_symlink("far/b.log", path_);
  LogFile file = Open(4);
  EXPECT_TRUE(file.Append("1\n2\n3\n").ok());
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(Whole(), "3\n");
  EXPECT_EQ(ReadWhole(directory_.Path("far/b.log.1")), "1\n2\n");
  EXPECT_FALSE(Exists(".1"));
}

TEST_F(LogFileTest, ADescriptorIsNotRenamed) {
  directory_.Write("a.log", "");
  const int descriptor = open(path_.c_str(), O_WRONLY);
  const std::string name = "/dev/fd/" + std::to_string(descriptor);
  auto file = LogFile::Open({name, 4, 2}, &gives_up_);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->Append("1\n2\n3\n").ok());
  EXPECT_EQ(Whole(), "1\n2\n3\n");
  EXPECT_FALSE(Exists(".1"));
  close(descriptor);
}

TEST_F(LogFileTest, IsReopenedUnderItsName) {
  LogFile file = Open();
  EXPECT_TRUE(file.Append("one\n").ok());
  std::filesystem::rename(path_, path_ + ".old");
  EXPECT_TRUE(file.Append("two\n").ok());
  EXPECT_TRUE(file.Reopen().ok());
  EXPECT_TRUE(file.Append("three\n").ok());
  EXPECT_EQ(Whole(".old"), "one\ntwo\n");
  EXPECT_EQ(Whole(), "three\n");
}

TEST_F(LogFileTest, AFullDiskIsAnErrorUntilItIsReopened) {
  auto full = LogFile::Open({"/dev/full", 0, 0}, &gives_up_);
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_NE(full->Append("one\n").ToString().find("No space left on device"), std::string::npos);
  EXPECT_FALSE(full->Append("two\n").ok());
  EXPECT_TRUE(full->Reopen().ok());
}

TEST_F(LogFileTest, OfALineThatFitsInPartNothingStays) {
  LogFile file = Open();
  ASSERT_TRUE(file.Append("one\n").ok());
  {
    const io::NoFileSizeSignal no_signal;
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit small{10, limit.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    EXPECT_FALSE(file.Append("a line that is longer\n").ok());
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  EXPECT_EQ(Whole(), "one\n");
  ASSERT_TRUE(file.Reopen().ok());
  EXPECT_TRUE(file.Append("two\n").ok());
  EXPECT_EQ(Whole(), "one\ntwo\n");
}

// RLIMIT_FSIZE would do, but it is of the whole process; a pipe takes a part as well.
TEST_F(LogFileTest, WaitsForWhoeverReadsAPipe) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  LogFile file = Open(10);
  const std::string lines(1 << 20, '\n');
  std::thread reader([&] {
    const int fd = open(path_.c_str(), O_RDONLY);
    std::string some(1 << 16, ' ');
    for (size_t left = lines.size(); left > 0;) {
      left -= static_cast<size_t>(read(fd, some.data(), std::min(some.size(), left)));
    }
    close(fd);
  });
  EXPECT_TRUE(file.Append(lines).ok());
  reader.join();
  EXPECT_FALSE(Exists(".1"));
}

TEST_F(LogFileTest, GivesUpAPipeThatNobodyReads) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  LogFile file = Open();
  std::thread given_up([&] { gives_up_ = true; });
  const absl::Status status = file.Append(std::string(1 << 20, '\n'));
  EXPECT_NE(status.ToString().find("nobody reads"), std::string::npos) << status;
  given_up.join();
}

}  // namespace
}  // namespace salvo::engine
