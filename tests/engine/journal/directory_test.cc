// Goal: what runs leave in a journal's directory is what the next one finds.
// Method: journals of shards written to real files, cut, damaged and read again.
#include "engine/journal/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "engine/journal/shard_journal.h"
#include "tests/support/temp_dir.h"

namespace salvo::engine {
namespace {

using ::testing::HasSubstr;

// A file that is written at once, on a disk that can be full.
class PlainFile final : public io::File {
 public:
  explicit PlainFile(const std::string& path, uint64_t room = UINT64_MAX)
      : out_(path, std::ios::binary | std::ios::app), room_(room) {}

  absl::Status Append(std::span<const uint8_t> octets) override {
    if (fail_) return absl::DataLossError("the disk is broken");
    out_.write(reinterpret_cast<const char*>(octets.data()),
               static_cast<std::streamsize>(octets.size()));
    out_.flush();
    appended_ += octets.size();
    return absl::OkStatus();
  }
  absl::Status Reserve(uint64_t octets) override {
    if (appended_ + octets <= room_) return absl::OkStatus();
    return absl::ResourceExhaustedError("no space");
  }
  void Sync(std::function<void(absl::Status)> done) override { done(absl::OkStatus()); }
  uint64_t appended() const override { return appended_; }

  void Break() { fail_ = true; }

 private:
  std::ofstream out_;
  const uint64_t room_;
  uint64_t appended_ = 0;
  bool fail_ = false;
};

std::string ContentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

constexpr int64_t kWall = 1'700'000'000'000'000'000;

JournalRecord Of(RecordKind kind, uint64_t key) {
  JournalRecord record;
  record.kind = kind;
  record.key = key;
  return record;
}

class Directory : public testing::Test {
 protected:
  std::string path() const { return dir_.Path("spring.journal"); }

  JournalOptions Options() const {
    JournalOptions options;
    options.directory = path();
    return options;
  }

  std::unique_ptr<JournalDirectory> Open(JournalOptions options = {}) {
    options.directory = path();
    auto journal = JournalDirectory::Open(options);
    EXPECT_TRUE(journal.ok()) << journal.status().message();
    return journal.ok() ? *std::move(journal) : nullptr;
  }

  // A run of one shard that was killed, unless it `ends`. Its records are so far apart.
  void Run(const std::vector<JournalRecord>& records, bool ends = false, int64_t apart_ns = 0) {
    const auto journal = Open();
    const auto paths = journal->BeginRun(1, {"default"});
    ASSERT_TRUE(paths.ok());
    last_file_ = (*paths)[0];
    auto shard =
        ShardJournal::Start(std::make_unique<PlainFile>(last_file_), {journal->run(), 0, 1});
    ASSERT_TRUE(shard.ok());
    io::Nanos now = 0;
    int64_t wall_ns = kWall;
    for (const JournalRecord& record : records) {
      (*shard)->Add(record, wall_ns);
      now += 2 * io::kNanosPerSecond;
      ASSERT_TRUE((*shard)->Commit(wall_ns, now).ok());
      wall_ns += apart_ns;
    }
    if (ends) (*shard)->End(kWall, [](const absl::Status&) {});
  }

  test::TempDir dir_;
  std::string last_file_;
};

TEST_F(Directory, ANewOneIsEmptyAndOnlyItsOwnersToRead) {
  const auto journal = Open();
  EXPECT_EQ(journal->earlier_runs(), 0u);
  EXPECT_TRUE(journal->IsOpen(1));
  const auto mode = std::filesystem::status(path()).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_all);
}

TEST_F(Directory, TheNextRunFindsWhatTheLastOneWrote) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1), Of(RecordKind::kIntent, 2)});
  const auto journal = Open();
  EXPECT_EQ(journal->earlier_runs(), 1u);
  EXPECT_FALSE(journal->ended_in_order());
  EXPECT_FALSE(journal->IsOpen(1));
  EXPECT_EQ(journal->OutcomeOf(1).result, Result::kAccepted);
  EXPECT_FALSE(journal->IsOpen(2)) << "unknown, and held";
  EXPECT_EQ(journal->OutcomeOf(2).result, Result::kUnknown);
  EXPECT_TRUE(journal->IsOpen(3));
}

