#include "tools/common/private_file.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

TEST(PrivateFile, OnlyItsOwnerMayReadIt) {
  const test::TempDir folder;
  const std::string path = folder.Path("results.csv");
  std::FILE* file = CreatePrivateFile(path);
  ASSERT_NE(file, nullptr);
  std::fclose(file);
  EXPECT_EQ(test::ModeOf(path), 0600);
}

TEST(PrivateFile, TakesAnEarlierFileAwayFromOthers) {
  const test::TempDir folder;
  const std::string path = folder.Write("results.csv", "of an earlier run");
  chmod(path.c_str(), 0644);
  std::FILE* file = CreatePrivateFile(path);
  ASSERT_NE(file, nullptr);
  std::fclose(file);
  EXPECT_EQ(test::ModeOf(path), 0600);
  EXPECT_EQ(test::ReadWhole(path), "");
}

TEST(PrivateFile, LeavesTheModeOfADeviceAlone) {
  const int before = test::ModeOf("/dev/null");
  std::FILE* file = CreatePrivateFile("/dev/null");
  ASSERT_NE(file, nullptr);
  std::fclose(file);
  EXPECT_EQ(test::ModeOf("/dev/null"), before);
}

TEST(PrivateFile, TellsWhyItCannot) {
  const test::TempDir folder;
  EXPECT_EQ(CreatePrivateFile(folder.Path("nowhere/results.csv")), nullptr);
  EXPECT_EQ(errno, ENOENT);
}

}  // namespace
}  // namespace salvo::tools
