// Goal: with a journal, however many messages wait for their retry, the campaign goes on, and each
// of them is retried in its time. Method: whole campaigns in the simulated world, with room for a
// few waiting messages only.
#include <gtest/gtest.h>

#include <random>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

CampaignOptions ManyRefused(double share) {
  CampaignOptions options;
  options.journal = true;
  options.messages = 1500;
  options.shards = 1;
  options.account.window = 5;
  options.account.retry.max_waiting = 10;
  options.account.retry.schedule.delay_after_attempts = 1;
  options.smsc.errors = {{pdu::CommandStatus::ESME_RSYSERR, share}};
  return options;
}

// Runs for as long; how many waited at most.
uint64_t MostWaiting(CampaignWorld& world, Nanos time) {
  uint64_t most = 0;
  world.world().RunUntil(
      [&] {
        most = std::max(most, world.stats().retries_waiting);
        return world.AllDone();
      },
      world.world().now() + time);
  return most;
}

TEST(WaitingOnTheDisk, TheIntakeGoesOn) {
  CampaignWorld world(ManyRefused(0.9));
  world.SubmitAll();
  EXPECT_GT(MostWaiting(world, 25 * kSecond), 1200u);
  EXPECT_EQ(world.stats().messages, 1500u) << "all were begun before the first could be retried";
  ASSERT_TRUE(world.Run(48 * kHour));
  EXPECT_EQ(world.stats().retries_waiting, 0u);
  EXPECT_EQ(world.Count(Result::kAccepted) + world.Count(Result::kRejected), 1500u);
  EXPECT_GT(world.Count(Result::kAccepted), 1200u);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, NobodyIsRetriedBeforeItsTime) {
  CampaignOptions options = ManyRefused(0.5);
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(48 * kHour));
  std::map<std::string, int64_t> last;
  int64_t latest = 0;
  for (const LedgerLine& line : world.Ledger()) {
    const auto [known, is_new] = last.emplace(line.dest, line.t_ns);
    if (is_new) continue;
    EXPECT_GE(line.t_ns - known->second, 30 * kSecond) << line.dest;
    latest = std::max(latest, line.t_ns - known->second);
    known->second = line.t_ns;
  }
  EXPECT_LT(latest, 20 * 30 * kSecond + kHour / 2);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, NobodyIsRetriedBeyondItsAge) {
  CampaignOptions options = ManyRefused(1);
  options.messages = 20;
  options.account.retry.max_waiting = 2;
  options.account.retry.schedule.delay = std::chrono::seconds(20);
  options.account.retry.schedule.multiplier = 0;
  options.account.retry.schedule.max_age = std::chrono::seconds(100);
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kRejected), 20u);
  std::map<std::string, int64_t> first;
  for (const LedgerLine& line : world.Ledger()) {
    const int64_t begun = first.emplace(line.dest, line.t_ns).first->second;
    EXPECT_LE(line.t_ns - begun, 101 * kSecond) << line.dest;
  }
  EXPECT_GT(world.Ledger().size(), 60u);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, MessagesOfSeveralPartsStayInMemoryAndPauseTheIntake) {
  CampaignOptions options = ManyRefused(0.5);
  options.messages = 200;
  options.text = LongText(300);
  CampaignWorld world(options);
  world.SubmitAll();
  const uint64_t most = MostWaiting(world, 48 * kHour);
  EXPECT_GE(most, 10u);
  // What was under way when the last place was taken, what was staged behind it, and the rest of a
  // message that was begun.
  EXPECT_LE(most, 10u + 5u + 5u + 2u);
  EXPECT_EQ(world.outcomes().size(), 200u);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, AKilledSenderSendsThemAllTheSame) {
  CampaignWorld world(ManyRefused(0.7));
  world.SubmitAll();
  for (int i = 0; i < 3; ++i) {
    EXPECT_GT(MostWaiting(world, 20 * kSecond), 300u);
    world.KillSender();
    world.StartSender();
    world.SubmitAll();
  }
  ASSERT_TRUE(world.Run(48 * kHour));
  EXPECT_GT(world.Count(Result::kAccepted), 1200u);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, AStopLeavesThemToTheNextRun) {
  CampaignWorld world(ManyRefused(1));
  world.SubmitAll();
  EXPECT_GT(MostWaiting(world, 20 * kSecond), 1400u);
  world.shared().Drain();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kUnsent), 1500u);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, WhatWasUnknownIsSoAgainWhenItsNextAttemptWasRefused) {
  CampaignOptions options = ManyRefused(1);
  options.messages = 100;
  options.on_unknown = OnUnknown::kResend;
  options.account.retry.max_waiting = 1;  // so that all of them wait there
  options.smsc.delay = *sim::DelayDistribution::Parse("500ms");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(300 * io::kNanosPerMilli)) << "a window is in flight";
  world.KillSender();
  world.StartSender();
  world.SubmitAll();
  EXPECT_GT(MostWaiting(world, 20 * kSecond), 90u);
  world.shared().Drain();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kUnknown), options.account.window);
  EXPECT_EQ(world.Count(Result::kUnsent), options.messages - options.account.window);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, WhatAnEarlierRunWasRefusedWaitsThereAgain) {
  CampaignWorld world(ManyRefused(1));
  world.SubmitAll();
  EXPECT_GT(MostWaiting(world, 20 * kSecond), 1400u);
  world.KillSender();
  world.StartSender();
  world.SubmitAll();
  EXPECT_GT(MostWaiting(world, 5 * kSecond), 1400u);
  EXPECT_LT(world.stats().segments, 100u) << "it is not their time";
  ASSERT_TRUE(world.Run(100 * kHour));
  EXPECT_EQ(world.stats().retries_waiting, 0u);
  EXPECT_GT(world.Count(Result::kRejected), 1400u);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, AStopWithoutABindGivesThemUpAtOnce) {
  CampaignWorld world(ManyRefused(1));
  world.SubmitAll();
  EXPECT_GT(MostWaiting(world, 20 * kSecond), 1400u);
  world.KillSmsc();
  world.shared().Drain();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kUnsent), 1500u);
  world.CheckPromises();
}