TEST_F(Directory, UnknownMessagesAreOpenWhenTheyAreToBeSentAgain) {
  Run({Of(RecordKind::kIntent, 2)});
  JournalOptions options;
  options.on_unknown = OnUnknown::kResend;
  EXPECT_TRUE(Open(options)->IsOpen(2));
}

TEST_F(Directory, RunsFollowOneAnother) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kUnsent, 1)});
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)}, /*ends=*/true);
  const auto journal = Open();
  EXPECT_EQ(journal->earlier_runs(), 2u);
  EXPECT_TRUE(journal->ended_in_order());
  EXPECT_FALSE(journal->IsOpen(1));
}

// Of one to the number that all of them go to.
JournalRecord ReceiptOf(uint64_t key, std::string_view id) {
  JournalRecord receipt = Of(RecordKind::kReceipt, 0);
  receipt.message_id = id;
  receipt.state = DeliveryState::kDelivered;
  receipt.correlation.addresses = 77;
  receipt.correlation.reference = static_cast<uint16_t>(key);
  return receipt;
}

TEST_F(Directory, AReceiptIsOfAnUnknownMessageWhenItCameLaterAndIsTheOnlyOne) {
  Run({ReceiptOf(1, "A1"), Of(RecordKind::kIntent, 1), Of(RecordKind::kIntent, 2),
       ReceiptOf(2, "B2"), Of(RecordKind::kIntent, 3), ReceiptOf(3, "C3"), ReceiptOf(3, "D3")},
      /*ends=*/false, io::kNanosPerSecond);
  const auto journal = Open();
  const auto receipt_of = [&](uint64_t key) {
    return journal->ReceiptOfUnknown(0, ReceiptOf(key, "").correlation, key);
  };
  EXPECT_EQ(receipt_of(1), "") << "of another campaign's";
  EXPECT_EQ(receipt_of(2), "B2");
  EXPECT_EQ(receipt_of(3), "") << "whose that is nobody knows";
  EXPECT_EQ(receipt_of(4), "");
}

TEST_F(Directory, AReceiptIsOfNeitherOfTwoUnknownMessagesWithItsReference) {
  constexpr uint64_t kKeys[] = {5, 5 + (1 << 16)};
  Run({Of(RecordKind::kIntent, kKeys[0]), Of(RecordKind::kIntent, kKeys[1]),
       ReceiptOf(kKeys[0], "E5")});
  const auto journal = Open();
  for (const uint64_t key : kKeys) {
    EXPECT_EQ(journal->ReceiptOfUnknown(0, ReceiptOf(key, "").correlation, key), "") << key;
  }
}

TEST_F(Directory, AFileThatIsMissingIsDamage) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)});
  Run({Of(RecordKind::kIntent, 2), Of(RecordKind::kAccepted, 2)}, /*ends=*/true);
  for (const char* name : {"/run-0001-shard-00.journal", "/run-0002-shard-00.journal"}) {
    std::filesystem::rename(path() + name, path() + "/away");
    const auto journal = JournalDirectory::Open(Options());
    EXPECT_TRUE(absl::IsDataLoss(journal.status()));
    EXPECT_THAT(journal.status().message(), HasSubstr(name + 1));
    std::filesystem::rename(path() + "/away", path() + name);
  }
  EXPECT_EQ(Open()->earlier_runs(), 2u);
}

TEST_F(Directory, AListOfRunsThatIsMissingIsDamage) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)});
  std::filesystem::remove(path() + "/runs");
  const auto journal = JournalDirectory::Open(Options());
  EXPECT_TRUE(absl::IsDataLoss(journal.status()));
  EXPECT_THAT(journal.status().message(), HasSubstr("/runs' lacks run 1"));
}

TEST_F(Directory, ARunThatCouldNotQuiteBeginIsNoDamage) {
  ASSERT_TRUE(Open()->BeginRun(2, {"default"}).ok());
  std::filesystem::remove(path() + "/runs");
  EXPECT_EQ(Open()->earlier_runs(), 1u);
}

