// Goal: a sender that is killed at any time, any number of times, goes on from its journal: nothing
// is lost, nothing is sent twice, and what cannot be known is said to be unknown, within bounds.
// Method: the simulated world; the sender's process dies at random moments and another begins.
#include <gtest/gtest.h>

#include <random>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

TEST(JournalledCampaign, WithoutAFaultItIsACampaignLikeAnyOther) {
  CampaignOptions options;
  options.journal = true;
  options.messages = 500;
  options.account.binds = 3;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 500u);
  world.CheckPromises();
}

TEST(JournalledCampaign, ASecondRunOfAFinishedOneSendsNothing) {
  CampaignOptions options;
  options.journal = true;
  options.messages = 300;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  world.KillSender();
  world.StartSender();
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Ledger().size(), 300u);
  EXPECT_EQ(world.Count(Result::kAccepted), 300u);
  world.CheckPromises();
}

TEST(JournalledCampaign, AMessageOfSeveralSegmentsGoesOnWithItsRest) {
  CampaignOptions options;
  options.journal = true;
  options.messages = 40;
  options.shards = 1;
  options.text = LongText(1500);  // ten segments
  options.account.window = 3;
  options.account.rate = 50;  // so that a message is seldom whole when the process dies
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(3 * io::kNanosPerSecond + 10'000'000));
  world.KillSender();
  world.StartSender();
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_LE(world.Count(Result::kUnknown), 1u);
  EXPECT_GE(world.Count(Result::kAccepted), 39u);
  world.CheckPromises();
}

TEST(JournalledCampaign, UnknownMessagesAreSentAgainWhereThatIsWanted) {
  CampaignOptions options;
  options.journal = true;
  options.on_unknown = OnUnknown::kResend;
  options.messages = 200;
  options.account.window = 20;
  options.smsc.delay = *sim::DelayDistribution::Parse("50ms");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(300 * io::kNanosPerMilli));
  world.KillSender();
  world.StartSender();
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 200u);
  EXPECT_GT(world.Ledger().size(), 200u) << "some were taken twice, as was asked for";
}

// A campaign of a random kind, told from the seed.
CampaignOptions RandomJournalled(uint64_t seed) {
  std::mt19937_64 random(seed * 7919);
  const auto below = [&](uint64_t bound) { return random() % bound; };
  CampaignOptions options;
  options.seed = seed;
  options.journal = true;
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

TEST(JournalledCampaign, PromisesHoldWhereverTheSenderIsKilled) {
  uint64_t kills = 0;
  uint64_t unknown = 0;
  uint64_t accepted = 0;
  for (const uint64_t seed : Seeds()) {
    SCOPED_TRACE("replay with SALVO_SIM_SEED=" + std::to_string(seed));
    CampaignWorld world(RandomJournalled(seed));
    std::mt19937_64 random(seed ^ 0xDEAD);
    const uint64_t most_kills = 1 + random() % 4;
    world.SubmitAll();
    for (uint64_t i = 0; i < most_kills; ++i) {
      const auto lives = static_cast<Nanos>(random() % (600 * io::kNanosPerMilli));
      if (world.Run(lives)) break;
      world.KillSender();
      if (random() % 3 == 0) world.KillSmsc(), world.StartSmsc();
      world.StartSender();
      world.SubmitAll();
    }
    ASSERT_TRUE(world.Run(kHour)) << "the campaign never ended";
    world.CheckPromises();
    if (HasFailure()) return;
    kills += world.kills();
    unknown += world.Count(Result::kUnknown);
    accepted += world.Count(Result::kAccepted);
  }
  EXPECT_GT(kills, 0u);
  EXPECT_GT(accepted, 100u);
  if (Seeds().size() > 10) {
    EXPECT_GT(unknown, 0u);
  }
}

}  // namespace
}  // namespace salvo::test
