// Goal: every receipt finds its message, whenever and wherever it comes, over kills of the sender,
// too; and is told once.
// Method: the simulated world; the SMSC sends receipts in every way of the field.
#include <gtest/gtest.h>

#include <random>

#include "tests/sim/campaign_world.h"
#include "tests/sim/seeds.h"

namespace salvo::test {
namespace {

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

TEST(Receipts, AreNotWaitedForWhenTheyCameBeforeTheOutcomeWasTold) {
  CampaignOptions options = WithReceipts();
  options.messages = 1;
  options.shards = 1;
  options.account.binds = 1;
  options.smsc.delay = *sim::DelayDistribution::Parse("500ms");
  options.smsc.receipts.delay = 0;
  CampaignWorld world(options);
  world.SubmitAll();
  const Nanos before = world.world().now();
  ASSERT_TRUE(world.Run(kHour));
  ExpectAllTold(world);
  EXPECT_LT(world.world().now() - before, 5 * io::kNanosPerSecond);
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

// Ids begin with 1, so that those of the first campaign are some of the second's to another base.
TEST(Receipts, OfACampaignBeforeItSettleNothing) {
  CampaignOptions options = WithReceipts();
  options.wait_receipts = 0;
  options.smsc.receipts.delay = kMinute;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kMinute / 2));
  world.EndSender();
  ASSERT_TRUE(world.receipts().empty());
  ASSERT_TRUE(world.StartSender());
  world.shared().wait_receipts = 10 * kMinute;
  world.SubmitAll();
  ASSERT_TRUE(world.Run(5 * kMinute));
  for (const auto& [key, told] : world.receipts()) {
    EXPECT_EQ(told.finals, 1u) << key;
  }
  EXPECT_EQ(world.receipts().size(), 400u);
  EXPECT_EQ(world.stats().receipts, 800u);
  EXPECT_EQ(world.stats().receipts_unmatched, 400u);
  EXPECT_EQ(world.Count(Event::Kind::kReceiptIdsLearned), 0u);
}

CampaignOptions WithLateAnswers() {
  CampaignOptions options = WithReceipts();
  options.account.window = 20;
  options.account.receipts.reference = true;
  options.smsc.delay = *sim::DelayDistribution::Parse("100ms");
  options.smsc.receipts.delay = 20 * io::kNanosPerSecond;
  return options;
}

TEST(Receipts, SettleWhatIsUnknownByItsReference) {
  for (const bool is_long : {false, true}) {
    CampaignOptions options = WithLateAnswers();
    options.journal = true;
    if (is_long) options.text = LongText(300);
    CampaignWorld world(options);
    world.SubmitAll();
    ASSERT_FALSE(world.Run(350 * io::kNanosPerMilli));
    world.world().ResetAll();
    ASSERT_TRUE(world.Run(kHour));
    // The parts of a message have one reference, so of several unknown ones none can be told.
    if (!is_long) {
      EXPECT_EQ(world.Count(Result::kAccepted), 400u);
    }
    EXPECT_GT(world.stats().receipts, 0u);
    for (const auto& [key, outcome] : world.outcomes()) {
      if (outcome.result != Result::kAccepted) continue;
      EXPECT_TRUE(world.receipts().at(key).settled) << key;
    }
    world.CheckPromises();
  }
}

TEST(Receipts, WithoutAReferenceWhatIsUnknownStaysSo) {
  CampaignOptions options = WithLateAnswers();
  options.account.receipts.reference = false;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(350 * io::kNanosPerMilli));
  world.world().ResetAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.Count(Result::kUnknown), 0u);
  EXPECT_GT(world.stats().receipts_probable, 0u);
  EXPECT_LE(world.stats().receipts_probable, world.Count(Result::kUnknown));
  world.CheckPromises();
}

TEST(Receipts, SettleWhatAnEarlierRunLeftUnknown) {
  CampaignOptions options = WithLateAnswers();
  options.journal = true;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(350 * io::kNanosPerMilli));
  world.KillSender();
  world.StartSender();
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_EQ(world.Count(Result::kAccepted), 400u);
  EXPECT_EQ(world.Ledger().size(), 400u) << "and nothing was sent twice";
  for (const auto& [key, outcome] : world.outcomes()) {
    EXPECT_TRUE(world.receipts().at(key).settled) << key;
  }
  world.CheckPromises();
}

TEST(Receipts, WhatAnEarlierRunLeftUnknownIsNotCountedOnceMore) {
  CampaignOptions options = WithLateAnswers();
  options.journal = true;
  options.smsc.receipts.delay = 100 * kHour;
  options.wait_receipts = kSecond;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(350 * io::kNanosPerMilli));
  world.KillSender();
  world.StartSender();
  world.SubmitAll();
  ASSERT_TRUE(world.Run(kHour));
  EXPECT_GT(world.Count(Result::kUnknown), 0u) << "it is told";
  EXPECT_EQ(world.stats().unknown, 0u);
  EXPECT_EQ(world.stats().accepted, world.stats().messages);
  world.CheckPromises();
}