TEST_F(Directory, WhatIsCutFromARunThatHadEndedIsDamage) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)}, /*ends=*/true);
  const uint64_t size = std::filesystem::file_size(last_file_);
  ASSERT_TRUE(RunList::AddEnd(path(), 1).ok());
  EXPECT_TRUE(Open()->ended_in_order());
  std::filesystem::resize_file(last_file_, size - 10);
  EXPECT_TRUE(absl::IsDataLoss(JournalDirectory::Open(Options()).status()));
}

// Nothing that came before the end could have been on its way.
TEST_F(Directory, AChangedOctetBeforeTheEndOfARunIsDamage) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1), Of(RecordKind::kAccepted, 2)},
      /*ends=*/true);
  const uint64_t end = std::filesystem::file_size(last_file_) - kBatchHeaderOctets - 2;
  for (uint64_t at = kJournalFileHeaderOctets; at < end; ++at) {
    std::fstream file(last_file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const auto octet = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(octet ^ 4));
    file.flush();
    EXPECT_TRUE(absl::IsDataLoss(JournalDirectory::Open(Options()).status())) << at;
    file.seekp(static_cast<std::streamoff>(at));
    file.put(octet);
  }
  EXPECT_TRUE(Open()->ended_in_order());
}

TEST_F(Directory, ALineThatTheListOfRunsHasInPartSaysNothing) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)});
  std::ofstream(path() + "/runs", std::ios::app) << "run 2 shar";
  EXPECT_EQ(Open()->earlier_runs(), 1u);
  Run({Of(RecordKind::kIntent, 2), Of(RecordKind::kAccepted, 2)});
  EXPECT_EQ(Open()->earlier_runs(), 2u);
  std::filesystem::remove(last_file_);
  EXPECT_TRUE(absl::IsDataLoss(JournalDirectory::Open(Options()).status()));
}

TEST_F(Directory, KnowsWhatItHasBegunOverByTheOrderOfTheAccounts) {
  Run({Of(RecordKind::kIntent, 1)});
  const std::vector<std::string> others[] = {{}, {"other"}, {"other", "default"}};
  for (const auto& accounts : others) {
    const auto paths = Open()->BeginRun(1, accounts);
    EXPECT_TRUE(absl::IsInvalidArgument(paths.status()));
    EXPECT_THAT(paths.status().message(), HasSubstr("the accounts were default"));
  }
  EXPECT_TRUE(Open()->BeginRun(1, {"default", "line\nbreak"}).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(Open()->BeginRun(1, {"default"}).status()));
  EXPECT_TRUE(Open()->BeginRun(1, {"default", "line\nbreak", "third"}).ok());
}

TEST_F(Directory, ARunWhoseLineWasTornLeavesNoAccountsToTheNext) {
  Run({Of(RecordKind::kIntent, 1)});
  std::ofstream(path() + "/runs", std::ios::app) << "account default .\nrun 2 sha";
  Run({Of(RecordKind::kIntent, 2)});
  EXPECT_TRUE(Open()->BeginRun(1, {"default"}).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(Open()->BeginRun(1, {"other"}).status()));
}

TEST_F(Directory, WhereAllIsSettledTheAccountsMayBeOthers) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)}, /*ends=*/true);
  EXPECT_TRUE(Open()->BeginRun(1, {"other"}).ok());
}

TEST_F(Directory, DetailsAreKeptWhereTheyAreWanted) {
  JournalRecord accepted = Of(RecordKind::kAccepted, 1);
  accepted.message_id = "abc";
  Run({Of(RecordKind::kIntent, 1), accepted, Of(RecordKind::kIntent, 2),
       Of(RecordKind::kAccepted, 2)});
  JournalOptions options;
  options.wants_details = [](uint64_t key) { return key == 1; };
  const auto journal = Open(options);
  const Outcome one = journal->OutcomeOf(1);
  EXPECT_TRUE(one.earlier);
  EXPECT_EQ(one.message_ids, "abc");
  EXPECT_EQ(one.submitted_at_ns, kWall);
  EXPECT_EQ(one.answered_at_ns, kWall);
  EXPECT_EQ(one.segments, 1);
  EXPECT_EQ(journal->OutcomeOf(2).message_ids, "");
}

