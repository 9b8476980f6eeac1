// Goal: an SMSC that takes every bind and drops it soon, or that nobody reaches, for an hour, costs
// few attempts, none of the budget, and nothing of what comes after it. Method: an hour of virtual
// time.
#include <gtest/gtest.h>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

constexpr uint32_t kBinds = 3;
// The wait is doubled from one second to a minute, and spread by a fifth.
constexpr uint64_t kMostAttempts = kBinds * (7 + 3600 / 48);
constexpr Nanos kLongestWait = 72 * kSecond;

CampaignOptions Long() {
  CampaignOptions options;
  options.messages = 40'000;
  options.account.binds = kBinds;
  options.account.window = 20;
  options.account.rate = 10;
  options.account.reconnect.initial = std::chrono::seconds(1);
  options.account.reconnect.max = std::chrono::seconds(60);
  options.account.reconnect.bind_interval = std::chrono::milliseconds(10);
  return options;
}

// What is left is sent at the full rate, over as many connections as there are binds.
void ExpectRecovery(CampaignWorld& world) {
  ASSERT_FALSE(world.Run(kLongestWait + kSecond));
  EXPECT_EQ(world.world().ResetAll(), kBinds) << "connections that are left";
  ASSERT_FALSE(world.Run(kLongestWait));
  const size_t before = world.Ledger().size();
  ASSERT_FALSE(world.Run(100 * kSecond));
  EXPECT_GE(world.Ledger().size() - before, 990u) << "the whole rate";
  ASSERT_TRUE(world.Run(3 * kHour));
  EXPECT_EQ(world.Count(Result::kAccepted) + world.Count(Result::kUnknown), 40'000u);
  world.CheckPromises();
}

TEST(ReconnectStorm, BindsThatAreDroppedForAnHourAreTriedSeldomAndTheCampaignGoesOn) {
  CampaignWorld world(Long());
  world.SubmitAll();
  ASSERT_FALSE(world.Run(10 * kSecond));
  const uint64_t before = world.smsc().counters().connections;
  const Nanos end = world.world().now() + kHour;
  while (world.world().now() < end) {
    world.world().ResetAll();
    ASSERT_FALSE(world.Run(kSecond));
  }
  const uint64_t attempts = world.smsc().counters().connections - before;
  EXPECT_GT(attempts, kBinds * 3600 / 73u) << "and not given up";
  EXPECT_LE(attempts, kMostAttempts);
  EXPECT_GE(world.Ledger().size(), 100 + attempts / 2) << "what a bind can send while it is up";
  ExpectRecovery(world);
}

TEST(ReconnectStorm, AnSmscThatIsGoneForAnHourIsAskedSeldomAndFoundAgain) {
  CampaignWorld world(Long());
  world.SubmitAll();
  ASSERT_FALSE(world.Run(10 * kSecond));
  world.KillSmsc();
  ASSERT_FALSE(world.Run(kHour));
  const uint64_t failures = world.Count(Event::Kind::kConnectFailed);
  EXPECT_GT(failures, kBinds * 3600 / 73u) << "and not given up";
  EXPECT_LE(failures, kMostAttempts);
  world.StartSmsc();
  ExpectRecovery(world);
}

}  // namespace
}  // namespace salvo::test