// However many there are: the shard has other things to do, and memory is bounded.
TEST(WaitingOnTheDisk, AStopWithoutABindTellsThemAFewAtATime) {
  CampaignOptions options = ManyRefused(1);
  options.messages = 12'000;
  options.account.window = 50;
  CampaignWorld world(options);
  world.SubmitAll();
  EXPECT_GT(MostWaiting(world, 25 * kSecond), 11'000u);
  world.KillSmsc();
  world.shared().Drain();
  size_t told = 0;
  size_t most_at_once = 0;
  const auto look = [&] {
    most_at_once = std::max(most_at_once, world.outcomes().size() - told);
    told = world.outcomes().size();
    return world.AllDone();
  };
  ASSERT_TRUE(world.world().RunUntil(look, world.world().now() + kHour));
  EXPECT_EQ(world.Count(Result::kUnsent), options.messages);
  EXPECT_LE(most_at_once, 2000u);
  world.CheckPromises();
}

TEST(WaitingOnTheDisk, PromisesHoldUnderRandomFaults) {
  for (const uint64_t seed : Seeds()) {
    SCOPED_TRACE("replay with SALVO_SIM_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    CampaignOptions options = ManyRefused(0.2 + static_cast<double>(random() % 7) / 10);
    options.seed = seed;
    options.messages = 300;
    options.shards = static_cast<uint32_t>(1 + random() % 2);
    options.account.binds = static_cast<uint32_t>(1 + random() % 3);
    options.account.retry.max_waiting = static_cast<uint32_t>(1 + random() % 30);
    options.account.retry.schedule.delay = std::chrono::seconds(random() % 40);
    if (random() % 4 == 0) options.text = LongText(200 + random() % 300);
    CampaignWorld world(options);
    world.SubmitAll();
    Nanos at = world.world().now();
    for (uint64_t i = random() % 5; i > 0; --i) {
      at += static_cast<Nanos>(random() % 30) * kSecond / 4;
      if (random() % 2 == 0) {
        world.world().At(at, [&] { world.world().ResetOne(); });
      } else {
        world.world().At(at, [&] { world.KillSmsc(); });
        at += kSecond;
        world.world().At(at, [&] { world.StartSmsc(); });
      }
    }
    if (random() % 2 == 0) {
      MostWaiting(world, static_cast<Nanos>(random() % 20) * kSecond);
      world.KillSender();
      world.StartSender();
      world.SubmitAll();
    }
    // One place, eight refusals of ten and 40 seconds for each: that takes days.
    ASSERT_TRUE(world.Run(500 * kHour));
    world.CheckPromises();
    if (testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace salvo::test
