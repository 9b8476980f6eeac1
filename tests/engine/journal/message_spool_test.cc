// Goal: messages that were kept come back as they were, whole or not at all, wherever the file
// ends. Method: files written, cut at every octet, damaged, and read again.
#include "engine/journal/message_spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <set>

#include "tests/support/temp_dir.h"

namespace salvo::engine {
namespace {

using ::testing::HasSubstr;

OwnedMessage MessageOf(uint64_t key) {
  OwnedMessage message;
  message.key = key;
  message.tag = key * 1000;
  message.to = "49170000" + std::to_string(key);
  message.from = key % 2 == 0 ? "" : "SALVO";
  message.text = std::string(key % 40, 'x') + "ü";
  for (uint64_t i = 0; i < key % 3; ++i) message.tlvs.push_back({uint16_t(0x1400 + i), "\0v"});
  return message;
}

// Messages with the keys from `first` on.
std::unique_ptr<KeptBatch> Batch(uint64_t first, uint64_t count, std::string_view account = "") {
  std::vector<OwnedMessage> messages;
  for (uint64_t key = first; key < first + count; ++key) messages.push_back(MessageOf(key));
  return KeptBatch::Of(*MakeBatch(std::move(messages)), account);
}

void ExpectIs(const Message& message, const OwnedMessage& expected) {
  EXPECT_EQ(message.key, expected.key);
  EXPECT_EQ(message.tag, expected.tag);
  EXPECT_EQ(message.to, expected.to);
  EXPECT_EQ(message.from, expected.from);
  EXPECT_EQ(message.text, expected.text);
  ASSERT_EQ(message.tlvs.size(), expected.tlvs.size());
  for (size_t i = 0; i < expected.tlvs.size(); ++i) {
    EXPECT_EQ(message.tlvs[i].tag, expected.tlvs[i].tag);
    EXPECT_EQ(message.tlvs[i].value, expected.tlvs[i].value);
  }
}

class MessageSpoolTest : public testing::Test {
 protected:
  std::string path(uint32_t run = 1) const { return MessageSpoolPath(dir_.Path(""), run); }

  std::unique_ptr<MessageSpool> Create(uint32_t run = 1, bool durable = false) {
    auto spool = MessageSpool::Create(path(run), run, durable);
    EXPECT_TRUE(spool.ok()) << spool.status();
    return *std::move(spool);
  }

  // The keys that come back, in order; each message is looked at.
  std::vector<uint64_t> Read(uint32_t runs = 1, const std::set<uint64_t>& settled = {},
                             bool durable = false) {
    MessageSpoolReader reader(dir_.Path(""), runs, durable,
                              [&](uint64_t key) { return !settled.contains(key); });
    std::vector<uint64_t> keys;
    for (;;) {
      const auto batch = reader.Next();
      status_ = batch.status();
      if (!batch.ok() || *batch == nullptr) return keys;
      account_ = (*batch)->account();
      Message message;
      while ((*batch)->Next(&message)) {
        ExpectIs(message, MessageOf(message.key));
        keys.push_back(message.key);
      }
    }
  }

