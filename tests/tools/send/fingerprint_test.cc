#include "tools/send/fingerprint.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

using std::filesystem::last_write_time;

// What became of a file after the change.
template <class Change>
std::string After(Change change) {
  const test::TempDir folder;
  const std::string path = folder.Write("campaign.csv", "12345");
  const auto before = Fingerprint::Of(path);
  EXPECT_TRUE(before.ok());
  change(folder, path);
  const auto now = Fingerprint::Of(path);
  return now.ok() ? before->DifferenceTo(*now) : std::string(now.status().message());
}

TEST(Fingerprint, OfTheSameFileIsTheSame) {
  EXPECT_EQ(After([](const auto&, const std::string& path) { test::ReadWhole(path); }), "");
}

TEST(Fingerprint, KnowsTheSize) {
  EXPECT_EQ(After([](const auto& folder, const auto&) { folder.Write("campaign.csv", "123456"); }),
            "its size was 5 and is 6");
}

TEST(Fingerprint, KnowsWhenItWasWritten) {
  EXPECT_EQ(After([](const auto&, const std::string& path) {
              last_write_time(path, last_write_time(path) + std::chrono::microseconds(1));
            }),
            "it was written to since");
}

TEST(Fingerprint, KnowsAnotherFileOfTheSameSizeAndTime) {
  EXPECT_EQ(After([](const auto& folder, const std::string& path) {
              const std::string other = folder.Write("other.csv", "12345");
              last_write_time(other, last_write_time(path));
              std::filesystem::rename(other, path);
            }),
            "another file has its name");
}

TEST(Fingerprint, IsTouchedWhenTheTimeAloneIsDifferent) {
  const Fingerprint before{5, 100, 7};
  EXPECT_TRUE(before.IsTouched({5, 101, 7}));
  EXPECT_FALSE(before.IsTouched({5, 100, 7}));
  EXPECT_FALSE(before.IsTouched({6, 101, 7}));
  EXPECT_FALSE(before.IsTouched({5, 101, 8}));
}

TEST(Fingerprint, OfAFileThatIsGoneNamesIt) {
  EXPECT_EQ(Fingerprint::Of("/nowhere/campaign.csv").status().message(),
            "'/nowhere/campaign.csv': No such file or directory");
}

}  // namespace
}  // namespace salvo::tools
