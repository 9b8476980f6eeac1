#include "io/uring/uring_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/io/uring/stream_fixture.h"
#include "tests/support/temp_dir.h"

namespace salvo::io {
namespace {

class UringFileTest : public LoopTest {
 protected:
  void SetUp() override { MakeLoop(); }

  std::unique_ptr<File> Open(const std::string& path) {
    auto file = loop_->OpenForAppend(path);
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? std::move(*file) : nullptr;
  }

  // Syncs and waits for the verdict.
  absl::Status Sync(File& file) {
    std::optional<absl::Status> verdict;
    file.Sync([&](absl::Status status) { verdict = std::move(status); });
    EXPECT_FALSE(verdict.has_value());
    EXPECT_TRUE(TurnUntil([&] { return verdict.has_value(); }));
    return *verdict;
  }

  static std::string Content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // Of room that was reserved there may be some left.
  static std::string WithoutZerosAtTheEnd(std::string octets) {
    octets.resize(octets.find_last_not_of('\0') + 1);
    return octets;
  }

  test::TempDir dir_;
};

TEST_F(UringFileTest, WhatIsAppendedIsInTheFileAtOnce) {
  const std::string path = dir_.Path("journal");
  auto file = Open(path);
  EXPECT_TRUE(file->Append(Octets("first ")).ok());
  EXPECT_EQ(Content(path), "first ");
  EXPECT_TRUE(file->Append(Octets("second")).ok());
  EXPECT_TRUE(file->Append({}).ok());
  EXPECT_EQ(Content(path), "first second");
  EXPECT_EQ(file->appended(), 12u);
  EXPECT_TRUE(Sync(*file).ok());
}

TEST_F(UringFileTest, AnExistingFileIsAppendedTo) {
  const std::string path = dir_.Write("journal", "old ");
  auto file = Open(path);
  EXPECT_EQ(file->appended(), 0u);
  EXPECT_TRUE(file->Append(Octets("new")).ok());
  EXPECT_EQ(Content(path), "old new");
}

TEST_F(UringFileTest, WhatGoesIntoReservedRoomIsInTheFileAtOnce) {
  const std::string path = dir_.Write("journal", "old ");
  auto file = Open(path);
  ASSERT_TRUE(file->Reserve(100).ok());
  EXPECT_TRUE(file->Append(Octets("first ")).ok());
  EXPECT_TRUE(file->Append(Octets("second")).ok());
  EXPECT_EQ(file->appended(), 12u);
  EXPECT_EQ(WithoutZerosAtTheEnd(Content(path)), "old first second");
  EXPECT_TRUE(Sync(*file).ok());
}

TEST_F(UringFileTest, TheFileEndsWithWhatWasAppendedOnceItIsClosed) {
  const std::string path = dir_.Path("journal");
  auto file = Open(path);
  ASSERT_TRUE(file->Reserve(1 << 20).ok());
  EXPECT_TRUE(file->Append(Octets("all")).ok());
  file.reset();
  EXPECT_EQ(Content(path), "all");
}

TEST_F(UringFileTest, RoomMayBeReservedAgainBeforeTheLastIsFull) {
  const std::string path = dir_.Path("journal");
  auto file = Open(path);
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(file->Reserve(1000).ok());
    const std::string octets(777, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(file->Append(Octets(octets)).ok());
    expected += octets;
  }
  EXPECT_EQ(WithoutZerosAtTheEnd(Content(path)), expected);
  file.reset();
  EXPECT_EQ(Content(path), expected);
}

TEST_F(UringFileTest, WhatIsAppendedStaysWhereRoomIsWrittenBeforehand) {
  const std::string path = dir_.Write("journal", "old ");
  auto file = Open(path);
  file->ExpectSyncs();
  std::string expected = "old ";
  for (int i = 0; i < 60; ++i) {
    // Now less, now more than there is left.
    ASSERT_TRUE(file->Reserve(i % 3 == 0 ? 20'000 : 4000).ok());
    const std::string octets(i % 7 == 0 ? 25'000 : 777, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(file->Append(Octets(octets)).ok());
    expected += octets;
    ASSERT_EQ(WithoutZerosAtTheEnd(Content(path)), expected);
  }
  EXPECT_TRUE(Sync(*file).ok());
  file.reset();
  EXPECT_EQ(Content(path), expected);
}

// A room is filled with zeros by and by.
TEST_F(UringFileTest, ALargeRoomHoldsWhatIsAppendedInManyPieces) {
  const std::string path = dir_.Write("journal", "old ");
  auto file = Open(path);
  std::string expected = "old ";
  ASSERT_TRUE(file->Reserve(300'000).ok());
  for (int i = 0; i < 40; ++i) {
    // Begun anew where the last one is used in part, and once where it is used up.
    if (i % 10 == 9) {
      ASSERT_TRUE(file->Reserve(200'000).ok());
    }
    const std::string octets(i % 4 == 0 ? 70'001 : 12'345, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(file->Append(Octets(octets)).ok());
    expected += octets;
    ASSERT_EQ(WithoutZerosAtTheEnd(Content(path)), expected) << i;
  }
  file.reset();
  EXPECT_EQ(Content(path), expected);
}

TEST_F(UringFileTest, WhatIsLongerThanTheRoomStandsBehindWhatCameBefore) {
  const std::string path = dir_.Path("journal");
  auto file = Open(path);
  ASSERT_TRUE(file->Reserve(10).ok());
  EXPECT_TRUE(file->Append(Octets("short ")).ok());
  EXPECT_TRUE(file->Append(Octets("too long for the rest ")).ok());
  EXPECT_EQ(Content(path), "short too long for the rest ");
  EXPECT_TRUE(file->Append(Octets("end")).ok());
  EXPECT_EQ(Content(path), "short too long for the rest end");
}

TEST_F(UringFileTest, APipeIsAppendedTo) {
  const std::string path = dir_.Path("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const auto file = Open(path);
  const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(file->Append(Octets("first ")).ok());
  EXPECT_TRUE(file->Append(Octets("second")).ok());
  char octets[32];
  const ssize_t got = read(reader, octets, sizeof octets);
  EXPECT_EQ(std::string(octets, static_cast<size_t>(std::max<ssize_t>(got, 0))), "first second");
  close(reader);
}

TEST_F(UringFileTest, WhatOthersCutIsAppendedToWhereItEnds) {
  const std::string path = dir_.Path("ledger");
  const auto file = Open(path);
  EXPECT_TRUE(file->Append(Octets("old")).ok());
  ASSERT_EQ(truncate(path.c_str(), 0), 0);
  EXPECT_TRUE(file->Append(Octets("new")).ok());
  EXPECT_EQ(Content(path), "new");
}

TEST_F(UringFileTest, OnlyItsOwnerMayReadIt) {
  const std::string path = dir_.Path("journal");
  const mode_t before = umask(0);
  auto file = Open(path);
  umask(before);
  struct stat status = {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST_F(UringFileTest, AFileThatCannotBeOpenedIsNamed) {
  for (const std::string& path : {dir_.Path("none/journal"), dir_.Path(".")}) {
    const auto file = loop_->OpenForAppend(path);
    ASSERT_FALSE(file.ok());
    EXPECT_NE(file.status().message().find("'" + path + "'"), absl::string_view::npos);
  }
}

TEST_F(UringFileTest, EverySyncIsAnsweredInOrder) {
  auto file = Open(dir_.Path("journal"));
  std::vector<int> answered;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(file->Append(Octets("record ")).ok());
    file->Sync([&answered, i](const absl::Status& status) {
      EXPECT_TRUE(status.ok());
      answered.push_back(i);
    });
  }
  ASSERT_TRUE(TurnUntil([&] { return answered.size() == 1000; }));
  EXPECT_TRUE(std::is_sorted(answered.begin(), answered.end()));
  EXPECT_EQ(loop_->ring().overflows(), 0u);
}

TEST_F(UringFileTest, ASyncMayBeAskedForWhereOneIsAnswered) {
  auto file = Open(dir_.Path("journal"));
  int answered = 0;
  std::function<void(absl::Status)> again = [&](const absl::Status& status) {
    EXPECT_TRUE(status.ok());
    if (++answered < 10) file->Sync(again);
  };
  file->Sync(again);
  ASSERT_TRUE(TurnUntil([&] { return answered == 10; }));
}

TEST_F(UringFileTest, AFullDiskIsFinal) {
  auto file = Open("/dev/full");
  const absl::Status status = file->Append(Octets("no room"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.message(), "cannot write '/dev/full': No space left on device");
  EXPECT_EQ(file->appended(), 0u);
  EXPECT_EQ(file->Append(Octets("again")), status);
  EXPECT_EQ(Sync(*file), status);
}

TEST_F(UringFileTest, AFailedSyncIsFinal) {
  // Nothing that a disk could hold: it can be written, but not synced.
  auto file = Open("/dev/null");
  EXPECT_TRUE(file->Append(Octets("gone")).ok());
  const absl::Status status = Sync(*file);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.message(), "cannot sync '/dev/null': Invalid argument");
  EXPECT_EQ(file->Append(Octets("again")), status);
  EXPECT_EQ(Sync(*file), status);
}

TEST_F(UringFileTest, AnAppendThatEndsHalfWayIsFinal) {
  // The limit of a file's size, without the signal that comes with it.
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit unlimited = {};
  getrlimit(RLIMIT_FSIZE, &unlimited);
  const rlimit small = {1000, unlimited.rlim_max};
  const std::string path = dir_.Path("journal");
  auto file = Open(path);
  setrlimit(RLIMIT_FSIZE, &small);
  const absl::Status fits = file->Append(Octets(std::string(600, 'a')));
  const absl::Status status = file->Append(Octets(std::string(600, 'b')));
  setrlimit(RLIMIT_FSIZE, &unlimited);
  std::signal(SIGXFSZ, before);
  EXPECT_TRUE(fits.ok());
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.message(), "cannot write '" + path + "': File too large");
  // There would be room again; but nobody knows what the file holds.
  EXPECT_EQ(file->Append(Octets("more")), status);
  EXPECT_EQ(Sync(*file), status);
  EXPECT_EQ(Content(path).size(), 1000u);
}

TEST_F(UringFileTest, AFileMayGoWhileItIsSynced) {
  for (int i = 0; i < 50; ++i) {
    auto file = Open(dir_.Path("journal"));
    ASSERT_TRUE(file->Append(Octets("record")).ok());
    file->Sync([](const absl::Status&) { FAIL(); });
    file->Sync([](const absl::Status&) { FAIL(); });
    file.reset();
    loop_->Turn(0);
  }
}

TEST_F(UringFileTest, AFileMayGoWhereItsSyncIsAnswered) {
  auto file = Open(dir_.Path("journal"));
  bool answered = false;
  file->Sync([&](const absl::Status&) {
    file.reset();
    answered = true;
  });
  file->Sync([](const absl::Status&) { FAIL(); });
  ASSERT_TRUE(TurnUntil([&] { return answered; }));
  for (int i = 0; i < 10; ++i) loop_->Turn(0);
}

TEST_F(UringFileTest, TheLoopMayEndWhileAFileIsSynced) {
  for (int i = 0; i < 20; ++i) {
    MakeLoop();
    auto file = Open(dir_.Path("journal"));
    ASSERT_TRUE(file->Append(Octets("record")).ok());
    file->Sync([](const absl::Status&) {});
    file.reset();
    loop_.reset();
  }
}

}  // namespace
}  // namespace salvo::io