TEST_F(Directory, TheStatusOfWhatWasRejectedIsKnownWithoutDetails) {
  JournalRecord rejected = Of(RecordKind::kRejected, 1);
  rejected.status = 0x0B;
  Run({Of(RecordKind::kIntent, 1), rejected, Of(RecordKind::kIntent, 2),
       Of(RecordKind::kAccepted, 2)});
  const auto journal = Open();
  EXPECT_EQ(journal->OutcomeOf(1).result, Result::kRejected);
  EXPECT_EQ(journal->OutcomeOf(1).command_status, 0x0Bu);
  EXPECT_EQ(journal->OutcomeOf(2).command_status, 0u);
}

JournalRecord AcceptedWithReceipt(uint64_t key, std::string_view id) {
  JournalRecord record = Of(RecordKind::kAccepted, key);
  record.wants_receipt = true;
  record.message_id = id;
  return record;
}

JournalRecord ReceiptFor(std::string_view id, DeliveryState state) {
  JournalRecord record = Of(RecordKind::kReceipt, 0);
  record.message_id = id;
  record.state = state;
  record.error = "042";
  return record;
}

TEST_F(Directory, ReceiptsOfEarlierRunsAreToldWhateverRunAndOrderTheyCameIn) {
  Run({Of(RecordKind::kIntent, 1), AcceptedWithReceipt(1, "a"), Of(RecordKind::kIntent, 2),
       ReceiptFor("b", DeliveryState::kExpired), AcceptedWithReceipt(2, "b"),
       Of(RecordKind::kIntent, 3), AcceptedWithReceipt(3, "c")});
  Run({ReceiptFor("a", DeliveryState::kDelivered), ReceiptFor("a", DeliveryState::kDelivered)});
  std::vector<std::string> told;
  JournalOptions options;
  options.on_receipt = [&](const Receipt& receipt) {
    EXPECT_TRUE(receipt.earlier && receipt.settled);
    EXPECT_EQ(receipt.received_at_ns, kWall);
    told.push_back(std::to_string(receipt.key) + " " + std::string(NameOf(receipt.state)) + " " +
                   std::string(receipt.message_id) + " " + std::string(receipt.error));
  };
  const auto journal = Open(options);
  EXPECT_EQ(told, (std::vector<std::string>{"2 EXPIRED b 042", "1 DELIVERED a 042"}));
  EXPECT_EQ(journal->receipt_counts().waiting, 1u);
  EXPECT_EQ(journal->receipt_counts().delivered, 1u);
  EXPECT_EQ(journal->receipt_counts().repeated, 1u);
  EXPECT_NE(journal->TakeMatcher(), nullptr);
}

TEST_F(Directory, ReceiptsOfMoreSegmentsThanMemoryHasRoomForAreFoundInPasses) {
  std::vector<JournalRecord> records;
  std::vector<std::string> ids;
  for (uint64_t key = 1; key <= 40; ++key) ids.push_back("id" + std::to_string(key));
  for (uint64_t key = 1; key <= 40; ++key) {
    records.push_back(Of(RecordKind::kIntent, key));
    records.push_back(AcceptedWithReceipt(key, ids[key - 1]));
    const auto state = key % 4 == 1 ? DeliveryState::kExpired : DeliveryState::kDelivered;
    if (key % 4 != 0) records.push_back(ReceiptFor(ids[key - 1], state));
  }
  Run(records);
  std::multiset<uint64_t> told;
  JournalOptions options;
  options.max_waiting_receipts = 7;
  options.on_receipt = [&](const Receipt& receipt) { told.insert(receipt.key); };
  const auto journal = Open(options);
  for (uint64_t key = 1; key <= 40; ++key) EXPECT_EQ(told.count(key), key % 4 != 0 ? 1u : 0u);
  EXPECT_EQ(journal->receipt_counts().delivered, 20u);
  EXPECT_EQ(journal->receipt_counts().undelivered, 10u);
  EXPECT_EQ(journal->receipt_counts().waiting, 10u);
  const auto matcher = journal->TakeMatcher();
  EXPECT_TRUE(matcher->IsWaiting());
  EXPECT_EQ(matcher->counts().parked, 0u) << "receipts of another pass";
}

