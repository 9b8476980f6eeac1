// Goal: there is no step at which a crash, a reset or a failing disk may come and break a promise.
// Method: a small campaign again and again, each time with the fault one step later, until it runs
// to its end untouched.
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

CampaignOptions Small(Sync sync = Sync::kProcess) {
  CampaignOptions options;
  options.sync = sync;
  if (sync == Sync::kPower) options.disk = {2 * io::kNanosPerMilli, 20 * io::kNanosPerMilli};
  options.journal = true;
  options.messages = 24;
  options.shards = 2;
  options.account.binds = 2;
  options.account.window = 4;
  options.account.rate = 20;  // long enough for the journal to be synced
  options.account.response_timeout = std::chrono::seconds(5);
  options.account.reconnect.initial = std::chrono::milliseconds(50);
  options.account.reconnect.max = std::chrono::seconds(1);
  options.smsc.delay = *sim::DelayDistribution::Parse("30ms");
  options.smsc.errors = {{pdu::CommandStatus::ESME_RTHROTTLED, 0.1},
                         {pdu::CommandStatus::ESME_RINVDSTADR, 0.1}};
  options.account.retry.schedule.delay = std::chrono::milliseconds(100);
  return options;
}

// Starts senders, as `salvo resume` does, until nothing is unsent.
void FinishCampaign(CampaignWorld& world) {
  for (int runs = 0; runs < 5; ++runs) {
    if (world.has_sender()) {
      ASSERT_TRUE(world.Run(kHour)) << "the campaign never ended";
      if (world.outcomes().size() == world.options().messages && world.Count(Result::kUnsent) == 0)
        break;
      if (world.has_sender()) world.EndSender();
    }
    ASSERT_TRUE(world.StartSender());
    world.SubmitAll();
  }
  EXPECT_EQ(world.Count(Result::kUnsent), 0u);
  world.CheckPromises();
}

constexpr Sync kLevels[] = {Sync::kProcess, Sync::kPower};

class CrashAtEveryStep : public ::testing::TestWithParam<Sync> {};
class PowerLossAtEveryStep : public ::testing::TestWithParam<Sync> {};
class FailingDisk : public ::testing::TestWithParam<Sync> {};
INSTANTIATE_TEST_SUITE_P(AtBothLevels, CrashAtEveryStep, ::testing::ValuesIn(kLevels));
INSTANTIATE_TEST_SUITE_P(AtBothLevels, PowerLossAtEveryStep, ::testing::ValuesIn(kLevels));
INSTANTIATE_TEST_SUITE_P(AtBothLevels, FailingDisk, ::testing::ValuesIn(kLevels));

// A crash in each file operation of such a campaign, one after the other. Returns how many there
// are.
uint64_t CrashInEachFileOperation(CampaignOptions options) {
  for (uint64_t n = 1;; ++n) {
    SCOPED_TRACE("crash in file operation " + std::to_string(n));
    options.seed = n;
    CampaignWorld world(options);
    bool died = false;
    world.CrashAtFileOperation(n, [&] { died = true; });
    world.SubmitAll();
    world.world().RunUntil([&] { return died || world.AllDone(); }, world.world().now() + kHour);
    world.disk().Heal();
    FinishCampaign(world);
    if (testing::Test::HasFailure() || !died) return n - 1;
  }
}

TEST_P(CrashAtEveryStep, OfTheFilesLosesNothing) {
  EXPECT_GT(CrashInEachFileOperation(Small(GetParam())), 20u);
}

// Here segments are staged ahead of the window; their intents come when they leave.
TEST_P(CrashAtEveryStep, OfTheFilesLosesNothingWhereThePeerIsQuick) {
  CampaignOptions options = Small(GetParam());
  options.messages = 100;
  options.shards = 1;
  options.account.binds = 1;
  options.account.rate = 0;
  options.smsc.delay = *sim::DelayDistribution::Parse("0");
  options.smsc.errors = {};
  EXPECT_GT(CrashInEachFileOperation(options), 20u);
}

TEST_P(CrashAtEveryStep, OfTheFilesAndOfTheRecoveryAfterItLosesNothing) {
  for (uint64_t n = 1; n < 40; n += 3) {
    for (uint64_t again = 1; again < 12; ++again) {
      SCOPED_TRACE("operations " + std::to_string(n) + " and " + std::to_string(again));
      CampaignOptions options = Small(GetParam());
      options.seed = n;
      CampaignWorld world(options);
      bool died = false;
      world.CrashAtFileOperation(n, [&] { died = true; });
      world.SubmitAll();
      world.world().RunUntil([&] { return died || world.AllDone(); }, world.world().now() + kHour);
      if (!died) break;
      died = false;
      world.CrashAtFileOperation(again, [&] { died = true; });
      if (world.StartSender()) {
        world.SubmitAll();
        world.world().RunUntil([&] { return died || world.AllDone(); },
                               world.world().now() + kHour);
      }
      world.disk().Heal();
      ASSERT_NO_FATAL_FAILURE(FinishCampaign(world));
      if (HasFailure()) return;
    }
  }
}

