// Goal: what is refused for now is sent again in its time, what is refused for good is not, and the
// account goes as fast as the SMSC lets it.
// Method: whole campaigns in the simulated world, as in campaign_test.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A destination whose last digits ask the simulator for a status ends in 9 and that status.
constexpr uint64_t kMagicSystemError = 9008;

// Every segment of a message is refused with that share until it is taken.
CampaignOptions Refusing(pdu::CommandStatus status, double share) {
  CampaignOptions options;
  options.messages = 400;
  options.account.binds = 3;
  options.smsc.errors = {{status, share}};
  return options;
}

TEST(Retries, WhatIsRefusedForNowIsAcceptedInTheEnd) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 0.3);
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(24 * kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 400u);
  uint64_t retried = 0;
  for (const auto& [key, outcome] : world.outcomes()) retried += outcome.attempts - 1;
  EXPECT_GT(retried, 100u);
  EXPECT_EQ(world.stats().retries, retried);
  EXPECT_EQ(world.stats().retries_waiting, 0u);
  world.CheckPromises();
}

// The times of the submissions to one destination, from the first.
std::vector<double> SecondsOf(const CampaignWorld& world, const std::string& dest) {
  std::vector<double> times;
  int64_t first = 0;
  for (const LedgerLine& line : world.Ledger()) {
    if (line.dest != dest) continue;
    if (first == 0) first = line.t_ns;
    times.push_back(static_cast<double>(line.t_ns - first) / 1e9);
  }
  return times;
}

TEST(Retries, FollowTheScheduleAndEndWithTheLastAttempt) {
  CampaignOptions options;
  options.messages = kMagicSystemError + 1;
  options.smsc.magic = true;
  options.account.window = 100;
  options.account.response_timeout = hours(10);  // some magic numbers are never answered
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().RunUntil([&] { return world.outcomes().contains(kMagicSystemError); },
                         world.world().now() + 24 * kHour);
  const Outcome& outcome = world.outcomes().at(kMagicSystemError);
  EXPECT_EQ(outcome.result, Result::kRejected);
  EXPECT_EQ(outcome.command_status, 0x08u);
  EXPECT_EQ(outcome.attempts, 20u);
  const std::vector<double> at = SecondsOf(world, "490000009008");
  ASSERT_EQ(at.size(), 20u);
  EXPECT_LT(at[1], 1) << "a first retry at once";
  for (size_t n = 2; n < 20; ++n) {
    EXPECT_NEAR(at[n] - at[n - 1], 30.0 * static_cast<double>(n - 1), 0.1) << "after error " << n;
  }
}

TEST(Retries, AWaitingOneCostsNoSlotOfTheWindow) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 0.5);
  options.account.window = 1;
  options.account.binds = 1;
  options.shards = 1;
  options.account.retry.schedule.delay_after_attempts = 1;
  CampaignWorld world(options);
  world.SubmitAll();
  // Half of them wait, and all have been begun long before the first may be sent again.
  world.world().RunUntil([&] { return world.stats().messages == 400; },
                         world.world().now() + 29 * kSecond);
  EXPECT_EQ(world.stats().messages, 400u);
  EXPECT_GT(world.stats().retries_waiting, 100u);
  ASSERT_TRUE(world.Run(24 * kHour));
  EXPECT_EQ(world.Count(Result::kAccepted) + world.Count(Result::kRejected), 400u);
  world.CheckPromises();
}

TEST(Retries, TooManyThatWaitPauseTheIntake) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 0.5);
  options.account.window = 5;
  options.account.binds = 1;
  options.shards = 1;
  options.account.retry.max_waiting = 10;
  options.account.retry.schedule.delay_after_attempts = 1;
  CampaignWorld world(options);
  world.SubmitAll();
  uint64_t most = 0;
  world.world().RunUntil(
      [&] {
        most = std::max(most, world.stats().retries_waiting);
        return world.AllDone();
      },
      world.world().now() + 24 * kHour);
  EXPECT_GE(most, 10u);
  EXPECT_LE(most, 10u + 2 * 5u) << "what was in flight or staged by then is refused, too";
  EXPECT_EQ(world.outcomes().size(), 400u);
  world.CheckPromises();
}