TEST(Receipts, ThatARunCouldNotTellSettleWhatIsUnknownBeforeItIsSentAgain) {
  for (const OnUnknown on_unknown : {OnUnknown::kHold, OnUnknown::kResend}) {
    CampaignOptions options = WithLateAnswers();
    options.journal = true;
    options.on_unknown = on_unknown;
    options.wait_receipts = 0;
    CampaignWorld world(options);
    world.SubmitAll();
    ASSERT_FALSE(world.Run(350 * io::kNanosPerMilli));
    world.KillSender();
    world.StartSender();
    // It is given no message, and takes receipts of those that it cannot know.
    ASSERT_FALSE(world.Run(kMinute));
    world.KillSender();
    world.StartSender();
    world.SubmitAll();
    ASSERT_TRUE(world.Run(kHour));
    EXPECT_EQ(world.Count(Result::kAccepted), 400u);
    EXPECT_EQ(world.Ledger().size(), 400u) << "and nothing was sent twice";
    world.CheckPromises();
  }
}

TEST(Receipts, OfAnEarlierRunAreWaitedForByTheNext) {
  CampaignOptions options = WithReceipts();
  options.journal = true;
  options.smsc.receipts.delay = kMinute;
  options.smsc.id_format = sim::IdFormat::kHex;
  options.smsc.receipts.id = sim::ReceiptId::kDecimal;
  CampaignWorld world(options);
  world.SubmitAll();
  ASSERT_FALSE(world.Run(30 * io::kNanosPerSecond)) << "all is sent, no receipt has come";
  EXPECT_EQ(world.Count(Result::kAccepted), 400u);
  world.KillSender();
  world.StartSender();
  // Nothing is submitted: only receipts are waited for.
  world.Finish();
  ASSERT_TRUE(world.Run(9 * kMinute));
  EXPECT_EQ(world.Ledger().size(), 400u);
  ExpectAllTold(world);
}

TEST(Receipts, OfSegmentsWithoutAnIdAreMatchedByTheirReferenceAfterAKillToo) {
  for (const bool is_killed : {false, true}) {
    SCOPED_TRACE(is_killed);
    CampaignOptions options = WithReceipts();
    options.journal = true;
    options.account.receipts.reference = true;
    options.smsc.faults = {{sim::Fault::kEmptyId, 1}};
    options.smsc.receipts.delay = kMinute;
    CampaignWorld world(options);
    world.SubmitAll();
    ASSERT_FALSE(world.Run(kMinute / 2)) << "all is sent, no receipt has come";
    if (is_killed) {
      world.KillSender();
      world.StartSender();
      world.Finish();
    }
    ASSERT_TRUE(world.Run(9 * kMinute));
    EXPECT_EQ(world.Count(Result::kAccepted), 400u);
    ExpectAllTold(world);
  }
}

TEST(Receipts, AreToldOnceOverAllRunsOrStandInTheJournal) {
  uint64_t told_again = 0;
  for (const uint64_t seed : Seeds()) {
    SCOPED_TRACE("replay with SALVO_SIM_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed * 65'537);
    CampaignOptions options = WithReceipts();
    options.seed = seed;
    options.journal = true;
    options.messages = 200;
    options.account.rate = 500;
    options.smsc.receipts.delay = static_cast<Nanos>(random() % (400 * io::kNanosPerMilli));
    options.smsc.receipts.early = 0.2;
    options.smsc.receipts.twice = 0.1;
    options.smsc.receipts.bind = sim::ReceiptBind::kOther;
    CampaignWorld world(options);
    world.SubmitAll();
    const uint64_t most_kills = 1 + random() % 3;
    for (uint64_t i = 0; i < most_kills; ++i) {
      if (world.Run(static_cast<Nanos>(random() % (700 * io::kNanosPerMilli)))) break;
      world.KillSender();
      world.StartSender();
      world.SubmitAll();
    }
    ASSERT_TRUE(world.Run(kHour)) << "the campaign never ended";
    for (const auto& [key, outcome] : world.outcomes()) {
      if (outcome.result != Result::kAccepted) continue;
      const auto told = world.receipts().find(key);
      ASSERT_NE(told, world.receipts().end()) << key;
      // In the run that got it, unless that was killed in between, and in those behind it.
      EXPECT_LE(told->second.finals, 1u) << key;
      EXPECT_TRUE(told->second.settled) << key;
      told_again += told->second.finals_again;
    }
    EXPECT_EQ(world.stats().receipts_waiting, 0u);
    world.CheckPromises();
    if (HasFailure()) return;
  }
  EXPECT_GT(told_again, 0u);
}

}  // namespace
}  // namespace salvo::test
