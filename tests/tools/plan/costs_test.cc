#include "tools/plan/costs.h"

#include <gtest/gtest.h>

namespace salvo::plan {
namespace {

constexpr uint64_t kMega = 1'000'000;

Demand Million() {
  Demand demand;
  demand.messages = demand.segments = kMega;
  demand.round_trip_s = 0.01;
  demand.window = 1000;
  demand.binds = 1;
  return demand;
}

Disk DiskOf(const Demand& demand) { return DiskFor(demand, Foresee(demand)); }
Memory MemoryOf(const Demand& demand) { return MemoryFor(demand, Foresee(demand)); }

TEST(Disk, AJournalTakesLittleWhereMuchLeavesTogether) {
  Demand demand = Million();
  demand.receipts = 0;
  EXPECT_GT(DiskOf(demand).journal, 17 * kMega);
  EXPECT_LT(DiskOf(demand).journal, 20 * kMega);
}

TEST(Disk, ARateThatLetsSegmentsLeaveOneByOneCostsAHeaderEach) {
  Demand demand = Million();
  demand.receipts = 0;
  demand.rate = 100;
  EXPECT_EQ(DiskOf(demand).journal, 97 * kMega);
}

TEST(Disk, ReceiptsAreJournalledAndFillTheResults) {
  Demand demand = Million();
  const Disk with = DiskOf(demand);
  demand.receipts = 0;
  const Disk without = DiskOf(demand);
  EXPECT_GT(with.journal, without.journal + 25 * kMega);
  EXPECT_GT(with.results, without.results + 30 * kMega);
  EXPECT_EQ(with.results_copy, with.results);
  EXPECT_EQ(without.results_copy, 0u);
}

TEST(Disk, EveryCharacterOfAMessageIdIsInAnswersReceiptsAndResults) {
  Demand demand = Million();
  const Disk usual = DiskOf(demand);
  demand.id_length = 36;
  EXPECT_EQ(DiskOf(demand).journal, usual.journal + 2 * 26 * kMega);
  EXPECT_EQ(DiskOf(demand).results, usual.results + 26 * kMega);
}

TEST(Disk, APayloadHasOneMessageId) {
  Demand demand = Million();
  const Disk single = DiskOf(demand);
  demand.segments = 3 * kMega;
  demand.in_one = true;
  EXPECT_EQ(DiskOf(demand).journal, single.journal);
  EXPECT_EQ(DiskOf(demand).results, single.results);
}

TEST(Disk, NothingIsWrittenWhereNothingIsKept) {
  Demand demand = Million();
  demand.journal = JournalLevel::kOff;
  demand.results = false;
  EXPECT_EQ(DiskOf(demand).most(), 0u);
}

TEST(Memory, DoesNotGrowWithTheCampaignWhereNoReceiptsAreAskedFor) {
  Demand demand = Million();
  demand.receipts = 0;
  const uint64_t before = MemoryOf(demand).most();
  demand.messages = demand.segments = 1000 * kMega;
  EXPECT_EQ(MemoryOf(demand).most(), before);
}

TEST(Memory, SegmentsWaitForTheirReceiptsAsLongAsTheseTake) {
  Demand demand = Million();
  EXPECT_EQ(MemoryOf(demand).submits_waiting, kMega);
  demand.receipt_delay_s = 5;
  demand.rate = 1000;
  EXPECT_EQ(MemoryOf(demand).submits_waiting, 5000u);
}

TEST(Memory, NoMoreWaitThanMemoryIsAllowed) {
  Demand demand = Million();
  EXPECT_FALSE(MemoryOf(demand).overflows);
  demand.messages = demand.segments = 30 * kMega;
  EXPECT_TRUE(MemoryOf(demand).overflows);
  EXPECT_EQ(MemoryOf(demand).submits_waiting, 10 * kMega);
}

TEST(Memory, GrowsWithTheWindows) {
  Demand demand = Million();
  const uint64_t before = MemoryOf(demand).sender;
  demand.window = 10'000;
  EXPECT_GT(MemoryOf(demand).sender, before + 10 * kMega);
}

}  // namespace
}  // namespace salvo::plan
