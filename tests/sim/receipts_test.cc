// Goal: every receipt finds its message, whenever and wherever it comes, over kills of the sender,
// too; and is told once.
// Method: the simulated world; the SMSC sends receipts in every way of the field.
#include <gtest/gtest.h>

#include <random>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

constexpr Nanos kHour = 3600 * io::kNanosPerSecond;
constexpr Nanos kMinute = 60 * io::kNanosPerSecond;

CampaignOptions WithReceipts() {
  CampaignOptions options;
  options.messages = 400;
  options.account.binds = 3;
  options.shards = 2;
  options.wait_receipts = 10 * kMinute;
  options.smsc.receipts.delay = 500 * io::kNanosPerMilli;
  options.smsc.receipt_mix = {{pdu::MessageState::kUndeliverable, 0.2}};
  return options;
}

// That every message accepted has its final state, told once.
void ExpectAllTold(const CampaignWorld& world, uint32_t segments = 1) {
  for (const auto& [key, outcome] : world.outcomes()) {
    if (outcome.result != Result::kAccepted) continue;
    const auto told = world.receipts().find(key);
    ASSERT_NE(told, world.receipts().end()) << key;
    EXPECT_EQ(told->second.finals, segments) << key;
    EXPECT_TRUE(told->second.settled) << key;
  }
  EXPECT_EQ(world.stats().receipts_waiting, 0u);
  EXPECT_EQ(world.stats().receipts_unmatched, 0u);
}

TEST(Receipts, AreWaitedForAndMatched) {
  CampaignWorld world(WithReceipts());
  world.SubmitAll();
  ASSERT_TRUE(world.Run(5 * kMinute)) << "the wait ends with the last receipt";
  ExpectAllTold(world);
  EXPECT_EQ(world.stats().receipts, 400u);
  EXPECT_GT(world.stats().delivered, 250u);
  EXPECT_LT(world.stats().delivered, 390u);
  world.CheckPromises();
}

TEST(Receipts, AreNotWaitedForLongerThanWasAsked) {
  CampaignOptions options = WithReceipts();
  options.smsc.receipts.delay = kHour;
  options.wait_receipts = kMinute;
  CampaignWorld world(options);
  world.SubmitAll();
  const Nanos before = world.world().now();
  ASSERT_TRUE(world.Run(10 * kMinute));
  EXPECT_GE(world.world().now() - before, kMinute);
  EXPECT_LE(world.world().now() - before, kMinute + 20 * io::kNanosPerSecond);
  EXPECT_EQ(world.stats().receipts_waiting, 400u);
}

TEST(Receipts, AreNotWaitedForWhenTheyWereNotAskedFor) {
  CampaignOptions options = WithReceipts();
  options.account.registered_delivery = 0;
  CampaignWorld world(options);
  world.SubmitAll();
  const Nanos before = world.world().now();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_LT(world.world().now() - before, kMinute);
  EXPECT_EQ(world.stats().receipts_waiting, 0u);
}

TEST(Receipts, DrainEndsTheWait) {
  CampaignOptions options = WithReceipts();
  options.smsc.receipts.delay = kHour;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(kMinute));
  world.shared().Drain();
  ASSERT_TRUE(world.Run(20 * io::kNanosPerSecond));
}

TEST(Receipts, OfAllKindsMeetTheirMessages) {
  for (const uint64_t seed : Seeds()) {
    SCOPED_TRACE("replay with SALVO_SIM_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed * 104'729);
    const auto below = [&](uint64_t bound) { return random() % bound; };
    CampaignOptions options = WithReceipts();
    options.seed = seed;
    options.account.binds = static_cast<uint32_t>(1 + below(4));
    options.shards = static_cast<uint32_t>(1 + below(3));
    options.account.registered_delivery = 1;
    sim::ReceiptOptions& receipts = options.smsc.receipts;
    receipts.delay = static_cast<Nanos>(below(3) * 300 * io::kNanosPerMilli);
    receipts.early = static_cast<double>(below(3)) * 0.2;
    receipts.twice = static_cast<double>(below(3)) * 0.1;
    receipts.intermediate = static_cast<double>(below(3)) * 0.1;
    receipts.bind = static_cast<sim::ReceiptBind>(below(3));
    receipts.style = static_cast<sim::ReceiptStyle>(below(8));
    options.account.receipts.unmarked = true;
    const bool is_long = below(4) == 0;
    if (is_long) options.text = LongText(400);
    if (below(2) == 0) {
      options.smsc.id_format = sim::IdFormat::kHex;
      receipts.id = sim::ReceiptId::kDecimal;
    } else if (below(2) == 0) {
      receipts.id = sim::ReceiptId::kHex;
    } else {
      receipts.id = below(2) == 0 ? sim::ReceiptId::kPadded : sim::ReceiptId::kStripped;
    }
    const char* delays[] = {"0", "5ms", "uniform:1ms,80ms"};
    options.smsc.delay = *sim::DelayDistribution::Parse(delays[below(3)]);
    CampaignWorld world(options);
    world.SubmitAll();
    ASSERT_TRUE(world.Run(kHour)) << "the campaign never ended";
    const uint32_t segments = is_long ? world.outcomes().begin()->second.segments : 1;
    ExpectAllTold(world, segments);
    world.CheckPromises();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace salvo::test
