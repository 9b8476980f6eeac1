// Goal: whatever the network and the SMSC do, every message gets one true outcome.
// Method: the product's shards and the simulator's server in one thread on virtual time; faults are
// drawn from a seed, and a model checks the promises afterwards.
#include <gtest/gtest.h>

#include <set>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

TEST(SimulatedCampaign, EveryMessageIsAcceptedWhenNothingFails) {
  CampaignOptions options;
  options.messages = 1000;
  options.account.binds = 3;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 1000u);
  world.CheckPromises();
}

TEST(SimulatedCampaign, MessagesOfSeveralSegmentsNeedNoWindowOfThatSize) {
  CampaignOptions options;
  options.messages = 40;
  options.text = LongText(1500);  // ten segments
  options.account.window = 1;
  options.account.binds = 2;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 40u);
  std::map<std::string, std::set<uint64_t>> binds;
  for (const LedgerLine& line : world.Ledger()) binds[line.dest].insert(line.bind);
  for (const auto& [dest, used] : binds) EXPECT_EQ(used.size(), 1u) << "one bind a message";
  world.CheckPromises();
}

TEST(SimulatedCampaign, NeverMoreThanTheWindowIsOutstanding) {
  CampaignOptions options;
  options.messages = 500;
  options.account.window = 7;
  options.smsc.window = 7;  // throttles what is above
  options.account.retry.schedule.max_age = std::chrono::milliseconds(0);
  options.smsc.delay = *sim::DelayDistribution::Parse("uniform:1ms,50ms");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 500u);
}

TEST(SimulatedCampaign, OneWithheldAnswerCostsOneSlotOfTheWindow) {
  CampaignOptions options;
  options.messages = 2000;
  options.shards = 1;
  options.account.window = 10;
  options.account.response_timeout = std::chrono::hours(1);
  options.smsc.magic = true;
  options.smsc.delay = *sim::DelayDistribution::Parse("10ms");
  CampaignWorld world(options);
  world.SubmitAll();
  // Number 7000 is never answered; the others go on with nine slots: 900 a second.
  world.world().RunUntil([&] { return world.outcomes().size() >= 1900; },
                         world.world().now() + kHour);
  const double seconds = static_cast<double>(world.world().now()) / kSecond;
  EXPECT_LT(seconds, 1900 / 850.0 + 1);
  EXPECT_GE(world.outcomes().size(), 1900u);
}

TEST(SimulatedCampaign, AWindowThatIsNeverAnsweredEndsTheSession) {
  CampaignOptions options;
  options.messages = 5;
  options.shards = 1;
  options.account.window = 5;
  options.account.response_timeout = std::chrono::seconds(10);
  options.account.enquire_link = std::chrono::milliseconds(0);
  options.smsc.delay = *sim::DelayDistribution::Parse("2h");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kUnknown), 5u);
  EXPECT_EQ(world.stats().timeouts, 5u);
  world.CheckPromises();
}

TEST(SimulatedCampaign, ALateAnswerStillSettlesItsMessage) {
  CampaignOptions options;
  options.messages = 200;
  options.shards = 1;
  options.account.window = 10;
  options.account.response_timeout = std::chrono::seconds(1);
  options.smsc.delay = *sim::DelayDistribution::Parse("mix:90%10ms,10%1500ms");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.stats().late_answers, 0u);
  EXPECT_EQ(world.Count(Result::kAccepted) + world.Count(Result::kUnknown), 200u);
  world.CheckPromises();
}

// That the segments of a ledger came at this rate, and that no second held more. `together`: so
// many leave in one send, and the latency of the network moves all of them.
void ExpectRate(const std::vector<LedgerLine>& ledger, double rate, double together = 1) {
  std::vector<int64_t> times;
  for (const LedgerLine& line : ledger) times.push_back(line.t_ns);
  std::sort(times.begin(), times.end());
  const double seconds = static_cast<double>(times.back() - times.front()) / 1e9;
  EXPECT_GE(static_cast<double>(times.size() - 1) / seconds, rate * 0.99);
  // One second of it, the burst, and what the latency of the network bunches.
  const double most = rate + std::max(1.0, rate * 0.01) + std::max(together, rate * 0.0002);
  for (size_t i = 0, j = 0; i < times.size(); ++i) {
    while (times[i] - times[j] >= kSecond) ++j;
    ASSERT_LE(static_cast<double>(i - j + 1), most);
  }
}