TEST(Retries, OnlyTheRefusedPartIsSentAgainWithItsReferenceAndSplit) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 0.2);
  options.messages = 100;
  for (int i = 0; options.text.size() < 700; ++i) options.text += std::to_string(i) + " ";
  options.text.resize(700);  // five parts
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(24 * kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 100u);
  EXPECT_GT(world.stats().retries, 50u);
  std::map<std::string, std::set<std::string>> segments;
  for (const LedgerLine& line : world.Ledger()) segments[line.dest].insert(line.message_hex);
  for (const auto& [dest, of_message] : segments) {
    EXPECT_EQ(of_message.size(), 5u) << "every retry is what was sent before, octet by octet";
  }
  for (const auto& [key, outcome] : world.outcomes()) {
    EXPECT_EQ(std::count(outcome.message_ids.begin(), outcome.message_ids.end(), ' '), 4);
  }
  world.CheckPromises();
}

TEST(Retries, AFinalRefusalEndsTheWaitOfTheOtherParts) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 0.4);
  options.smsc.errors.push_back({pdu::CommandStatus::ESME_RINVDSTADR, 0.2});
  options.text.assign(700, 'x').append("end");
  options.account.retry.schedule.delay = hours(1);
  options.account.retry.schedule.delay_after_attempts = 1;
  options.account.retry.schedule.max_attempts = 2;
  CampaignWorld world(options);
  world.SubmitAll();
  // Shorter than the wait for a retry.
  world.world().RunUntil([] { return false; }, world.world().now() + kHour / 2);
  EXPECT_GT(world.Count(Result::kRejected), 100u);
  for (const LedgerLine& line : world.Ledger()) {
    const uint64_t key = std::stoull(line.dest) - kFirstNumber;
    EXPECT_TRUE(line.status != 0x0B || world.outcomes().contains(key)) << key;
  }
}

TEST(Retries, OfTwoFinalRefusalsOfAMessageTheFirstIsTold) {
  CampaignOptions options;
  options.messages = 1;
  options.shards = 1;
  options.text = std::string(200, 'x');  // two parts
  options.smsc.errors = {{pdu::CommandStatus::ESME_RINVDSTADR, *sim::Portion::Parse("@1")},
                         {pdu::CommandStatus::ESME_RINVSRCADR, *sim::Portion::Parse("@2")}};
  options.smsc.delay = *sim::DelayDistribution::Parse("50ms");
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  ASSERT_EQ(world.Ledger().size(), 2u);
  const Outcome& outcome = world.outcomes().begin()->second;
  EXPECT_EQ(outcome.result, Result::kRejected);
  EXPECT_EQ(outcome.command_status, 0x0Bu);
  world.CheckPromises();
}

TEST(Retries, GoOverAnotherBindWhenTheirsIsLost) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 0.3);
  options.shards = 1;
  options.account.reconnect.initial = hours(5);
  options.account.reconnect.max = hours(5);
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().At(world.world().now() + 20 * kSecond, [&] { world.world().ResetOne(); });
  ASSERT_TRUE(world.Run(4 * kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 400u);
  world.CheckPromises();
}

// The shortest time between two submissions of one segment.
double LeastSecondsBetween(const CampaignWorld& world) {
  std::map<std::string, int64_t> last;
  int64_t least = INT64_MAX;
  for (const LedgerLine& line : world.Ledger()) {
    const auto [known, is_new] = last.emplace(line.dest + line.message_hex, line.t_ns);
    if (!is_new) least = std::min(least, line.t_ns - known->second);
    known->second = line.t_ns;
  }
  return static_cast<double>(least) / 1e9;
}

TEST(Retries, OfAnEarlierRunWaitAsLongAsTheyWouldHaveInIt) {
  for (const size_t octets : {size_t{0}, size_t{700}}) {
    SCOPED_TRACE(octets);
    CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 0.4);
    options.journal = true;
    options.account.retry.schedule.delay_after_attempts = 1;
    for (int i = 0; options.text.size() < octets; ++i) options.text += std::to_string(i) + " ";
    CampaignWorld world(options);
    for (const Nanos run : {10 * kSecond, 25 * kSecond, 40 * kSecond}) {
      world.SubmitAll();
      world.world().RunUntil([] { return false; }, world.world().now() + run);
      EXPECT_GT(world.stats().retries_waiting, 10u);
      world.KillSender();
      ASSERT_TRUE(world.StartSender());
    }
    world.SubmitAll();
    ASSERT_TRUE(world.Run(24 * kHour));
    EXPECT_EQ(world.Count(Result::kAccepted) + world.Count(Result::kUnknown), 400u);
    EXPECT_GE(LeastSecondsBetween(world), 30.0);
    world.CheckPromises();
  }
}

