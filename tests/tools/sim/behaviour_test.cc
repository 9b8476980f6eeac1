#include "tools/sim/behaviour.h"

#include <gtest/gtest.h>

#include <map>

namespace salvo::sim {
namespace {

using pdu::CommandStatus;
using pdu::MessageState;

Verdict MagicVerdict(std::string_view destination) {
  Options options;
  options.magic = true;
  return Behaviour(options).Judge(destination);
}

bool IsPlain(const Verdict& verdict) {
  return verdict.status == CommandStatus::ESME_ROK && verdict.answered && verdict.delay == 0 &&
         verdict.wants_receipt && !verdict.receipt_state;
}

TEST(Behaviour, AcceptsAtOnceUnlessTold) {
  EXPECT_TRUE(IsPlain(Behaviour(Options()).Judge("491700009088")));
}

TEST(MagicDestinations, NineGivesTheStatus) {
  EXPECT_EQ(MagicVerdict("491700009088").status, CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(MagicVerdict("9011").status, CommandStatus::ESME_RINVDSTADR);
  EXPECT_TRUE(IsPlain(MagicVerdict("9000")));
}

TEST(MagicDestinations, EightHoldsTheAnswerBack) {
  EXPECT_EQ(MagicVerdict("491700008025").delay, 250 * io::kNanosPerMilli);
  EXPECT_EQ(MagicVerdict("491700008000").delay, 0);
}

TEST(MagicDestinations, SevenThousandIsNeverAnswered) {
  EXPECT_FALSE(MagicVerdict("491700007000").answered);
  EXPECT_TRUE(IsPlain(MagicVerdict("491700007001")));
}

TEST(MagicDestinations, SixChoosesTheReceipt) {
  EXPECT_EQ(MagicVerdict("491700006002").receipt_state, MessageState::kDelivered);
  EXPECT_EQ(MagicVerdict("491700006005").receipt_state, MessageState::kUndeliverable);
  EXPECT_FALSE(MagicVerdict("491700006999").wants_receipt);
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

TEST(MagicDestinations, ComeBeforeDelayAndErrors) {
  Options options;
  options.magic = true;
  options.delay = *DelayDistribution::Parse("5ms");
  options.errors = {{CommandStatus::ESME_RSYSERR, 1.0}};
  Behaviour behaviour(options);
  EXPECT_EQ(behaviour.Judge("491700009088").status, CommandStatus::ESME_RTHROTTLED);
  EXPECT_EQ(behaviour.Judge("491700009088").delay, 0);
  EXPECT_EQ(behaviour.Judge("491700000001").status, CommandStatus::ESME_RSYSERR);
  EXPECT_EQ(behaviour.Judge("491700000001").delay, 5 * io::kNanosPerMilli);
}

TEST(Behaviour, ErrorsKeepTheirShares) {
  Options options;
  options.errors = {{CommandStatus::ESME_RTHROTTLED, 0.10}, {CommandStatus::ESME_RSYSERR, 0.02}};
  Behaviour behaviour(options);
  std::map<CommandStatus, int> counts;
  for (int i = 0; i < 100'000; ++i) ++counts[behaviour.Judge("4917").status];
  EXPECT_EQ(counts.size(), 3u);
  EXPECT_NEAR(counts[CommandStatus::ESME_RTHROTTLED], 10'000, 500);
  EXPECT_NEAR(counts[CommandStatus::ESME_RSYSERR], 2'000, 300);
}

TEST(Behaviour, ReceiptsKeepTheirSharesAndTheRestIsDelivered) {
  Options options;
  options.receipt_mix = {{MessageState::kUndeliverable, 0.05}, {MessageState::kExpired, 0.10}};
  Behaviour behaviour(options);
  std::map<MessageState, int> counts;
  for (int i = 0; i < 100'000; ++i) ++counts[behaviour.DrawReceiptState()];
  EXPECT_NEAR(counts[MessageState::kUndeliverable], 5'000, 500);
  EXPECT_NEAR(counts[MessageState::kExpired], 10'000, 700);
  EXPECT_NEAR(counts[MessageState::kDelivered], 85'000, 1'000);
}

TEST(Behaviour, IsTheSameForTheSameSeed) {
  Options options;
  options.seed = 42;
  options.errors = {{CommandStatus::ESME_RSYSERR, 0.5}};
  Behaviour one(options);
  Behaviour other(options);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(one.Judge("1").status, other.Judge("1").status);
}

}  // namespace
}  // namespace salvo::sim