TEST(SimulatedCampaign, TheRateHoldsOverShardsAndBinds) {
  for (const double rate : {7.0, 100.0, 5000.0}) {
    SCOPED_TRACE(rate);
    CampaignOptions options;
    options.messages = static_cast<uint32_t>(rate * 10);
    options.shards = 3;
    options.account.binds = 5;
    options.account.window = 50;
    options.global_rate = rate;
    CampaignWorld world(options);
    world.SubmitAll();
    ASSERT_TRUE(world.Run(kHour));
    ExpectRate(world.Ledger(), rate);
    // All but the first wait for their turn, and none much longer.
    EXPECT_GE(world.stats().lateness.count(), options.messages * 9 / 10);
    EXPECT_LE(world.stats().lateness.Quantile(0.99), io::kNanosPerMilli);
    world.CheckPromises();
  }
}

TEST(SimulatedCampaign, TokensThatComeSlowlyAreUsedAFewAtATimeAndNoneIsLost) {
  CampaignOptions options;
  options.messages = 10'000;
  options.shards = 1;
  options.account.window = 50;
  options.global_rate = 1000;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  ExpectRate(world.Ledger(), options.global_rate, 8);
  std::set<int64_t> arrivals;
  for (const LedgerLine& line : world.Ledger()) arrivals.insert(line.t_ns);
  // The network takes some groups apart, and no turn of another kind does.
  EXPECT_LE(arrivals.size(), options.messages * 17 / 100) << "eight leave together";
  // Four of the eight leave early, and the histogram's step adds a few per cent.
  EXPECT_LE(world.stats().lateness.Quantile(1), 3.3 * io::kNanosPerMilli);
  world.CheckPromises();
}

TEST(SimulatedCampaign, ARateOfWhichLittleMayBeSavedUpIsUsed) {
  for (const double burst : {1.0, 2.0, 5.0}) {
    SCOPED_TRACE(burst);
    CampaignOptions options;
    options.messages = 20'000;
    options.shards = 1;
    options.account.window = 1000;
    options.account.rate = 50'000;
    options.account.burst = burst;
    CampaignWorld world(options);
    world.SubmitAll();
    ASSERT_TRUE(world.Run(kHour));
    ExpectRate(world.Ledger(), options.account.rate);
  }
}

TEST(SimulatedCampaign, TheRateCountsEverySegmentOfALongText) {
  for (const double rate : {7.0, 100.0}) {
    SCOPED_TRACE(rate);
    CampaignOptions options;
    options.messages = static_cast<uint32_t>(rate);
    options.shards = 2;
    options.text = LongText(1500);  // ten segments
    options.account.binds = 4;
    options.account.window = 50;
    options.account.rate = rate;
    CampaignWorld world(options);
    world.SubmitAll();
    ASSERT_TRUE(world.Run(kHour));
    EXPECT_EQ(world.Ledger().size(), 10 * options.messages);
    ExpectRate(world.Ledger(), rate);
    world.CheckPromises();
  }
}

TEST(SimulatedCampaign, ABindWithNothingToSendAsksWhetherThePeerIsThere) {
  CampaignOptions options;
  options.messages = 2;
  options.shards = 1;
  options.account.enquire_link = std::chrono::seconds(2);
  options.smsc.delay = *sim::DelayDistribution::Parse("21s");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 2u);
  EXPECT_GE(world.smsc().counters().enquire_links, 9u);
}

TEST(SimulatedCampaign, AMessageThatLostItsBindHalfSentHasAnOutcomeWhenNoOtherComesUp) {
  CampaignOptions options;
  options.messages = 3;
  options.shards = 1;
  options.text = LongText(1500);
  options.account.window = 2;  // so that most of a message is still to be sent
  options.account.drain_timeout = std::chrono::seconds(2);
  options.smsc.delay = *sim::DelayDistribution::Parse("10s");
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().At(world.world().now() + 5 * kSecond, [&] { world.KillSmsc(); });
  world.world().At(world.world().now() + 6 * kSecond, [&] { world.shared().Drain(); });
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kUnknown), 1u);
  EXPECT_EQ(world.Count(Result::kUnsent), 2u);
  world.CheckPromises();
}

TEST(SimulatedCampaign, AStoppedProcessDoesNotCatchUpAboveItsBurst) {
  CampaignOptions options;
  options.messages = 3000;
  options.shards = 1;
  options.account.rate = 100;
  options.account.window = 1000;
  CampaignWorld world(options);
  world.SubmitAll();
  SimLoop& shard = *world.shard_loops()[0];
  world.world().At(world.world().now() + 5 * kSecond, [&] { world.world().Stall(shard, true); });
  world.world().At(world.world().now() + 15 * kSecond, [&] { world.world().Stall(shard, false); });
  ASSERT_TRUE(world.Run(kHour));
  std::vector<int64_t> times;
  for (const LedgerLine& line : world.Ledger()) times.push_back(line.t_ns);
  for (size_t i = 0, j = 0; i < times.size(); ++i) {
    while (times[i] - times[j] >= kSecond) ++j;
    ASSERT_LE(i - j + 1, 102u);
  }
  // What was due when it was stopped is that late.
  EXPECT_GE(world.stats().lateness.longest(), 9 * kSecond);
}

