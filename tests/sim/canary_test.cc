// Goal: the model sees. A bug is switched on on purpose, one for each promise, and the model must
// find it; with all of them off it finds nothing in the same campaigns.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

CampaignOptions Plain(uint64_t seed) {
  CampaignOptions options;
  options.seed = seed;
  options.journal = true;
  options.messages = 200;
  options.shards = 2;
  options.account.binds = 3;
  options.account.window = 6;
  options.account.rate = 400;
  options.account.response_timeout = std::chrono::seconds(5);
  options.smsc.delay = *sim::DelayDistribution::Parse("30ms");
  return options;
}

bool Finds(const std::vector<std::string>& findings, std::string_view promise) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const std::string& finding) { return finding.starts_with(promise); });
}

TEST(Canary, WithoutABugTheModelFindsNothing) {
  CampaignWorld world(Plain(1));
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_TRUE(world.Judge().empty());
}

TEST(Canary, ALostMessageIsSeen) {
  CampaignWorld world(Plain(1));
  world.network().Arm(Canary::kLost, 1);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 200u) << "the sender believes it";
  EXPECT_TRUE(Finds(world.Judge(), "P1"));
}

TEST(Canary, AMessageThatWasSentTwiceIsSeen) {
  CampaignWorld world(Plain(1));
  world.network().Arm(Canary::kDoubled, 1);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_TRUE(Finds(world.Judge(), "P3"));
}

TEST(Canary, AResultThatIsForgottenIsSeen) {
  CampaignWorld world(Plain(1));
  world.disk().LoseAppendsSilently();
  world.SubmitAll();
  ASSERT_FALSE(world.Run(300 * io::kNanosPerMilli));
  world.KillSender();
  ASSERT_TRUE(world.StartSender());
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  const std::vector<std::string> findings = world.Judge();
  EXPECT_TRUE(Finds(findings, "P2")) << "shown as accepted, and not known afterwards";
  EXPECT_TRUE(Finds(findings, "P3")) << "and sent again";
}

TEST(Canary, AReceiptThatIsLostIsSeen) {
  CampaignOptions options = Plain(1);
  options.smsc.receipts.delay = 100 * io::kNanosPerMilli;
  CampaignWorld world(options);
  world.network().Arm(Canary::kReceiptLost, 1);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_TRUE(Finds(world.Judge(), "P1"));
}

TEST(Canary, ARateThatIsATwentiethTooHighIsSeen) {
  CampaignOptions options = Plain(1);
  options.believed_rate = options.account.rate / 1.05;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_TRUE(Finds(world.Judge(), "P5"));
}

TEST(Canary, AWindowThatIsOneTooWideIsSeen) {
  CampaignOptions options = Plain(1);
  options.believed_window = options.account.window - 1;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_TRUE(Finds(world.Judge(), "P6"));
}

TEST(Canary, ASenderThatNeverEndsIsSeen) {
  CampaignWorld world(Plain(1));
  for (SimLoop* loop : world.shard_loops()) world.world().Stall(*loop, true);
  world.SubmitAll();
  EXPECT_TRUE(Finds(world.Judge(world.Run(kHour)), "P8"));
}

}  // namespace
}  // namespace salvo::test
