// Goal: at the level `power` no promise is broken when the machine goes down at any moment: what
// was not on the disk had not left, and was not shown. And a slow disk costs time, nothing else.
// Method: the simulated world with disks whose syncs take their time; the power fails at random
// moments, and what was not synced is lost in whole or in part.
#include <gtest/gtest.h>

#include <random>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"
#include "tests/support/rate_checker.h"

namespace salvo::test {
namespace {

CampaignOptions WithDisk(Nanos least_sync, Nanos most_sync) {
  CampaignOptions options;
  options.journal = true;
  options.sync = Sync::kPower;
  options.disk = {least_sync, most_sync};
  return options;
}

// By how much the worst interval of the SMSC's ledger exceeded the rate.
double WorstBurst(const CampaignWorld& world, double rate) {
  std::vector<int64_t> times;
  for (const LedgerLine& line : world.Ledger()) times.push_back(line.t_ns);
  std::sort(times.begin(), times.end());
  RateChecker checker(rate, times.front());
  for (const int64_t time : times) checker.Submitted(time, 1);
  return checker.worst_burst();
}

TEST(PowerCampaign, WithoutAFaultItIsACampaignLikeAnyOther) {
  CampaignOptions options = WithDisk(kMilli, 8 * kMilli);
  options.messages = 500;
  options.account.binds = 3;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 500u);
  EXPECT_GT(world.stats().journal.syncs, 4u);
  EXPECT_GE(world.stats().journal.longest_sync_us, 1000u);
  world.CheckPromises();
}

TEST(PowerCampaign, OneSyncServesAllThatCameMeanwhile) {
  CampaignOptions options = WithDisk(5 * kMilli, 5 * kMilli);
  options.messages = 2000;
  options.shards = 1;
  options.account.window = 100;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_LE(world.stats().journal.syncs, 2 * 2000 / 100 + 10u);
  world.CheckPromises();
}

TEST(PowerCampaign, ASyncThatTakesLongIsNoTimeOut) {
  CampaignOptions options = WithDisk(2000 * kMilli, 2000 * kMilli);
  options.messages = 60;
  options.shards = 1;
  options.account.window = 20;
  options.account.response_timeout = std::chrono::seconds(1);
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.stats().timeouts, 0u);
  EXPECT_EQ(world.losses(), 0u);
  EXPECT_EQ(world.Count(Result::kAccepted), 60u);
  world.CheckPromises();
}

TEST(PowerCampaign, NoSlowSyncIsFollowedByABurst) {
  for (const double rate : {5.0, 200.0, 3000.0}) {
    SCOPED_TRACE(rate);
    CampaignOptions options = WithDisk(kMilli, 120 * kMilli);
    options.messages = static_cast<uint32_t>(rate * 8);
    options.account.binds = 3;
    options.account.window = 400;
    options.account.rate = rate;
    CampaignWorld world(options);
    const Nanos began = world.world().now();
    world.SubmitAll();
    ASSERT_TRUE(world.Run(kHour));
    // The burst, and what the latency of the network bunches.
    const double most = std::max(1.0, rate * 0.01) + std::max(1.0, rate * 0.0002);
    EXPECT_LE(WorstBurst(world, rate), most + 0.01);
    const double seconds = static_cast<double>(world.world().now() - began) / io::kNanosPerSecond;
    EXPECT_LT(seconds, 8 * 1.1 + 1) << "the rate is kept up, too";
    world.CheckPromises();
  }
}

TEST(PowerCampaign, WhatIsStagedComesBackWhenTheConnectionGoes) {
  CampaignOptions options = WithDisk(200 * kMilli, 200 * kMilli);
  options.messages = 300;
  options.shards = 1;
  options.account.reconnect.initial = std::chrono::milliseconds(100);
  CampaignWorld world(options);
  world.SubmitAll();
  for (int i = 0; i < 20; ++i) {
    if (world.Run(130 * kMilli)) break;
    world.world().ResetAll();
  }
  ASSERT_TRUE(world.Run(kHour));
  world.CheckPromises();
}