TEST(SimulatedCampaign, RefusalsForGoodAreRejectedWithTheirStatus) {
  CampaignOptions options;
  options.messages = 500;
  options.smsc.errors = {{pdu::CommandStatus::ESME_RINVSRCADR, 0.2},
                         {pdu::CommandStatus::ESME_RINVDSTADR, 0.1}};
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.Count(Result::kRejected), 50u);
  EXPECT_EQ(world.Count(Result::kAccepted) + world.Count(Result::kRejected), 500u);
  EXPECT_EQ(world.stats().retries, 0u);
  for (const auto& [key, outcome] : world.outcomes()) {
    const bool has_status = outcome.command_status == 0x0A || outcome.command_status == 0x0B;
    EXPECT_EQ(outcome.result == Result::kRejected, has_status);
    EXPECT_EQ(outcome.attempts, 1u);
  }
  world.CheckPromises();
}

TEST(SimulatedCampaign, ReceiptsAreAcknowledgedAndCounted) {
  CampaignOptions options;
  options.messages = 400;
  options.account.binds = 2;
  options.smsc.receipts.delay = 20 * io::kNanosPerMilli;
  options.smsc.delay = *sim::DelayDistribution::Parse("5ms");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.stats().receipts, 300u);
  EXPECT_EQ(world.stats().receipts, world.stats().delivered);
}

TEST(SimulatedCampaign, WrongCredentialsStopTheAccountWithoutASingleRetry) {
  CampaignOptions options;
  options.messages = 50;
  options.account.binds = 2;
  options.smsc.accounts = {{"demo", "another"}};
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kUnsent), 50u);
  EXPECT_TRUE(world.Ledger().empty());
}

TEST(SimulatedCampaign, DrainingReturnsTheRestAsUnsent) {
  CampaignOptions options;
  options.messages = 1000;
  options.account.rate = 100;
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().At(world.world().now() + 3 * kSecond, [&] { world.shared().Drain(); });
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.Count(Result::kAccepted), 200u);
  EXPECT_EQ(world.Count(Result::kAccepted) + world.Count(Result::kUnsent), 1000u);
  world.CheckPromises();
}

// Segments of each bind, by its number at the SMSC.
std::map<uint64_t, uint32_t> SegmentsByBind(const CampaignWorld& world) {
  std::map<uint64_t, uint32_t> segments;
  for (const LedgerLine& line : world.Ledger()) ++segments[line.bind];
  return segments;
}

TEST(SimulatedCampaign, ShardsThatHaveNothingElseShareABatch) {
  CampaignOptions options;
  options.messages = 200;
  options.batch = 200;
  options.shards = 4;
  options.account.binds = 4;
  options.account.window = 1;
  options.smsc.delay = *sim::DelayDistribution::Parse("500ms");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(28 * kSecond)) << "a bind alone takes 100 seconds";
  EXPECT_EQ(world.Count(Result::kAccepted), 200u);
  for (const auto& [bind, segments] : SegmentsByBind(world)) EXPECT_GT(segments, 40u) << bind;
  world.CheckPromises();
}

TEST(SimulatedCampaign, ASlowBindHoldsNoMessagesThatAQuickOneCouldSend) {
  for (const double bind_rate : {2.0, 50.0}) {
    SCOPED_TRACE(bind_rate);
    CampaignOptions options;
    options.messages = 200;
    options.batch = 200;
    options.shards = 2;
    options.account.binds = 2;
    options.account.bind_rate = bind_rate;
    CampaignWorld world(options);
    world.SubmitAll();
    const auto most = static_cast<Nanos>(200 / (2 * bind_rate) * 1.1 * kSecond) + 2 * kSecond;
    ASSERT_TRUE(world.Run(most));
    for (const auto& [bind, segments] : SegmentsByBind(world)) EXPECT_GT(segments, 80u) << bind;
    world.CheckPromises();
  }
}

TEST(SimulatedCampaign, ABindThatWaitsLongDoesNotHoldUpTheOthers) {
  CampaignOptions options;
  options.shards = 1;
  options.messages = 2000;
  options.account.binds = 2;
  options.account.rate = 1;
  options.account.reconnect.initial = std::chrono::seconds(2);
  options.account.reconnect.max = std::chrono::hours(5);
  options.smsc.max_binds.SetForAll(1);  // the other one is refused, and waits longer each time
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(700 * kSecond));
  EXPECT_GE(world.Count(Event::Kind::kBindRefused), 7u);
  ASSERT_EQ(world.Count(Event::Kind::kBound), 1u);
  world.world().ResetOne();
  ASSERT_FALSE(world.Run(5 * kSecond));
  EXPECT_EQ(world.Count(Event::Kind::kBound), 2u);
}

