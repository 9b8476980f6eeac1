#include "tools/send/rejects.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

constexpr std::array<std::string_view, 2> kFields = {"+49, 170", "say \"hi\"\nthere"};

BadRow Bad(uint64_t line, std::string_view column = "to") {
  return {line, line - 1, column, "the number is empty", kFields};
}

TEST(Rejects, KeepEachRowWithItsPlaceAndReason) {
  const test::TempDir folder;
  Rejects rejects(folder.Path("rejects.csv"), 10);
  rejects.SetColumns({"to", "text, long"});
  rejects.Add(Bad(5));
  rejects.Add(Bad(7, ""));
  EXPECT_EQ(test::ReadWhole(rejects.path()),
            "line,row,column,reason,to,\"text, long\"\n"
            "5,4,to,the number is empty,\"+49, 170\",\"say \"\"hi\"\"\nthere\"\n"
            "7,6,,the number is empty,\"+49, 170\",\"say \"\"hi\"\"\nthere\"\n");
}

TEST(Rejects, TheFileIsMadeWithTheFirstBadRow) {
  const test::TempDir folder;
  Rejects rejects(folder.Path("rejects.csv"), 10);
  EXPECT_EQ(test::ModeOf(rejects.path()), -1);
  rejects.Add(Bad(2));
  EXPECT_EQ(test::ModeOf(rejects.path()), 0600);
}

TEST(Rejects, AreInTheFileAtOnce) {
  const test::TempDir folder;
  Rejects rejects(folder.Path("rejects.csv"), 10);
  rejects.Add(Bad(2));
  const size_t before = test::ReadWhole(rejects.path()).size();
  rejects.Add(Bad(3));
  EXPECT_GT(test::ReadWhole(rejects.path()).size(), before);
}

TEST(Rejects, WithoutAPathTheyAreCountedOnly) {
  Rejects rejects("", 10);
  rejects.Add(Bad(2));
  EXPECT_EQ(rejects.count(), 1u);
  EXPECT_EQ(rejects.Failure(), "");
}

TEST(Rejects, OneMoreThanAllowedIsTooMany) {
  Rejects rejects("", 2);
  rejects.Add(Bad(2));
  rejects.Add(Bad(3));
  EXPECT_FALSE(rejects.too_many());
  rejects.Add(Bad(4));
  EXPECT_TRUE(rejects.too_many());
}

TEST(Rejects, NoneAllowedIsNone) {
  Rejects rejects("", 0);
  EXPECT_FALSE(rejects.too_many());
  rejects.Add(Bad(2));
  EXPECT_TRUE(rejects.too_many());
}

TEST(Rejects, RememberTheFirstReason) {
  Rejects rejects("", 10);
  EXPECT_EQ(rejects.FirstReason(), "");
  rejects.Add(Bad(5));
  rejects.Add(Bad(9));
  EXPECT_EQ(rejects.FirstReason(), "line 5, column to: the number is empty");
}

TEST(Rejects, AReasonWithoutAColumnNamesNone) {
  Rejects rejects("", 10);
  rejects.Add(Bad(5, ""));
  EXPECT_EQ(rejects.FirstReason(), "line 5: the number is empty");
}

TEST(Rejects, TellWhyTheyCannotBeWritten) {
  Rejects nowhere("/nowhere/rejects.csv", 10);
  nowhere.Add(Bad(2));
  EXPECT_EQ(nowhere.Failure(), "cannot write '/nowhere/rejects.csv': No such file or directory");
  nowhere.Add(Bad(3));
  EXPECT_EQ(nowhere.count(), 2u) << "and go on counting";
  Rejects full("/dev/full", 10);
  full.Add(Bad(2));
  EXPECT_EQ(full.Failure(), "cannot write '/dev/full': No space left on device");
}

TEST(Rejects, ComeFromSeveralThreads) {
  const test::TempDir folder;
  Rejects rejects(folder.Path("rejects.csv"), 10'000);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (uint64_t line = 2; line < 252; ++line) {
        rejects.Add({line, line, "to", "the number is empty", {}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(rejects.count(), 1000u);
  const std::string text = test::ReadWhole(rejects.path());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1001);
}

}  // namespace
}  // namespace salvo::tools