TEST_P(PowerLossAtEveryStep, LeavesAJournalThatIsReadUpToWhatWasSynced) {
  uint64_t losses = 0;
  for (uint64_t n = 1;; ++n) {
    SCOPED_TRACE("power lost after file operation " + std::to_string(n));
    CampaignOptions options = Small(GetParam());
    options.seed = n;
    CampaignWorld world(options);
    world.SubmitAll();
    const uint64_t start = world.disk().operations();
    world.world().RunUntil(
        [&] { return world.disk().operations() >= start + n || world.AllDone(); },
        world.world().now() + kHour);
    if (world.AllDone()) break;
    world.LosePower();
    ++losses;
    ASSERT_NO_FATAL_FAILURE(FinishCampaign(world));
    if (HasFailure()) return;
  }
  EXPECT_GT(losses, 20u);
}

// Of a message's parts some are accepted, others refused for now, and others not yet sent, in any
// order, when the sender is stopped again and again.
TEST(StopAtAnyMoment, KeepsCountOfTheParts) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    CampaignOptions options = Small();
    options.seed = seed;
    options.messages = 8;
    options.shards = 1;
    options.account.binds = 1;
    options.account.window = static_cast<uint32_t>(1 + seed % 4);
    options.text = LongText(500);
    options.account.drain_timeout = std::chrono::milliseconds(20);    // begun messages are given up
    options.account.retry.schedule.delay = std::chrono::seconds(10);  // by the next run
    options.smsc.delay = *sim::DelayDistribution::Parse("5ms");
    options.smsc.errors = {{pdu::CommandStatus::ESME_RMSGQFUL, 0.6}};
    options.on_unknown = seed % 2 == 0 ? OnUnknown::kResend : OnUnknown::kHold;
    CampaignWorld world(options);
    for (uint64_t stop = 1; stop <= 6; ++stop) {
      world.SubmitAll();
      const Nanos length = static_cast<Nanos>(20 + seed * stop * 37 % 900) * io::kNanosPerMilli;
      world.world().RunUntil([&] { return world.AllDone(); }, world.world().now() + length);
      world.shared().draining.store(true);
      world.shared().wake_all();
      ASSERT_TRUE(world.Run(kHour));
      world.EndSender();
      ASSERT_TRUE(world.StartSender());
    }
    world.SubmitAll();
    ASSERT_NO_FATAL_FAILURE(FinishCampaign(world));
    if (HasFailure()) return;
  }
}

TEST(ResetAtEveryStep, LosesNothing) {
  uint64_t resets = 0;
  for (uint64_t n = 1;; ++n) {
    SCOPED_TRACE("reset at PDU " + std::to_string(n));
    CampaignOptions options = Small();
    options.account.rate = 200;
    options.account.enquire_link = std::chrono::seconds(1);
    options.seed = n;
    CampaignWorld world(options);
    world.network().ResetAtPdu(n);
    world.SubmitAll();
    ASSERT_NO_FATAL_FAILURE(FinishCampaign(world));
    if (HasFailure()) return;
    if (world.network().pdus() < n) break;
    ++resets;
  }
  EXPECT_GT(resets, 50u);
}

TEST_P(FailingDisk, AtEveryAppendLosesNothing) {
  for (const uint32_t count : {1u, kForEver}) {
    for (uint64_t n = 1; n < 60; ++n) {
      SCOPED_TRACE("EIO from file operation " + std::to_string(n) + " on");
      CampaignOptions options = Small(GetParam());
      options.seed = n;
      CampaignWorld world(options);
      world.SubmitAll();
      const uint64_t start = world.disk().operations();
      world.world().RunUntil(
          [&] { return world.disk().operations() >= start + n || world.AllDone(); },
          world.world().now() + kHour);
      world.disk().FailAppends(count, EIO, FaultKind::kAppendShort);
      ASSERT_TRUE(world.Run(kHour)) << "a sender without a journal ends";
      world.disk().Heal();
      ASSERT_NO_FATAL_FAILURE(FinishCampaign(world));
      if (HasFailure()) return;
    }
  }
}

// The budget is one of both shards: the one whose journal failed keeps nothing of it.
TEST_P(FailingDisk, OfOneShardDoesNotKeepTheOtherFromItsBegunMessages) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    CampaignOptions options = Small(GetParam());
    options.seed = seed;
    options.text = std::string(1500, 'x');  // ten segments
    options.smsc.errors = {};
    CampaignWorld world(options);
    world.SubmitAll();
    ASSERT_FALSE(world.Run(3 * kSecond + static_cast<Nanos>(seed) * 10 * io::kNanosPerMilli));
    world.disk().FailAppends(1, EIO, FaultKind::kAppendShort);
    EXPECT_TRUE(world.Run(10 * kSecond)) << "well before drain_timeout";
    world.disk().Heal();
  }
}

TEST_P(FailingDisk, ASyncThatFailedOnceIsNotBelievedLater) {
  CampaignWorld world(Small(GetParam()));
  world.disk().FailSyncs(1);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Event::Kind::kJournalFailed), 1u);
  EXPECT_GT(world.Count(Result::kUnsent), 0u) << "nothing was begun any more";
  world.EndSender();
  FinishCampaign(world);
}

TEST_P(FailingDisk, WithoutRoomAndThenWithoutASyncTheSenderEnds) {
  CampaignWorld world(Small(GetParam()));
  world.SubmitAll();
  world.disk().FailReserves(2);
  world.world().RunUntil([&] { return world.Count(Event::Kind::kJournalFailed) > 0; },
                         world.world().now() + kHour);
  world.disk().FailAppends(kForEver, EIO, FaultKind::kAppendFailsForEver);
  ASSERT_TRUE(world.Run(kHour));
  world.disk().Heal();
  world.EndSender();
  FinishCampaign(world);
}

}  // namespace
}  // namespace salvo::test
