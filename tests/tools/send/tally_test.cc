#include "tools/send/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace salvo::tools {
namespace {

using testing::ElementsAre;
using testing::Pair;

Outcome Of(Result result, uint32_t status = 0) {
  Outcome o;
  o.result = result;
  o.command_status = status;
  return o;
}

Event Of(Event::Kind kind, std::string_view account = "one") {
  Event event;
  event.kind = kind;
  event.account = account;
  return event;
}

class TallyTest : public testing::Test {
 protected:
  void Happen(std::initializer_list<Event> events) {
    for (const Event& event : events) tally_.OnEvent(event);
  }

  int events_ = 0;
  Tally tally_{nullptr, nullptr, [this](const Event&) { ++events_; }};
};

TEST_F(TallyTest, CountsEveryKindOfOutcome) {
  tally_.OnOutcomes(std::vector{Of(Result::kAccepted), Of(Result::kAccepted),
                                Of(Result::kRejected, 0x58), Of(Result::kRejected, 0x58),
                                Of(Result::kRejected, 0x0B), Of(Result::kUnknown),
                                Of(Result::kUnsent)});
  const Counts counts = tally_.counts();
  EXPECT_EQ(counts.accepted, 2u);
  EXPECT_EQ(counts.rejected, 3u);
  EXPECT_EQ(counts.unknown, 1u);
  EXPECT_EQ(counts.unsent, 1u);
  EXPECT_EQ(counts.done(), 7u);
  EXPECT_THAT(counts.refusals, ElementsAre(Pair(0x0B, 1), Pair(0x58, 2)));
}

TEST_F(TallyTest, BadRowsAreCountedByTheRejects) {
  tally_.OnOutcomes(std::vector{Of(Result::kInvalid)});
  EXPECT_EQ(tally_.counts().done(), 0u);
}

TEST_F(TallyTest, KnowsTheFirstSubmissionAndTheLastAnswer) {
  const auto outcome = [](int64_t submitted, int64_t answered) {
    Outcome o = Of(Result::kAccepted);
    o.submitted_at_ns = submitted;
    o.answered_at_ns = answered;
    return o;
  };
  tally_.OnOutcomes(std::vector{outcome(20, 25), outcome(10, 90), outcome(30, 0), outcome(0, 0)});
  EXPECT_EQ(tally_.counts().first_submitted_ns, 10);
  EXPECT_EQ(tally_.counts().last_answered_ns, 90);
}

TEST_F(TallyTest, TheTimeOfAnEarlierRunIsNoneOfThisOnes) {
  Outcome earlier = Of(Result::kAccepted);
  earlier.submitted_at_ns = 10;
  earlier.answered_at_ns = 20;
  earlier.earlier = true;
  Outcome own = Of(Result::kAccepted);
  own.submitted_at_ns = 1000;
  own.answered_at_ns = 1010;
  tally_.OnOutcomes(std::vector{earlier, own});
  EXPECT_EQ(tally_.counts().accepted, 2u);
  EXPECT_EQ(tally_.counts().first_submitted_ns, 1000);
  EXPECT_EQ(tally_.counts().last_answered_ns, 1010);
}

TEST_F(TallyTest, PassesEveryEventOn) {
  Happen({Of(Event::Kind::kBound), Of(Event::Kind::kDisconnected)});
  EXPECT_EQ(events_, 2);
}

TEST_F(TallyTest, AnAccountThatGaveUpWasRefusedOrUnreachable) {
  EXPECT_FALSE(tally_.failure().any_refused || tally_.failure().any_unreachable);
  Happen({Of(Event::Kind::kConnectFailed), Of(Event::Kind::kBindRefused),
          Of(Event::Kind::kAccountStopped)});
  EXPECT_TRUE(tally_.failure().any_refused);
  EXPECT_FALSE(tally_.failure().any_unreachable);
  Happen({Of(Event::Kind::kBindRefused, "two"), Of(Event::Kind::kTlsFailed, "two"),
          Of(Event::Kind::kAccountStopped, "two")});
  EXPECT_TRUE(tally_.failure().any_unreachable);
}

TEST_F(TallyTest, WhatHappensToOneAccountIsNoneOfTheOthersBusiness) {
  Happen({Of(Event::Kind::kBindRefused, "two"), Of(Event::Kind::kConnectFailed, "one"),
          Of(Event::Kind::kAccountStopped, "two")});
  EXPECT_TRUE(tally_.failure().any_refused);
  EXPECT_FALSE(tally_.failure().any_unreachable);
}

TEST_F(TallyTest, ARefusalThatWasGotOverIsNoFailure) {
  Happen({Of(Event::Kind::kBindRefused), Of(Event::Kind::kBound)});
  EXPECT_FALSE(tally_.failure().any_refused);
}

TEST_F(TallyTest, AnAccountThatAnAnswerStoppedIsNeither) {
  Event stopped = Of(Event::Kind::kAccountStopped);
  stopped.command_status = 0x0F;
  Happen({Of(Event::Kind::kBound), stopped});
  EXPECT_FALSE(tally_.failure().any_refused || tally_.failure().any_unreachable);
}

TEST_F(TallyTest, ThrottlingHidesNoFailure) {
  Happen({Of(Event::Kind::kBindRefused), Of(Event::Kind::kThrottled),
          Of(Event::Kind::kThrottleEnded), Of(Event::Kind::kAccountStopped)});
  EXPECT_TRUE(tally_.failure().any_refused);
}

TEST_F(TallyTest, KnowsOfTheBrake) {
  EXPECT_FALSE(tally_.failure().braked);
  Happen({Of(Event::Kind::kBraked)});
  EXPECT_TRUE(tally_.failure().braked);
}

Receipt ReceiptOf(uint64_t row, DeliveryState state) {
  Receipt receipt;
  receipt.key = row;
  receipt.state = receipt.message_state = state;
  receipt.settled = IsFinal(state);
  return receipt;
}

TEST(Tally, KeepsReceiptsAndCountsThoseThatAreFinalAndNoDelivery) {
  ReceiptStore store;
  Tally tally(nullptr, &store, [](const Event&) {});
  // An earlier run received it, and this one finds its row.
  Receipt earlier = ReceiptOf(5, DeliveryState::kExpired);
  earlier.earlier = true;
  tally.OnReceipts(std::vector{ReceiptOf(1, DeliveryState::kDelivered),
                               ReceiptOf(2, DeliveryState::kEnroute),
                               ReceiptOf(3, DeliveryState::kRejected),
                               ReceiptOf(4, DeliveryState::kUndeliverable), earlier});
  EXPECT_EQ(tally.counts().undelivered, 3u);
  RowReceipt found;
  for (uint64_t row = 1; row <= 5; ++row) EXPECT_TRUE(store.Find(row, &found)) << row;
}

TEST(Tally, WritesResults) {
  const test::TempDir folder;
  auto results = Results::Create(folder.Path("results.csv"));
  ASSERT_TRUE(results.ok());
  Tally tally(results->get(), nullptr, [](const Event&) {});
  tally.OnOutcomes(std::vector{Of(Result::kAccepted)});
  tally.AddUnsent(std::vector{Of(Result::kUnsent)});
  ASSERT_TRUE((*results)->Flush().ok());
  const std::string text = test::ReadWhole(folder.Path("results.csv"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_EQ(tally.counts().done(), 2u);
}

}  // namespace
}  // namespace salvo::tools