TEST_F(Directory, WithoutReceiptsNobodyWaitsForAny) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)});
  EXPECT_EQ(Open()->TakeMatcher(), nullptr);
}

// After a sync that failed the kernel takes the pages for clean: only what is written again gets to
// the disk with the next one.
TEST_F(Directory, AtLevelPowerWhatAnEarlierRunMayNotHaveSyncedIsWrittenOnceMore) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)});
  const std::filesystem::file_time_type long_ago{std::chrono::hours(24)};
  std::filesystem::last_write_time(last_file_, long_ago);
  Open();
  EXPECT_EQ(std::filesystem::last_write_time(last_file_), long_ago) << "at level process";
  const std::string before = ContentsOf(last_file_);
  JournalOptions options;
  options.sync = Sync::kPower;
  EXPECT_FALSE(Open(options)->IsOpen(1));
  EXPECT_NE(std::filesystem::last_write_time(last_file_), long_ago);
  EXPECT_EQ(ContentsOf(last_file_), before);
}

TEST_F(Directory, TwoOwnersAreOneTooMany) {
  const auto journal = Open();
  const auto second = JournalDirectory::Open(Options());
  EXPECT_TRUE(absl::IsAlreadyExists(second.status()));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("in use by another process"));
}

TEST_F(Directory, WhoLooksIsToldOfTheOwnerAndInNobodysWay) {
  Run({Of(RecordKind::kIntent, 1)});
  JournalOptions looks;
  looks.read_only = true;
  {
    const auto owner = Open();
    EXPECT_TRUE(Open(looks)->in_use());
  }
  std::atomic<bool> done = false;
  std::thread looker([&, options = looks]() mutable {
    options.directory = path();
    while (!done) EXPECT_TRUE(JournalDirectory::Open(options).ok());
  });
  for (int i = 0; i < 200; ++i) {
    const auto owner = JournalDirectory::Open(Options());
    EXPECT_TRUE(owner.ok()) << owner.status();
  }
  done = true;
  looker.join();
  EXPECT_FALSE(Open(looks)->in_use());
}

TEST_F(Directory, WhoLooksTellsWhatIsUnderWayFromWhatIsUnknown) {
  Run({Of(RecordKind::kIntent, 1)});
  JournalOptions looks;
  looks.read_only = true;
  const auto owner = Open();
  const auto before = Open(looks);
  EXPECT_TRUE(before->in_use());
  EXPECT_EQ(before->rows().StateOf(1), RowState::kUnknown);
  const auto paths = owner->BeginRun(1, {"default"});
  ASSERT_TRUE(paths.ok());
  auto shard = ShardJournal::Start(std::make_unique<PlainFile>((*paths)[0]), {owner->run(), 0, 1});
  ASSERT_TRUE(shard.ok());
  (*shard)->Add(Of(RecordKind::kIntent, 2), kWall);
  ASSERT_TRUE((*shard)->Commit(kWall, 0).ok());
  const auto meanwhile = Open(looks);
  EXPECT_TRUE(meanwhile->in_use());
  EXPECT_EQ(meanwhile->rows().StateOf(1), RowState::kUnknown);
  EXPECT_EQ(meanwhile->rows().StateOf(2), RowState::kUnderWay);
  EXPECT_EQ(meanwhile->rows().Count().under_way, 1u);
  EXPECT_THAT(meanwhile->rows().Unknown(), ::testing::ElementsAre(1u));
  EXPECT_TRUE(absl::IsAlreadyExists(JournalDirectory::Open(Options()).status()));
}

TEST_F(Directory, WhatAKilledOwnerLeftIsUnknown) {
  Run({Of(RecordKind::kIntent, 1)});
  JournalOptions looks;
  looks.read_only = true;
  EXPECT_EQ(Open(looks)->rows().StateOf(1), RowState::kUnknown);
}