TEST(Retries, OfAnEarlierRunAreNoYoungerInTheNext) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RMSGQFUL, 1);
  options.messages = 30;
  options.journal = true;
  options.account.retry.schedule.delay = seconds(20);
  options.account.retry.schedule.multiplier = 0;
  options.account.retry.schedule.max_age = seconds(100);
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(70 * kSecond));
  world.KillSender();
  world.StartSender();
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kRejected), 30u);
  for (const auto& [key, outcome] : world.outcomes()) {
    EXPECT_LE(SecondsOf(world, std::to_string(kFirstNumber + key)).back(), 101.0) << key;
  }
  world.CheckPromises();
}

TEST(Retries, AStopRejectsWhatWaitsWithItsLastStatus) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RX_T_APPN, 1);
  options.account.rate = 20;
  options.text = std::string(200, 'x');  // two parts
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().At(world.world().now() + 15 * kSecond, [&] { world.shared().Drain(); });
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.Count(Result::kRejected), 10u);
  EXPECT_GT(world.Count(Result::kUnsent), 10u);
  EXPECT_EQ(world.Count(Result::kAccepted), 0u);
  for (const auto& [key, outcome] : world.outcomes()) {
    EXPECT_EQ(outcome.command_status, outcome.result == Result::kRejected ? 0x64u : 0u);
  }
  world.CheckPromises();
}

TEST(Retries, AreOffWithoutAnAge) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RTHROTTLED, 0.3);
  options.account.retry.schedule.max_age = milliseconds(0);
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.Count(Result::kRejected), 50u);
  EXPECT_EQ(world.stats().retries, 0u);
  EXPECT_EQ(world.stats().throttled, world.Count(Result::kRejected));
}

TEST(Retries, EndWithTheirAge) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RMSGQFUL, 1);
  options.messages = 30;
  options.account.retry.schedule.max_age = seconds(100);
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kRejected), 30u);
  // At 0, at once, 30 s and 90 s; the next would come at 180 s.
  for (const auto& [key, outcome] : world.outcomes()) EXPECT_EQ(outcome.attempts, 4u);
}

TEST(Retries, AreNotMadeLongAfterTheirAgeHoweverManyWait) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 1);
  options.messages = 200;
  options.account.rate = 100;
  options.account.retry.schedule.max_age = seconds(100);
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().At(world.world().now() + 10 * kSecond, [&] {
    AccountOptions changed = world.shared().accounts[0]->options();
    changed.rate = 0.1;
    world.shared().accounts[0]->Update(changed, world.world().now());
  });
  ASSERT_TRUE(world.Run(24 * kHour));
  EXPECT_EQ(world.Count(Result::kRejected), 200u);
  std::map<std::string, int64_t> first;
  for (const LedgerLine& line : world.Ledger()) {
    const int64_t begun = first.emplace(line.dest, line.t_ns).first->second;
    EXPECT_LT(line.t_ns - begun, 180 * kSecond) << line.dest;
  }
  world.CheckPromises();
}

TEST(Retries, AStatusThatStopsTheAccountLeavesTheRestUnsent) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RINVSYSID, 0.02);
  options.messages = 2000;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Event::Kind::kAccountStopped), 1u);
  EXPECT_GT(world.Count(Result::kUnsent), 1000u);
  EXPECT_EQ(world.Count(Result::kUnknown), 0u) << "what is in flight is waited for";
  world.CheckPromises();
}

// One bind to an SMSC that answers at once: the next window is staged while one is under way.
CampaignOptions RefusedByAQuickSmsc(pdu::CommandStatus status, double share, uint32_t window) {
  CampaignOptions options = Refusing(status, share);
  options.messages = 2000;
  options.shards = 1;
  options.account.binds = 1;
  options.account.window = window;
  options.smsc.delay = *sim::DelayDistribution::Parse("0");
  return options;
}

