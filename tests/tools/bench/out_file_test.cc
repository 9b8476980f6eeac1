#include "tools/bench/report/out_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/support/temp_dir.h"

namespace salvo::bench {
namespace {

// While it lives no file may grow beyond so many octets.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t octets) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small = {octets, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

class OutFileTest : public testing::Test {
 protected:
  // What lies in the folder.
  ptrdiff_t Files() const {
    return std::distance(std::filesystem::directory_iterator(folder_.Path("")), {});
  }

  const test::TempDir folder_;
  const std::string path_ = folder_.Path("bench.json");
};

TEST_F(OutFileTest, EarlierFiguresStayUntilTheNewOnesAreAllWritten) {
  for (const size_t octets : {100u, 1'000'000u}) {
    folder_.Write("bench.json", "earlier");
    OutFile out(path_);
    ASSERT_TRUE(out.Try().ok());
    absl::Status status;
    {
      const SmallFiles small(50);
      status = out.Keep(std::string(octets, 'x'));
    }
    EXPECT_EQ(status.message(), "cannot write '" + path_ + "': File too large");
    EXPECT_EQ(test::ReadWhole(path_), "earlier") << octets;
    EXPECT_EQ(Files(), 1);
    ASSERT_TRUE(out.Keep("new").ok());
    EXPECT_EQ(test::ReadWhole(path_), "new");
    EXPECT_EQ(Files(), 1);
  }
}

TEST_F(OutFileTest, TryingLeavesNothingThatWasNotThere) {
  {
    OutFile out(path_);
    EXPECT_TRUE(out.Try().ok());
  }
  EXPECT_EQ(Files(), 0);
  OutFile nowhere(folder_.Path("nowhere/bench.json"));
  EXPECT_EQ(nowhere.Try().message(),
            "cannot write '" + folder_.Path("nowhere/bench.json") + "': No such file or directory");
}

TEST_F(OutFileTest, ALinkStaysALinkAndAFileKeepsItsMode) {
  folder_.Write("real.json", "earlier");
  std::filesystem::permissions(folder_.Path("real.json"), std::filesystem::perms(0640));
  std::filesystem::create_symlink("real.json", path_);
  ASSERT_TRUE(OutFile(path_).Keep("new").ok());
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(test::ReadWhole(folder_.Path("real.json")), "new");
  EXPECT_EQ(test::ModeOf(folder_.Path("real.json")), 0640);
}

TEST_F(OutFileTest, APipeIsWrittenToAndADeviceThatIsFullIsTold) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = test::ReadWhole(path_); });
  EXPECT_TRUE(OutFile(path_).Keep("figures").ok());
  reader.join();
  EXPECT_EQ(read, "figures");
  EXPECT_TRUE(std::filesystem::is_fifo(path_));
  EXPECT_EQ(OutFile("/dev/full").Keep("figures").message(),
            "cannot write '/dev/full': No space left on device");
}

}  // namespace
}  // namespace salvo::bench