TEST(PowerCampaign, ADrainLeavesNothingHalfDone) {
  CampaignOptions options = WithDisk(50 * kMilli, 300 * kMilli);
  options.messages = 300;
  options.account.binds = 3;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(700 * kMilli));
  world.shared().Drain();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.Count(Result::kAccepted), 0u);
  EXPECT_GT(world.Count(Result::kUnsent), 0u);
  EXPECT_EQ(world.Count(Result::kUnknown), 0u);
  world.CheckPromises();
}

TEST(PowerCampaign, ReceiptsAreWaitedForWhileTheDiskIsSlow) {
  CampaignOptions options = WithDisk(5 * kMilli, 90 * kMilli);
  options.messages = 400;
  options.account.binds = 3;
  options.account.window = 50;
  options.wait_receipts = kHour;
  options.smsc.receipts.delay = 300 * kMilli;
  CampaignWorld world(options);
  const Nanos began = world.world().now();
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_LT(world.world().now() - began, 60 * io::kNanosPerSecond)
      << "the wait ends with the last receipt";
  EXPECT_EQ(world.stats().receipts, 400u);
  EXPECT_EQ(world.receipts().size(), 400u);
  world.CheckPromises();
}

// A campaign of a random kind, told from the seed.
CampaignOptions RandomCampaign(uint64_t seed) {
  std::mt19937_64 random(seed * 104'729);
  const auto below = [&](uint64_t bound) { return random() % bound; };
  const Nanos slowest[] = {0, 2 * kMilli, 30 * kMilli, 400 * kMilli};
  CampaignOptions options = WithDisk(0, slowest[below(4)]);
  options.seed = seed;
  options.messages = static_cast<uint32_t>(100 + below(300));
  options.shards = static_cast<uint32_t>(1 + below(3));
  options.account.binds = static_cast<uint32_t>(1 + below(4));
  options.account.window = static_cast<uint32_t>(1 + below(30));
  options.account.response_timeout = std::chrono::seconds(2 + below(20));
  options.account.reconnect.initial = std::chrono::milliseconds(100);
  options.account.reconnect.max = std::chrono::seconds(2);
  if (below(2) == 0) options.account.rate = static_cast<double>(50 + below(1000));
  if (below(3) == 0) options.text = LongText(200 + below(900));
  if (below(3) == 0) options.smsc.errors = {{pdu::CommandStatus::ESME_RTHROTTLED, 0.1}};
  if (below(4) == 0) options.smsc.errors.push_back({pdu::CommandStatus::ESME_RINVDSTADR, 0.05});
  const char* delays[] = {"0", "5ms", "uniform:1ms,80ms", "mix:80%10ms,15%100ms,5%4s"};
  options.smsc.delay = *sim::DelayDistribution::Parse(delays[below(4)]);
  return options;
}

TEST(PowerCampaign, PromisesHoldWhereverThePowerFails) {
  uint64_t kills = 0;
  uint64_t accepted = 0;
  for (const uint64_t seed : Seeds()) {
    SCOPED_TRACE("replay with SALVO_SIM_SEED=" + std::to_string(seed));
    CampaignWorld world(RandomCampaign(seed));
    std::mt19937_64 random(seed ^ 0xBEEF);
    const uint64_t most_kills = 1 + random() % 4;
    world.SubmitAll();
    for (uint64_t i = 0; i < most_kills; ++i) {
      const auto lives = static_cast<Nanos>(random() % (900 * kMilli));
      if (world.Run(lives)) break;
      if (random() % 4 == 0) {
        world.KillSender();
      } else {
        world.LosePower();
      }
      if (random() % 3 == 0) world.KillSmsc(), world.StartSmsc();
      world.StartSender();
      world.SubmitAll();
    }
    ASSERT_TRUE(world.Run(kHour)) << "the campaign never ended";
    world.CheckPromises();
    if (HasFailure()) return;
    kills += world.kills();
    accepted += world.Count(Result::kAccepted);
  }
  EXPECT_GT(kills, 0u);
  EXPECT_GT(accepted, 100u);
}

}  // namespace
}  // namespace salvo::test