TEST(Retries, WhatIsStagedWhenTheAccountStopsDoesNotLeave) {
  constexpr uint32_t kWindow = 50;
  CampaignWorld world(RefusedByAQuickSmsc(pdu::CommandStatus::ESME_RINVSYSID, 0.004, kWindow));
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  const std::vector<LedgerLine> ledger = world.Ledger();
  const auto is_refused = [](const LedgerLine& line) { return line.status != 0; };
  const auto first = std::find_if(ledger.begin(), ledger.end(), is_refused);
  ASSERT_NE(first, ledger.end());
  EXPECT_LE(ledger.end() - first, kWindow) << "what was in flight, and no more";
  EXPECT_EQ(world.Count(Result::kUnsent) + ledger.size(), 2000u);
  world.CheckPromises();
}

TEST(Retries, PartsThatAreStagedWhenTheirMessageIsRefusedDoNotLeave) {
  constexpr uint32_t kWindow = 4;
  CampaignOptions options = RefusedByAQuickSmsc(pdu::CommandStatus::ESME_RINVDSTADR, 0.02, kWindow);
  options.text = std::string(1500, 'x');
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.Count(Result::kRejected), 100u);
  std::map<std::string, uint32_t> from_refusal_on;
  for (const LedgerLine& line : world.Ledger()) {
    uint32_t& parts = from_refusal_on[line.dest];
    if (line.status != 0 || parts > 0) ++parts;
  }
  for (const auto& [dest, parts] : from_refusal_on) EXPECT_LE(parts, kWindow) << dest;
  world.CheckPromises();
}

TEST(Retries, AnUpdateHoldsForTheNextRefusal) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RSYSERR, 1);
  options.messages = 50;
  options.account.retry.schedule.delay = seconds(1);
  options.account.retry.schedule.multiplier = 0;
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().At(world.world().now() + 5 * kSecond, [&] {
    AccountOptions changed = world.shared().accounts[0]->options();
    changed.retry.reject = {0x08};
    world.shared().accounts[0]->Update(changed, world.world().now());
  });
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kRejected), 50u);
  for (const auto& [key, outcome] : world.outcomes()) {
    EXPECT_GE(outcome.attempts, 4u);
    EXPECT_LE(outcome.attempts, 9u);
  }
}

// What the ledger says of the seconds from `from` to `to` after its first line.
struct Taken {
  double per_second = 0;
  double refused_share = 0;
};
Taken TakenIn(const CampaignWorld& world, Nanos from, Nanos to) {
  double accepted = 0;
  double refused = 0;
  const std::vector<LedgerLine> ledger = world.Ledger();
  for (const LedgerLine& line : ledger) {
    const Nanos at = line.t_ns - ledger.front().t_ns;
    if (at >= from && at < to) (line.status == 0 ? accepted : refused) += 1;
  }
  return {accepted * kSecond / static_cast<double>(to - from), refused / (accepted + refused)};
}

TEST(Throttling, SettlesToWhatTheSmscAllows) {
  for (const sim::TpsKind kind :
       {sim::TpsKind::kSecond, sim::TpsKind::kSliding, sim::TpsKind::kBucket}) {
    SCOPED_TRACE(static_cast<int>(kind));
    CampaignOptions options;
    options.messages = 15'000;
    options.shards = 2;
    options.account.binds = 3;
    options.account.window = 50;
    options.account.rate = 400;
    options.smsc.tps = 200;
    options.smsc.tps_kind = kind;
    options.smsc.delay = *sim::DelayDistribution::Parse("5ms");
    CampaignWorld world(options);
    world.SubmitAll();
    const Nanos start = world.world().now();
    world.world().RunUntil([] { return false; }, start + 60 * kSecond);
    const Taken taken = TakenIn(world, 10 * kSecond, 60 * kSecond);
    EXPECT_GE(taken.per_second, 0.93 * 200);
    EXPECT_LT(taken.refused_share, 0.02);
    EXPECT_EQ(world.Count(Event::Kind::kThrottled), 1u) << "told once";
    EXPECT_GT(world.shared().accounts[0]->throttle().rate(), 180);
  }
}

TEST(Throttling, LimitsAnAccountThatHasNoRate) {
  CampaignOptions options;
  options.messages = 20'000;
  options.shards = 2;
  options.account.binds = 4;
  options.account.window = 20;
  options.smsc.tps = 100;
  options.smsc.delay = *sim::DelayDistribution::Parse("20ms");
  CampaignWorld world(options);
  world.SubmitAll();
  const Nanos start = world.world().now();
  world.world().RunUntil([] { return false; }, start + 60 * kSecond);
  const Taken taken = TakenIn(world, 20 * kSecond, 60 * kSecond);
  EXPECT_GE(taken.per_second, 93);
  EXPECT_LT(taken.refused_share, 0.02);
}

