// Syncs of a shard's journal at both levels, on a file whose syncs end when the test says so.
#include "engine/journal/shard_journal.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace salvo::engine {
namespace {

constexpr int64_t kWall = 1'700'000'000'000'000'000;
constexpr io::Nanos kSecond = io::kNanosPerSecond;
constexpr uint64_t kReserve = 1000;

class HeldFile final : public io::File {
 public:
  absl::Status Append(std::span<const uint8_t> octets) override {
    appended_ += octets.size();
    return absl::OkStatus();
  }
  absl::Status Reserve(uint64_t octets) override {
    if (octets > most_reserved) return absl::ResourceExhaustedError("no room");
    reserved.push_back(octets);
    return absl::OkStatus();
  }
  void Sync(std::function<void(absl::Status)> done) override { syncs.push_back(std::move(done)); }
  void ExpectSyncs() override { expects_syncs = true; }
  uint64_t appended() const override { return appended_; }

  std::vector<std::function<void(absl::Status)>> syncs;  // under way
  std::vector<uint64_t> reserved;                        // ahead of what was appended then
  uint64_t most_reserved = UINT64_MAX;
  bool expects_syncs = false;

 private:
  uint64_t appended_ = 0;
};

class ManualClock final : public io::Clock {
 public:
  io::Nanos Monotonic() override { return now; }
  io::Nanos Wall() override { return kWall; }
  io::Nanos now = 100 * kSecond;
};

class ShardJournalTest : public testing::Test {
 protected:
  void Start(Sync sync) {
    auto file = std::make_unique<HeldFile>();
    file_ = file.get();
    auto journal = ShardJournal::Start(std::move(file), {1, 0, kReserve, sync, &clock_});
    ASSERT_TRUE(journal.ok());
    journal_ = *std::move(journal);
  }
  void Add(uint64_t key) {
    JournalRecord record;
    record.kind = RecordKind::kIntent;
    record.key = key;
    journal_->Add(record, kWall);
  }
  bool Commit() { return journal_->Commit(kWall, clock_.now).ok(); }
  void EndSync(const absl::Status& status = absl::OkStatus()) {
    for (const auto& done : std::exchange(file_->syncs, {})) done(status);
  }

  ManualClock clock_;
  HeldFile* file_ = nullptr;
  std::unique_ptr<ShardJournal> journal_;
};

TEST_F(ShardJournalTest, ReservesWhatItNeedsAtFirstAndThenMoreAtATimeIfItCan) {
  Start(Sync::kProcess);
  EXPECT_EQ(file_->reserved, std::vector<uint64_t>{kReserve});
  Add(1);
  ASSERT_TRUE(Commit());
  ASSERT_EQ(file_->reserved.size(), 2u);
  EXPECT_GT(file_->reserved.back(), kReserve);
  file_->most_reserved = kReserve;
  while (file_->reserved.size() == 2) {
    Add(2);
    ASSERT_TRUE(Commit());
  }
  EXPECT_EQ(file_->reserved.back(), kReserve);
  file_->most_reserved = 0;
  Add(3);
  ASSERT_TRUE(Commit());
  EXPECT_FALSE(journal_->has_room());
}

TEST_F(ShardJournalTest, TheFileIsToldToExpectSyncsAtPowerAlone) {
  Start(Sync::kProcess);
  EXPECT_FALSE(file_->expects_syncs);
  Start(Sync::kPower);
  EXPECT_TRUE(file_->expects_syncs);
}

TEST_F(ShardJournalTest, AtProcessNothingWaitsAndTheDiskFollowsOnceASecond) {
  Start(Sync::kProcess);
  Add(1);
  ASSERT_TRUE(Commit());
  EXPECT_EQ(journal_->covering_sync(), 0u);
  ASSERT_EQ(file_->syncs.size(), 1u);
  EndSync();
  Add(2);
  ASSERT_TRUE(Commit());
  EXPECT_TRUE(file_->syncs.empty());
  clock_.now += kSecond;
  ASSERT_TRUE(Commit());
  EXPECT_EQ(file_->syncs.size(), 1u);
}

TEST_F(ShardJournalTest, AtPowerEachSyncCoversWhatCameDuringTheOneBefore) {
  Start(Sync::kPower);
  Add(1);
  ASSERT_TRUE(Commit());
  EXPECT_EQ(journal_->covering_sync(), 1u);
  for (uint64_t key = 2; key < 50; ++key) {
    Add(key);
    ASSERT_TRUE(Commit());
    EXPECT_EQ(journal_->covering_sync(), 2u) << "the sync under way began before";
  }
  EXPECT_EQ(file_->syncs.size(), 1u) << "one at a time";
  EndSync();
  EXPECT_EQ(journal_->synced(), 1u);
  ASSERT_TRUE(Commit());
  EXPECT_EQ(file_->syncs.size(), 1u) << "and the next one follows without a record";
  EXPECT_EQ(journal_->covering_sync(), 2u);
  EndSync();
  EXPECT_EQ(journal_->synced(), 2u);
  ASSERT_TRUE(Commit());
  EXPECT_TRUE(file_->syncs.empty()) << "there is nothing left to sync";
}

TEST_F(ShardJournalTest, AtPowerWhatIsNotWrittenYetCountsWithASyncThatIsStillToBegin) {
  Start(Sync::kPower);
  Add(1);
  ASSERT_TRUE(Commit());
  Add(2);
  EXPECT_EQ(journal_->covering_sync(), 2u) << "the sync under way knows nothing of it";
  EndSync();
  ASSERT_TRUE(Commit());
  EXPECT_EQ(journal_->covering_sync(), 2u);
}

TEST_F(ShardJournalTest, TheHeaderIsSyncedBeforeThereIsARecord) {
  Start(Sync::kPower);
  ASSERT_TRUE(Commit());
  EXPECT_EQ(file_->syncs.size(), 1u);
}

TEST_F(ShardJournalTest, AFailedSyncIsFinal) {
  Start(Sync::kPower);
  Add(1);
  ASSERT_TRUE(Commit());
  EndSync(absl::DataLossError("cannot sync"));
  EXPECT_FALSE(journal_->status().ok());
  EXPECT_EQ(journal_->synced(), 0u);
  Add(2);
  EXPECT_FALSE(Commit());
  EXPECT_TRUE(file_->syncs.empty());
}

TEST_F(ShardJournalTest, CountsSyncsAndHowLongTheyTake) {
  Start(Sync::kPower);
  Add(1);
  ASSERT_TRUE(Commit());
  clock_.now += 9'000'000;
  EndSync();
  EXPECT_EQ(journal_->sync_time(), 9'000'000) << "slower is believed at once";
  Add(2);
  ASSERT_TRUE(Commit());
  clock_.now += 1'000'000;
  EndSync();
  EXPECT_EQ(journal_->sync_time(), 8'000'000) << "faster by and by";
  const ShardJournal::Counts counts = journal_->counts();
  EXPECT_EQ(counts.batches, 2u);
  EXPECT_EQ(counts.syncs, 2u);
  EXPECT_EQ(counts.sync_time, 10'000'000);
  EXPECT_EQ(counts.longest_sync, 9'000'000);
  EXPECT_EQ(counts.octets, file_->appended());
}

}  // namespace
}  // namespace salvo::engine