TEST_F(Directory, ATornTailIsCut) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1), Of(RecordKind::kIntent, 2)});
  std::filesystem::resize_file(last_file_, std::filesystem::file_size(last_file_) - 1);
  const auto journal = Open();
  EXPECT_FALSE(journal->IsOpen(1));
  EXPECT_TRUE(journal->IsOpen(2));
}

TEST_F(Directory, DamageIsRefusedByName) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1), Of(RecordKind::kIntent, 2),
       Of(RecordKind::kAccepted, 2)});
  std::fstream file(last_file_, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(kJournalFileHeaderOctets + kBatchHeaderOctets);
  file.put('\x55');
  file.close();
  const auto journal = JournalDirectory::Open(Options());
  EXPECT_TRUE(absl::IsDataLoss(journal.status()));
  EXPECT_THAT(std::string(journal.status().message()), HasSubstr(last_file_));
}

TEST_F(Directory, AFileUnderTheNameOfAnotherIsRefused) {
  Run({Of(RecordKind::kIntent, 1), Of(RecordKind::kAccepted, 1)});
  for (const char* const name : {"/run-0001-shard-01.journal", "/run-0002-shard-00.journal"}) {
    std::filesystem::copy_file(last_file_, path() + name);
    const auto journal = JournalDirectory::Open(Options());
    EXPECT_TRUE(absl::IsDataLoss(journal.status())) << journal.status();
    EXPECT_THAT(std::string(journal.status().message()),
                HasSubstr(std::string(name) + "' is the file of run 1 and shard 0 "));
    std::filesystem::remove(path() + name);
  }
}

TEST_F(Directory, FilesOfOthersAreLeftAlone) {
  Run({Of(RecordKind::kIntent, 1)});
  std::ofstream(path() + "/notes.txt") << "run-0009-shard-00.journal";
  EXPECT_EQ(Open()->earlier_runs(), 1u);
}

TEST_F(Directory, ADiskWithoutRoomIsNamedBeforeAnythingIsSent) {
  const auto journal = Open();
  const auto paths = journal->BeginRun(1, {"default"});
  ASSERT_TRUE(paths.ok());
  const auto shard =
      ShardJournal::Start(std::make_unique<PlainFile>((*paths)[0], 1000), {1, 0, 1 << 20});
  EXPECT_TRUE(absl::IsResourceExhausted(shard.status()));
}

TEST_F(Directory, RoomIsKeptForTheResultsOfWhatIsUnderWay) {
  const auto journal = Open();
  const auto paths = journal->BeginRun(1, {"default"});
  ASSERT_TRUE(paths.ok());
  auto shard = ShardJournal::Start(std::make_unique<PlainFile>((*paths)[0], 10'000), {1, 0, 1000});
  ASSERT_TRUE(shard.ok());
  uint64_t key = 0;
  while ((*shard)->has_room()) {
    (*shard)->Add(Of(RecordKind::kIntent, ++key), kWall);
    ASSERT_TRUE((*shard)->Commit(kWall, 0).ok());
  }
  EXPECT_LE((*shard)->counts().octets, 9100u) << "a batch less than the reserve at most";
  EXPECT_TRUE((*shard)->status().ok());
}

TEST_F(Directory, AnErrorIsFinal) {
  const auto journal = Open();
  const auto paths = journal->BeginRun(1, {"default"});
  ASSERT_TRUE(paths.ok());
  auto file = std::make_unique<PlainFile>((*paths)[0]);
  PlainFile& disk = *file;
  auto shard = ShardJournal::Start(std::move(file), {1, 0, 1});
  ASSERT_TRUE(shard.ok());
  disk.Break();
  (*shard)->Add(Of(RecordKind::kIntent, 1), kWall);
  EXPECT_FALSE((*shard)->Commit(kWall, 0).ok());
  EXPECT_FALSE((*shard)->Commit(kWall, 0).ok());
  EXPECT_FALSE((*shard)->status().ok());
}

}  // namespace
}  // namespace salvo::engine
