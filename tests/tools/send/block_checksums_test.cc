#include "tools/send/block_checksums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

constexpr size_t kBlock = ByteWitness::kBlockOctets;

// Three blocks, the last of which is short.
std::string SomeOctets() {
  std::string octets(2 * kBlock + 5, '\0');
  for (size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<char>(i * 7 / 5);
  return octets;
}

// What is said when the first `most` blocks are read.
absl::Status Read(const test::TempDir& folder, const std::string& octets, bool anew = false,
                  size_t most = SIZE_MAX) {
  auto checksums = BlockChecksums::Open(folder.Path(""), anew);
  if (!checksums.ok()) return checksums.status();
  for (size_t at = 0; at < octets.size() && most > 0; at += kBlock, --most) {
    absl::Status status = (*checksums)->See(std::string_view(octets).substr(at, kBlock));
    if (!status.ok()) return status;
  }
  return (*checksums)->SeeEnd();
}

TEST(BlockChecksums, TheSameOctetsAreTheSame) {
  const test::TempDir folder;
  const std::string octets = SomeOctets();
  EXPECT_TRUE(Read(folder, octets).ok());
  EXPECT_TRUE(Read(folder, octets).ok());
  EXPECT_EQ(test::ReadWhole(folder.Path("campaign.checksums")).size(), 24u);
  EXPECT_EQ(test::ModeOf(folder.Path("campaign.checksums")), 0600);
}

TEST(BlockChecksums, EachBlockIsWatchedToItsEnds) {
  const std::string octets = SomeOctets();
  const test::TempDir folder;
  ASSERT_TRUE(Read(folder, octets).ok());
  for (const size_t place : {size_t{0}, kBlock - 1, kBlock, 2 * kBlock, octets.size() - 1}) {
    std::string changed = octets;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    const absl::Status status = Read(folder, changed);
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << place;
    const std::string from = "from " + std::to_string(place / kBlock * kBlock) + " on";
    EXPECT_NE(status.message().find(from), std::string::npos) << status;
  }
}

TEST(BlockChecksums, WhatWasNotReadIsNotWatched) {
  const test::TempDir folder;
  std::string octets = SomeOctets();
  ASSERT_TRUE(Read(folder, octets, false, 1).ok());
  octets[kBlock] = 'x';
  EXPECT_TRUE(Read(folder, octets).ok());
  octets[kBlock] = 'y';
  EXPECT_FALSE(Read(folder, octets).ok()) << "now it was read";
}

TEST(BlockChecksums, ANewCampaignForgetsThoseOfAnEarlierStart) {
  const test::TempDir folder;
  ASSERT_TRUE(Read(folder, SomeOctets()).ok());
  EXPECT_TRUE(Read(folder, std::string(kBlock, 'z'), true).ok());
}

// As a machine leaves it that stopped while it was written.
TEST(BlockChecksums, AnEntryThatIsNotWholeCountsAsNone) {
  const std::string octets = SomeOctets();
  for (size_t kept = 0; kept < 24; ++kept) {
    const test::TempDir folder;
    ASSERT_TRUE(Read(folder, octets).ok());
    const std::string entries = test::ReadWhole(folder.Path("campaign.checksums"));
    folder.Write("campaign.checksums", entries.substr(0, kept));
    EXPECT_TRUE(Read(folder, octets).ok()) << kept;
    folder.Write("campaign.checksums", entries.substr(0, kept) + std::string(24 - kept, '\0'));
    EXPECT_TRUE(Read(folder, octets).ok()) << kept;
    EXPECT_EQ(test::ReadWhole(folder.Path("campaign.checksums")), entries) << kept;
  }
}

TEST(BlockChecksums, KnowAFileThatWasReadWhole) {
  const test::TempDir folder;
  std::string octets = SomeOctets();
  const std::string path = folder.Write("campaign.csv", octets);
  EXPECT_FALSE(IsAsItWasRead(folder.Path(""), path));
  ASSERT_TRUE(Read(folder, octets, false, 2).ok());
  EXPECT_FALSE(IsAsItWasRead(folder.Path(""), path)) << "its last block was not read";
  ASSERT_TRUE(Read(folder, octets).ok());
  EXPECT_TRUE(IsAsItWasRead(folder.Path(""), path));
  octets.back() = 'x';
  folder.Write("campaign.csv", octets);
  EXPECT_FALSE(IsAsItWasRead(folder.Path(""), path));
  EXPECT_FALSE(IsAsItWasRead(folder.Path(""), folder.Path("nowhere")));
}

}  // namespace
}  // namespace salvo::tools