// How one bind without a rate does with an SMSC that answers at once.
Taken TakenByAQuickSmsc(uint32_t tps, uint32_t window, Nanos from, Nanos to) {
  CampaignOptions options;
  options.messages = 60'000;
  options.shards = 1;
  options.account.binds = 1;
  options.account.window = window;
  options.smsc.tps = tps;
  options.smsc.delay = *sim::DelayDistribution::Parse("0");
  CampaignWorld world(options);
  world.SubmitAll();
  world.world().RunUntil([] { return false; }, world.world().now() + to);
  EXPECT_GE(world.Count(Event::Kind::kThrottled), 1u);
  return TakenIn(world, from, to);
}

// The limit comes while segments are staged ahead of the window.
TEST(Throttling, LimitsAnAccountWhoseSmscIsQuick) {
  const Taken taken = TakenByAQuickSmsc(2000, 2, 10 * kSecond, 20 * kSecond);
  EXPECT_GE(taken.per_second, 0.9 * 2000);
  EXPECT_LT(taken.refused_share, 0.05);
}

// Hundreds of thousands a second, until the first answer.
TEST(Throttling, SettlesToALowLimitOfAQuickSmsc) {
  const Taken taken = TakenByAQuickSmsc(20, 100, 10 * kSecond, 110 * kSecond);
  EXPECT_GE(taken.per_second, 0.9 * 20);
  EXPECT_LT(taken.refused_share, 0.02);
}

// Stopped by the answer to its thirtieth submission, with others staged behind it.
void StopInMidWindow(CampaignOptions options) {
  options.messages = 300;
  options.shards = 1;
  options.smsc.errors = {{pdu::CommandStatus::ESME_RINVPASWD, *sim::Portion::Parse("@30")}};
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Event::Kind::kAccountStopped), 1u);
  EXPECT_GT(world.Count(Result::kUnsent), 200u);
  EXPECT_EQ(world.stats().segments, world.Ledger().size());
  EXPECT_EQ(world.stats().segments_answered, world.Ledger().size());
  for (const auto& [key, outcome] : world.outcomes()) {
    const bool has_left = outcome.result != Result::kUnsent;
    EXPECT_EQ(outcome.attempts, has_left ? 1u : 0u);
    EXPECT_EQ(outcome.submitted_at_ns != 0, has_left);
  }
  world.CheckPromises();
}

TEST(Counts, LeaveOutWhatWasMadeAndNeverLeft) {
  StopInMidWindow({});
  CampaignOptions with_journal;
  with_journal.journal = true;
  StopInMidWindow(with_journal);
  with_journal.sync = Sync::kPower;
  StopInMidWindow(with_journal);
}

TEST(Counts, OfAPayloadAreAsBilledWhereTheySaySo) {
  CampaignOptions options;
  options.messages = 100;
  options.text = std::string(400, 'x');
  options.account.long_messages = LongMessages::kPayload;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.stats().segments, 300u);
  EXPECT_EQ(world.stats().segments_answered, 300u);
}

TEST(Brake, StopsACampaignThatIsMostlyRefused) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RINVSRCADR, 0.97);
  options.messages = 5000;
  options.brake_count = 200;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Event::Kind::kBraked), 1u);
  EXPECT_LT(world.Ledger().size(), 400u);
  EXPECT_GT(world.Count(Result::kUnsent), 4500u);
  world.CheckPromises();
}

TEST(Brake, LetsACampaignGoOnThatIsOftenRefused) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RINVSRCADR, 0.7);
  options.messages = 1000;
  options.brake_count = 200;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Event::Kind::kBraked), 0u);
  EXPECT_EQ(world.Count(Result::kUnsent), 0u);
}

TEST(Brake, DoesNotCountWhatIsRetried) {
  CampaignOptions options = Refusing(pdu::CommandStatus::ESME_RTHROTTLED, 0.5);
  options.messages = 1000;
  options.brake_count = 50;
  options.brake_share = 0.1;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(24 * kHour));
  EXPECT_EQ(world.Count(Event::Kind::kBraked), 0u);
  EXPECT_EQ(world.Count(Result::kAccepted), 1000u);
}

}  // namespace
}  // namespace salvo::test
