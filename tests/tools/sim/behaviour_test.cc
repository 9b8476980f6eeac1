#include "tools/sim/behaviour.h"

#include <gtest/gtest.h>

#include <map>

namespace salvo::sim {
namespace {

using pdu::CommandStatus;
using pdu::MessageState;

// A behaviour, and an account to submit from.
class Judge {
 public:
  explicit Judge(Options options = {}) : options_(std::move(options)), behaviour_(options_) {
    account_.tps.Set(options_.tps.For("demo"), options_.tps_kind);
    account_.queue.SetLimits(options_.queue, options_.destination_queue, options_.queue_time);
  }

  Verdict operator()(std::string_view destination, pdu::Address source = {5, 0, "SALVO"},
                     uint32_t unanswered = 0) {
    pdu::SubmitSm submit;
    submit.source = source;
    submit.destination.digits = destination;
    return behaviour_.Judge({&submit, &account_, unanswered, ++submissions_, 0});
  }
  Behaviour& behaviour() { return behaviour_; }

 private:
  Options options_;
  Behaviour behaviour_;
  Account account_{{"demo", ""}};
  uint64_t submissions_ = 0;
};

Verdict MagicVerdict(std::string_view destination) {
  Options options;
  options.magic = true;
  return Judge(options)(destination);
}

bool IsPlain(const Verdict& verdict) {
  const ReceiptPlan& receipt = verdict.receipt;
  return verdict.status == CommandStatus::ESME_ROK && verdict.fault == Fault::kNone &&
         verdict.delay == 0 && !verdict.mo_reply && !verdict.throttled && receipt.wanted &&
         !receipt.early && !receipt.twice && !receipt.intermediate && !receipt.state &&
         receipt.later == 0;
}

TEST(Behaviour, AcceptsAtOnceUnlessTold) { EXPECT_TRUE(IsPlain(Judge()("491700009088"))); }

TEST(MagicDestinations, NineGivesTheStatus) {
  EXPECT_EQ(MagicVerdict("491700009088").status, CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(MagicVerdict("9011").status, CommandStatus::ESME_RINVDSTADR);
  EXPECT_TRUE(IsPlain(MagicVerdict("9000")));
}

TEST(MagicDestinations, EightHoldsTheAnswerBack) {
  EXPECT_EQ(MagicVerdict("491700008025").delay, 250 * io::kNanosPerMilli);
  EXPECT_EQ(MagicVerdict("491700008000").delay, 0);
}

TEST(MagicDestinations, SevenMakesFaults) {
  EXPECT_EQ(MagicVerdict("491700007000").fault, Fault::kSilent);
  for (const FaultWord& word : AllFaults()) {
    const std::string destination =
        "49170000" + std::to_string(7000 + static_cast<int>(word.fault));
    EXPECT_EQ(MagicVerdict(destination).fault, word.fault);
  }
  EXPECT_TRUE(IsPlain(MagicVerdict("491700007016")));
  EXPECT_TRUE(IsPlain(MagicVerdict("491700007100")));
}

TEST(MagicDestinations, SixChoosesTheReceipt) {
  EXPECT_EQ(MagicVerdict("491700006002").receipt.state, MessageState::kDelivered);
  EXPECT_EQ(MagicVerdict("491700006005").receipt.state, MessageState::kUndeliverable);
  EXPECT_TRUE(MagicVerdict("491700006995").receipt.intermediate);
  EXPECT_TRUE(MagicVerdict("491700006996").receipt.early);
  EXPECT_TRUE(MagicVerdict("491700006997").receipt.twice);
  EXPECT_FALSE(MagicVerdict("491700006999").receipt.wanted);
}

TEST(MagicDestinations, FiveHoldsTheReceiptBack) {
  EXPECT_EQ(MagicVerdict("491700005003").receipt.later, 30 * io::kNanosPerMilli);
}

TEST(MagicDestinations, FourAnswers) {
  EXPECT_TRUE(MagicVerdict("491700004000").mo_reply);
  EXPECT_TRUE(IsPlain(MagicVerdict("491700004001")));
}

TEST(MagicDestinations, AStateThatDoesNotExistMeansNothing) {
  for (const char* destination : {"491700006123", "491700006258", "491700006010"}) {
    EXPECT_TRUE(IsPlain(MagicVerdict(destination))) << destination;
  }
}

TEST(MagicDestinations, OthersAreOrdinary) {
  for (const char* destination :
       {"", "700", "491700001234", "491700005000", "49170000A088", "49170000908A"}) {
    EXPECT_TRUE(IsPlain(MagicVerdict(destination))) << destination;
  }
}

TEST(MagicDestinations, ComeBeforeDelayErrorsAndFaults) {
  Options options;
  options.magic = true;
  options.delay = *DelayDistribution::Parse("5ms");
  options.errors = {{CommandStatus::ESME_RSYSERR, 1.0}};
  options.faults = {{Fault::kTwice, 1.0}};
  Judge judge(options);
  EXPECT_EQ(judge("491700009088").status, CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(judge("491700009088").delay, 0);
  EXPECT_EQ(judge("491700009088").fault, Fault::kNone);
  EXPECT_EQ(judge("491700000001").status, CommandStatus::ESME_RSYSERR);
  EXPECT_EQ(judge("491700000001").delay, 5 * io::kNanosPerMilli);
  EXPECT_EQ(judge("491700000001").fault, Fault::kTwice);
}

TEST(Behaviour, ErrorsKeepTheirShares) {
  Options options;
  options.errors = {{CommandStatus::ESME_RTHROTTLED, 0.10}, {CommandStatus::ESME_RSYSERR, 0.02}};
  Judge judge(options);
  std::map<CommandStatus, int> counts;
  for (int i = 0; i < 100'000; ++i) ++counts[judge("4917").status];
  EXPECT_EQ(counts.size(), 3u);
  EXPECT_NEAR(counts[CommandStatus::ESME_RTHROTTLED], 10'000, 500);
  EXPECT_NEAR(counts[CommandStatus::ESME_RSYSERR], 2'000, 300);
}

TEST(Behaviour, AFaultHappensWhenItIsItsTurn) {
  Options options;
  options.faults = {{Fault::kClose, *Portion::Parse("@3")}};
  Judge judge(options);
  EXPECT_EQ(judge("1").fault, Fault::kNone);
  EXPECT_EQ(judge("1").fault, Fault::kNone);
  EXPECT_EQ(judge("1").fault, Fault::kClose);
  EXPECT_EQ(judge("1").fault, Fault::kNone);
}

TEST(Behaviour, WhatIsToBeOvertakenIsHeldBack) {
  Options options;
  options.faults = {{Fault::kOutOfOrder, *Portion::Parse("@1")}};
  Judge judge(options);
  EXPECT_EQ(judge("1").delay, 50 * io::kNanosPerMilli);
  EXPECT_EQ(judge("1").delay, 0);
}

TEST(Behaviour, ReceiptsKeepTheirSharesAndTheRestIsDelivered) {
  Options options;
  options.receipt_mix = {{MessageState::kUndeliverable, 0.05}, {MessageState::kExpired, 0.10}};
  options.receipts.lost = 0.1;
  options.receipts.twice = 0.2;
  Judge judge(options);
  std::map<MessageState, int> counts;
  int lost = 0;
  int twice = 0;
  for (int i = 0; i < 100'000; ++i) {
    ReceiptPlan plan;
    judge.behaviour().DrawReceipt(&plan);
    ++counts[*plan.state];
    lost += plan.wanted ? 0 : 1;
    twice += plan.twice ? 1 : 0;
  }
  EXPECT_NEAR(counts[MessageState::kUndeliverable], 5'000, 500);
  EXPECT_NEAR(counts[MessageState::kExpired], 10'000, 700);
  EXPECT_NEAR(counts[MessageState::kDelivered], 85'000, 1'000);
  EXPECT_NEAR(lost, 10'000, 700);
  EXPECT_NEAR(twice, 20'000, 1'000);
}

TEST(Behaviour, AStateThatWasChosenIsNotDrawn) {
  Options options;
  options.receipt_mix = {{MessageState::kUndeliverable, 1}};
  ReceiptPlan plan;
  plan.state = MessageState::kExpired;
  Judge(options).behaviour().DrawReceipt(&plan);
  EXPECT_EQ(plan.state, MessageState::kExpired);
}

TEST(Behaviour, IsTheSameForTheSameSeed) {
  Options options;
  options.seed = 42;
  options.errors = {{CommandStatus::ESME_RSYSERR, 0.5}};
  Judge one(options);
  Judge other(options);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(one("1").status, other("1").status);
}

TEST(Limits, ThrottleAndSayThatTheyDo) {
  Options options;
  options.tps = 2;
  options.refuse_with.Set(Refusal::kTps, CommandStatus::ESME_RSYSERR);
  Judge judge(options);
  EXPECT_TRUE(IsPlain(judge("1")));
  EXPECT_TRUE(IsPlain(judge("1")));
  EXPECT_TRUE(judge("1").throttled);
  EXPECT_EQ(judge("1").status, CommandStatus::ESME_RSYSERR);
}

TEST(Limits, AFullWindowThrottles) {
  Options options;
  options.window = 3;
  Judge judge(options);
  EXPECT_TRUE(IsPlain(judge("1", {}, 2)));
  const Verdict verdict = judge("1", {}, 3);
  EXPECT_EQ(verdict.status, CommandStatus::ESME_RTHROTTLED);
  EXPECT_TRUE(verdict.throttled);
}

TEST(Limits, AFullQueueIsNoThrottling) {
  Options options;
  options.destination_queue = 1;
  Judge judge(options);
  EXPECT_TRUE(IsPlain(judge("1")));
  EXPECT_EQ(judge("1").status, CommandStatus::ESME_RMSGQFUL);
  EXPECT_FALSE(judge("1").throttled);
  EXPECT_TRUE(IsPlain(judge("2")));
}

TEST(Senders, ThatNobodyApprovedAreRefused) {
  Options options;
  options.approved_senders = {"SALVO", "4917"};
  Judge judge(options);
  EXPECT_TRUE(IsPlain(judge("1", {5, 0, "SALVO"})));
  EXPECT_TRUE(IsPlain(judge("1", {1, 1, "4917"})));
  EXPECT_EQ(judge("1", {5, 0, "salvo"}).status, CommandStatus::ESME_RINVSRCADR);
}

TEST(Senders, HaveTheTypeThatFits) {
  Options options;
  options.check_sender_type = true;
  Judge judge(options);
  for (const pdu::Address& good : {pdu::Address{5, 0, "SALVO"},
                                   {1, 1, "491700000001"},
                                   {1, 1, "+49170"},
                                   {3, 0, "12345"},
                                   {0, 0, "12345"}}) {
    EXPECT_TRUE(IsPlain(judge("1", good))) << good.digits;
  }
  for (const pdu::Address& bad :
       {pdu::Address{1, 1, "SALVO"}, {5, 1, "SALVO"}, {0, 0, "SALVO"}, {5, 0, "491700000001"}}) {
    EXPECT_EQ(judge("1", bad).status, CommandStatus::ESME_RINVSRCADR) << bad.digits;
  }
}

TEST(BindVerdicts, AreCountedFromTheStart) {
  Options options;
  options.bind_errors = {{CommandStatus::ESME_RBINDFAIL, *Portion::Parse("x2")}};
  options.bind_faults = {{Fault::kSilent, *Portion::Parse("@3")}};
  options.bind_delay = 5;
  Behaviour behaviour(options);
  EXPECT_EQ(behaviour.JudgeBind(1).refusal, CommandStatus::ESME_RBINDFAIL);
  EXPECT_EQ(behaviour.JudgeBind(2).refusal, CommandStatus::ESME_RBINDFAIL);
  const BindVerdict third = behaviour.JudgeBind(3);
  EXPECT_EQ(third.refusal, std::nullopt);
  EXPECT_EQ(third.fault, Fault::kSilent);
  EXPECT_EQ(third.delay, 5);
}

}  // namespace
}  // namespace salvo::sim
