#include "tools/send/input_spool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

TEST(InputSpool, HoldsWhatItWasGivenAtOnce) {
  for (const bool durable : {false, true}) {
    const test::TempDir folder;
    auto spool = InputSpool::Create(folder.Path(""), durable);
    ASSERT_TRUE(spool.ok()) << spool.status();
    ASSERT_TRUE((*spool)->See({"to,text\n", 8}).ok());
    EXPECT_EQ(test::ReadWhole(folder.Path("input.part")), "to,text\n");
    ASSERT_TRUE((*spool)->See({"1,x", 3}).ok());
    EXPECT_EQ(test::ReadWhole(folder.Path("input.part")), "to,text\n1,x");
  }
}

TEST(InputSpool, SaysWhetherThePipeHadEnded) {
  const test::TempDir folder;
  EXPECT_FALSE(FindKeptInput(folder.Path("")));
  auto spool = InputSpool::Create(folder.Path(""), false);
  ASSERT_TRUE(spool.ok()) << spool.status();
  ASSERT_TRUE((*spool)->See({"abc", 3}).ok());
  auto kept = FindKeptInput(folder.Path(""));
  ASSERT_TRUE(kept);
  EXPECT_FALSE(kept->ended);
  EXPECT_EQ(kept->octets, 3u);
  ASSERT_TRUE((*spool)->SeeEnd().ok());
  kept = FindKeptInput(folder.Path(""));
  ASSERT_TRUE(kept);
  EXPECT_TRUE(kept->ended);
  EXPECT_EQ(test::ReadWhole(kept->path), "abc");
  EXPECT_EQ(test::ModeOf(folder.Path("input.part")), -1);
}

TEST(InputSpool, OnlyItsOwnerMayReadIt) {
  const test::TempDir folder;
  const auto spool = InputSpool::Create(folder.Path(""), false);
  EXPECT_EQ(test::ModeOf(folder.Path("input.part")), 0600);
}

TEST(InputSpool, ForgetsAnEarlierStart) {
  const test::TempDir folder;
  folder.Write("input", "old");
  folder.Write("input.part", "older");
  const auto spool = InputSpool::Create(folder.Path(""), false);
  ASSERT_TRUE(spool.ok()) << spool.status();
  const auto kept = FindKeptInput(folder.Path(""));
  ASSERT_TRUE(kept);
  EXPECT_FALSE(kept->ended);
  EXPECT_EQ(kept->octets, 0u);
}

TEST(InputSpool, TellsThatThereIsNoRoom) {
  const test::TempDir folder;
  auto spool = InputSpool::Create(folder.Path(""), false);
  ASSERT_TRUE(spool.ok()) << spool.status();
  // A file may not grow beyond this: as good as a full disk, but for the word.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const absl::Status status = (*spool)->See({"abcdef", 6});
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_NE(status.message().find("input.part': File too large"), std::string::npos) << status;
  EXPECT_EQ(test::ReadWhole(folder.Path("input.part")), "abcd");
}

TEST(InputSpool, NeedsItsDirectory) {
  EXPECT_TRUE(absl::IsResourceExhausted(InputSpool::Create("/nowhere", false).status()));
}

}  // namespace
}  // namespace salvo::tools
