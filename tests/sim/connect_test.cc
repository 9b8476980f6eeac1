// How an account finds its SMSC, when it gives up, and how it leaves: hosts, their addresses, the
// login, the end.
#include <gtest/gtest.h>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

constexpr const char* kNobody = "10.0.0.9";

CampaignOptions Over(std::vector<Host> hosts) {
  CampaignOptions options;
  options.messages = 20;
  options.shards = 1;
  options.account.hosts = std::move(hosts);
  return options;
}

TEST(Hosts, TheNextOneIsTakenWhereANameIsNotKnown) {
  CampaignWorld world(Over({{"nowhere.example.com", kSmscPort}, {kSmscHost, kSmscPort}}));
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 20u);
  EXPECT_EQ(world.Count(Event::Kind::kConnectFailed), 1u);
  world.CheckPromises();
}

TEST(Hosts, TheNextOneIsTakenWhereNobodyListens) {
  CampaignWorld world(Over({{kNobody, kSmscPort}, {kSmscHost, kSmscPort}}));
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 20u);
  EXPECT_EQ(world.Count(Event::Kind::kConnectFailed), 1u);
  world.CheckPromises();
}

TEST(Hosts, EachIsTriedThreeTimesBeforeTheAccountIsGivenUp) {
  CampaignWorld world(Over({{kNobody, kSmscPort}, {"nowhere.example.com", kSmscPort}}));
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kUnsent), 20u);
  EXPECT_EQ(world.Count(Event::Kind::kConnectFailed), 6u);
  EXPECT_EQ(world.Count(Event::Kind::kAccountStopped), 1u);
}

TEST(Hosts, AllAddressesOfANameAreTriedAtOnce) {
  CampaignWorld world(Over({{"smsc.example.com", kSmscPort}}));
  world.world().Name("smsc.example.com", {kNobody, kSmscHost});
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 20u);
  EXPECT_EQ(world.Count(Event::Kind::kConnectFailed), 0u);
  world.CheckPromises();
}

// A campaign of a minute that loses its only bind after 5 and after 30 seconds, where the SMSC
// refuses the login at these attempts.
CampaignOptions RefusedAt(std::vector<const char*> attempts) {
  CampaignOptions options;
  options.messages = 600;
  options.shards = 1;
  options.account.rate = 10;
  options.account.reconnect.initial = std::chrono::milliseconds(100);
  for (const char* attempt : attempts) {
    options.smsc.bind_errors.push_back(
        {pdu::CommandStatus::ESME_RINVPASWD, *sim::Portion::Parse(attempt)});
  }
  return options;
}

void RunAndLoseBindTwice(CampaignWorld& world) {
  world.SubmitAll();
  for (const Nanos at : {5 * kSecond, 30 * kSecond}) {
    world.world().At(world.world().now() + at, [&] { world.world().ResetAll(); });
  }
  ASSERT_TRUE(world.Run(kHour));
  world.CheckPromises();
}

TEST(Login, RefusalsBeforeTheBindWasUpAgainDoNotCount) {
  CampaignWorld world(RefusedAt({"@2", "@3", "@5", "@6"}));
  ASSERT_NO_FATAL_FAILURE(RunAndLoseBindTwice(world));
  EXPECT_EQ(world.Count(Event::Kind::kBound), 3u);
  EXPECT_EQ(world.Count(Event::Kind::kBindRefused), 4u);
  EXPECT_EQ(world.Count(Event::Kind::kAccountStopped), 0u);
  EXPECT_EQ(world.Count(Result::kUnsent), 0u);
}

TEST(Login, TheThirdRefusalSinceTheBindWasUpStopsTheAccount) {
  CampaignWorld world(RefusedAt({"@2", "@3", "@4"}));
  ASSERT_NO_FATAL_FAILURE(RunAndLoseBindTwice(world));
  EXPECT_EQ(world.Count(Event::Kind::kBound), 1u);
  EXPECT_EQ(world.Count(Event::Kind::kBindRefused), 3u);
  EXPECT_EQ(world.Count(Event::Kind::kAccountStopped), 1u);
  EXPECT_GT(world.Count(Result::kUnsent), 500u);
}

TEST(Login, ABindThatIsLostAtOnceIsTriedAgainWithGrowingPauses) {
  CampaignOptions options = Over({{kSmscHost, kSmscPort}});
  options.account.reconnect.initial = std::chrono::milliseconds(100);
  options.account.reconnect.max = std::chrono::seconds(30);
  options.smsc.bind_faults = {{sim::Fault::kUnbind, 1}};
  CampaignWorld world(options);
  ASSERT_FALSE(world.Run(10 * kMinute));
  EXPECT_GT(world.Count(Event::Kind::kBound), 10u);
  EXPECT_LT(world.Count(Event::Kind::kBound), 60u);
}

TEST(Disconnect, AMessageThatIsHalfSentIsNotWaitedForLongerThanADrainMayTake) {
  CampaignOptions options;
  options.messages = 5;
  options.shards = 1;
  options.text = LongText(1500);  // ten segments
  options.account.window = 3;
  options.account.response_timeout = std::chrono::hours(1);
  options.account.enquire_link = std::chrono::milliseconds(0);
  options.account.drain_timeout = std::chrono::seconds(1);
  options.smsc.delay = *sim::DelayDistribution::Parse("2h");
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().At(world.world().now() + 5 * kSecond, [&] { world.shared().Drain(); });
  // Whoever waits on finds no end, and takes a turn at every moment.
  uint64_t looks = 0;
  const auto is_over = [&] { return world.AllDone() || ++looks > 100'000; };
  ASSERT_TRUE(world.world().RunUntil(is_over, world.world().now() + kMinute));
  ASSERT_TRUE(world.AllDone());
  ASSERT_TRUE(world.Run(kMinute));
  EXPECT_EQ(world.Count(Result::kUnknown), 1u);
  EXPECT_EQ(world.Count(Result::kUnsent), 4u);
  world.CheckPromises();
}

TEST(Disconnect, APeerThatDoesNotReadKeepsNobodyFromLeaving) {
  CampaignOptions options;
  options.messages = 500;
  options.shards = 1;
  options.account.window = 500;
  options.account.response_timeout = std::chrono::hours(1);
  options.account.enquire_link = std::chrono::milliseconds(0);
  options.account.drain_timeout = std::chrono::seconds(1);
  options.network.socket_octets = 4096;
  options.smsc.faults = {{sim::Fault::kStopReading, *sim::Portion::Parse("@1")}};
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().At(world.world().now() + 5 * kSecond, [&] { world.shared().Drain(); });
  ASSERT_TRUE(world.Run(kMinute));
  EXPECT_GT(world.Count(Result::kUnknown) + world.Count(Result::kUnsent), 300u);
  world.CheckPromises();
}

}  // namespace
}  // namespace salvo::test