  test::TempDir dir_;
  absl::Status status_;
  std::string account_;
};

std::vector<uint64_t> Keys(uint64_t first, uint64_t count) {
  std::vector<uint64_t> keys;
  for (uint64_t key = first; key < first + count; ++key) keys.push_back(key);
  return keys;
}

TEST_F(MessageSpoolTest, WhatWasAppendedComesBackInOrder) {
  for (const bool durable : {false, true}) {
    const uint32_t run = durable ? 2 : 1;
    const auto spool = Create(run, durable);
    const uint64_t first = durable ? 200 : 1;
    ASSERT_TRUE(spool->Append(*Batch(first, 5)).ok());
    ASSERT_TRUE(spool->Append(*Batch(first + 5, 100)).ok());
  }
  std::vector<uint64_t> expected = Keys(1, 105);
  for (const uint64_t key : Keys(200, 105)) expected.push_back(key);
  EXPECT_EQ(Read(2), expected);
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(test::ModeOf(path()), 0600);
}

TEST_F(MessageSpoolTest, WhatWasSettledIsLeftOut) {
  ASSERT_TRUE(Create()->Append(*Batch(1, 6)).ok());
  EXPECT_EQ(Read(1, {1, 3, 6}), (std::vector<uint64_t>{2, 4, 5}));
  EXPECT_EQ(Read(1, {1, 2, 3, 4, 5, 6}), std::vector<uint64_t>());
}

TEST_F(MessageSpoolTest, TheAccountComesBack) {
  ASSERT_TRUE(Create()->Append(*Batch(1, 2, "second")).ok());
  EXPECT_EQ(Read(), Keys(1, 2));
  EXPECT_EQ(account_, "second");
}

TEST_F(MessageSpoolTest, ALongBatchIsKeptInPieces) {
  auto batch = Batch(1, 20'000);
  EXPECT_GT(batch->batches().size(), 1u);
  ASSERT_TRUE(Create()->Append(*batch).ok());
  EXPECT_EQ(Read(), Keys(1, 20'000));
  // And is what it was for those who send it.
  Message message;
  for (uint64_t key = 1; key <= 20'000; ++key) {
    ASSERT_TRUE(batch->Next(&message));
    ASSERT_EQ(message.key, key);
  }
  EXPECT_FALSE(batch->Next(&message));
}

TEST_F(MessageSpoolTest, AMessageBeyondAnyMeasureIsNotKept) {
  std::vector<OwnedMessage> messages(1);
  messages[0].text = std::string(kMostBatchOctets, 'x');
  EXPECT_EQ(KeptBatch::Of(*MakeBatch(std::move(messages)), ""), nullptr);
}

TEST_F(MessageSpoolTest, ARunThatKeptNoneHasNone) {
  ASSERT_TRUE(Create(2)->Append(*Batch(1, 3)).ok());
  EXPECT_EQ(Read(3), Keys(1, 3));
  EXPECT_TRUE(status_.ok()) << status_;
}

// A file that was being written when the process died: what is whole comes back, nothing else.
TEST_F(MessageSpoolTest, IsCutAtEveryOctet) {
  std::vector<size_t> ends;
  {
    const auto spool = Create();
    for (uint64_t i = 0; i < 5; ++i) {
      ASSERT_TRUE(spool->Append(*Batch(1 + 3 * i, 3)).ok());
      ends.push_back(test::ReadWhole(path()).size());
    }
  }
  const std::string whole = test::ReadWhole(path());
  for (size_t cut = 0; cut <= whole.size(); ++cut) {
    dir_.Write("messages-0001.spool", whole.substr(0, cut));
    uint64_t batches = 0;
    while (batches < ends.size() && ends[batches] <= cut) ++batches;
    EXPECT_EQ(Read(), Keys(1, 3 * batches)) << cut;
    EXPECT_TRUE(status_.ok()) << cut << ": " << status_;
  }
}

TEST_F(MessageSpoolTest, DamageOfWhatHadReachedTheDiskIsTold) {
  {
    const auto spool = Create(1, /*durable=*/true);
    for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(spool->Append(*Batch(1 + i, 1)).ok());
  }
  std::string octets = test::ReadWhole(path());
  octets[kJournalFileHeaderOctets + kBatchHeaderOctets + 3] ^= 0x10;
  dir_.Write("messages-0001.spool", octets);
  Read();
  EXPECT_TRUE(absl::IsDataLoss(status_)) << status_;
  EXPECT_THAT(std::string(status_.message()),
              HasSubstr("messages-0001.spool' are damaged at octet"));
}

TEST_F(MessageSpoolTest, AFileOfAnotherKindIsNotRead) {
  dir_.Write("messages-0001.spool", std::string(200, 'x'));
  Read();
  EXPECT_TRUE(absl::IsDataLoss(status_)) << status_;
}

// After a sync that failed the kernel takes the pages for clean: only what is written again gets to
// the disk with the next one. Who is given a message may rely on its being kept.
TEST_F(MessageSpoolTest, WhatAnEarlierRunMayNotHaveSyncedIsWrittenOnceMoreWhereItMustLast) {
  ASSERT_TRUE(Create()->Append(*Batch(1, 3)).ok());
  // A tail that was being written is nobody's.
  dir_.Write("messages-0001.spool", test::ReadWhole(path()) + "SVJB");
  const std::string before = test::ReadWhole(path());
  const std::filesystem::file_time_type long_ago{std::chrono::hours(24)};
  std::filesystem::last_write_time(path(), long_ago);
  EXPECT_EQ(Read(1, {}, /*durable=*/false), Keys(1, 3));
  EXPECT_EQ(std::filesystem::last_write_time(path()), long_ago);
  EXPECT_EQ(Read(1, {}, /*durable=*/true), Keys(1, 3));
  EXPECT_NE(std::filesystem::last_write_time(path()), long_ago);
  EXPECT_EQ(test::ReadWhole(path()), before);
}

TEST_F(MessageSpoolTest, TheFileOfAnotherRunIsRefusedByName) {
  ASSERT_TRUE(Create(2)->Append(*Batch(1, 3)).ok());
  std::filesystem::rename(path(2), path(1));
  EXPECT_EQ(Read(2), std::vector<uint64_t>());
  EXPECT_TRUE(absl::IsDataLoss(status_)) << status_;
  EXPECT_THAT(std::string(status_.message()),
              HasSubstr("messages-0001.spool' holds the messages of run 2,"));
}

TEST_F(MessageSpoolTest, WhatDoesNotFitLeavesNothingBehindAndMayFitLater) {
  const auto spool = Create();
  ASSERT_TRUE(spool->Append(*Batch(1, 3)).ok());
  const size_t before = test::ReadWhole(path()).size();
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, SIG_DFL);
  const rlimit small{before + 50, limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  auto batch = Batch(4, 10);
  const absl::Status status = spool->Append(*batch);
  setrlimit(RLIMIT_FSIZE, &limit);
  EXPECT_THAT(std::string(status.message()), HasSubstr("messages-0001.spool': File too large"));
  EXPECT_EQ(test::ReadWhole(path()).size(), before);
  EXPECT_TRUE(spool->Append(*batch).ok());
  EXPECT_EQ(Read(), Keys(1, 13));
}

}  // namespace
}  // namespace salvo::engine