// A campaign of a random kind with random faults, all told from the seed.
CampaignOptions RandomSimulated(uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](uint64_t bound) { return random() % bound; };
  CampaignOptions options;
  options.seed = seed;
  options.messages = static_cast<uint32_t>(200 + below(400));
  options.shards = static_cast<uint32_t>(1 + below(3));
  options.account.binds = static_cast<uint32_t>(1 + below(5));
  options.account.window = static_cast<uint32_t>(1 + below(40));
  options.account.response_timeout = std::chrono::seconds(2 + below(20));
  options.account.enquire_link = std::chrono::seconds(1 + below(10));
  options.account.enquire_link_timeout = std::chrono::seconds(5);
  options.account.reconnect.initial = std::chrono::milliseconds(200);
  options.account.reconnect.max = std::chrono::seconds(5);
  if (below(3) == 0) options.account.rate = static_cast<double>(20 + below(2000));
  if (below(4) == 0) options.batch = options.messages;
  if (below(4) == 0) options.text = LongText(200 + below(900));
  if (below(4) == 0) options.account.long_messages = LongMessages::kSar;
  if (below(3) == 0) {
    options.account.bind_type = BindType::kTransmitterAndReceiver;
  }
  const char* delays[] = {"0", "5ms", "uniform:1ms,80ms", "mix:80%10ms,15%100ms,5%4s"};
  options.smsc.delay = *sim::DelayDistribution::Parse(delays[below(4)]);
  if (below(2) == 0) {
    options.smsc.errors = {{pdu::CommandStatus::ESME_RTHROTTLED, 0.05},
                           {pdu::CommandStatus::ESME_RSYSERR, 0.05},
                           {pdu::CommandStatus::ESME_RINVDSTADR, 0.02}};
  }
  if (below(3) == 0) options.smsc.tps = static_cast<uint32_t>(20 + below(200));
  options.account.retry.schedule.delay = std::chrono::milliseconds(below(3) * 500);
  options.account.retry.schedule.max_attempts = static_cast<uint32_t>(1 + below(6));
  if (below(4) == 0) options.account.retry.max_waiting = 3;
  if (below(3) == 0) options.smsc.receipts.delay = 30 * io::kNanosPerMilli;
  options.network.cut_chance = static_cast<double>(below(10)) / 10;
  options.network.socket_octets = below(3) == 0 ? 600 : 64 * 1024;
  return options;
}

TEST(SimulatedCampaign, PromisesHoldUnderRandomFaults) {
  uint64_t accepted = 0;
  uint64_t unknown = 0;
  uint64_t losses = 0;
  for (const uint64_t seed : Seeds()) {
    SCOPED_TRACE("replay with SALVO_SIM_SEED=" + std::to_string(seed));
    CampaignWorld world(RandomSimulated(seed));
    std::mt19937_64 random(seed ^ 0xFA17);
    Nanos at = world.world().now();
    const uint64_t faults = random() % 6;
    for (uint64_t i = 0; i < faults; ++i) {
      at += static_cast<Nanos>(random() % (500 * io::kNanosPerMilli));
      switch (random() % 4) {
        case 0:
          world.world().At(at, [&] { world.world().ResetOne(); });
          break;
        case 1:
          world.world().At(at, [&] { world.world().ResetAll(); });
          break;
        case 2:
          world.world().At(at, [&] { world.KillSmsc(); });
          at += static_cast<Nanos>(random() % (2 * kSecond));
          world.world().At(at, [&] { world.StartSmsc(); });
          break;
        case 3: {
          SimLoop& loop = *world.shard_loops()[random() % world.shard_loops().size()];
          world.world().At(at, [&] { world.world().Stall(loop, true); });
          at += static_cast<Nanos>(random() % (10 * kSecond));
          world.world().At(at, [&] { world.world().Stall(loop, false); });
          break;
        }
      }
    }
    world.SubmitAll();
    ASSERT_TRUE(world.Run(kHour)) << "the campaign never ended";
    world.CheckPromises();
    if (HasFailure()) return;
    accepted += world.Count(Result::kAccepted);
    unknown += world.Count(Result::kUnknown);
    losses += world.losses();
  }
  // A run in which nothing happened proves nothing.
  EXPECT_GT(accepted, 100u);
  if (Seeds().size() > 10) {
    EXPECT_GT(unknown, 0u);
    EXPECT_GT(losses, 0u);
  }
}

}  // namespace
}  // namespace salvo::test
