// Goal: every receipt finds its message, however its id is written and whenever it comes; and none
// finds another one.
#include "engine/receipts/matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/engine/receipts/matcher_case.h"

namespace salvo::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(MatcherTest, AReceiptFindsItsMessageOnce) {
  Accept(7, "4711");
  EXPECT_EQ(matcher.counts().waiting, 1u);
  EXPECT_TRUE(matcher.IsWaiting());
  Come("4711", DeliveryState::kUndeliverable, "491700000001", "012");
  EXPECT_THAT(told, ElementsAre("7 UNDELIVERABLE err 012"));
  EXPECT_EQ(matcher.counts().waiting, 0u);
  EXPECT_EQ(matcher.counts().delivered, 0u);
  EXPECT_FALSE(matcher.IsWaiting());
}

struct Spelling {
  const char* name;
  const char* in_response;
  const char* in_receipt;
};

class IdSpellings : public MatcherTest, public testing::WithParamInterface<Spelling> {};

TEST_P(IdSpellings, MeetEachOther) {
  const Spelling& spelling = GetParam();
  Accept(1, spelling.in_response);
  Come(spelling.in_receipt);
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
}

TEST_P(IdSpellings, MeetEachOtherWhenTheReceiptIsEarly) {
  const Spelling& spelling = GetParam();
  Come(spelling.in_receipt);
  EXPECT_THAT(told, IsEmpty());
  Accept(1, spelling.in_response);
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
  EXPECT_EQ(matcher.counts().parked, 0u);
}

TEST_P(IdSpellings, MeetEachOtherAcrossAccountsNever) {
  const Spelling& spelling = GetParam();
  Accept(1, spelling.in_response);
  account = 1;
  Come(spelling.in_receipt);
  EXPECT_THAT(told, IsEmpty());
}

constexpr Spelling kSpellings[] = {
    {"Same", "0123456789", "0123456789"},
    {"HexAnsweredDecimalReceipt", "499602D2", "1234567890"},
    {"DecimalAnsweredHexReceipt", "1234567890", "499602d2"},
    {"PaddedReceipt", "4711", "0000004711"},
    {"PaddedResponse", "0000004711", "4711"},
    {"PaddedHexAgainstDecimal", "0000007B", "0000000123"},
    {"UpperAgainstLower", "ABCDEF", "abcdef"},
    {"UuidAgainstDashless", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
     "6ba7b8109dad11d180b400c04fd430c8"},
    {"UuidThatLostItsZero", "0ba7b810-9dad-11d1-80b4-00c04fd430c8",
     "ba7b810-9dad-11d1-80b4-00c04fd430c8"},
    {"SixtyFourBitDecimal", "FFFFFFFFFFFFFFFE", "18446744073709551614"},
    {"BeyondSixtyFourBits", "6BA7B8109DAD11D180B400C04FD430C8",
     "143098242404177361603877621312831893704"},
    {"Letters", "0118Z-0122I-ABCD", "0118Z-0122I-abcd"},
    {"SixtyFourOctets", "x23456789012345678901234567890123456789012345678901234567890abcd",
     "x23456789012345678901234567890123456789012345678901234567890abcd"},
    {"Zero", "0", "0000000000"},
    {"Blanks", "4711", " 4711 "},
};
INSTANTIATE_TEST_SUITE_P(FieldGuide, IdSpellings, testing::ValuesIn(kSpellings),
                         [](const auto& spelling) { return std::string(spelling.param.name); });

TEST_F(MatcherTest, DashesTellIdsApartThatAreNoUuids) {
  Accept(1, "1-11");
  Come("11-1");
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(MatcherTest, ADecimalIdIsNotTakenForTheHexadecimalOneThatLooksLikeIt) {
  // 26 is 0x1A, which is message 1; but message 2's id reads 26, too.
  Accept(1, "1A", "491700000001");
  Accept(2, "26", "491700000002");
  Come("26", DeliveryState::kDelivered, "491700000001");
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
}

TEST_F(MatcherTest, ThatHoldsForReceiptsThatAreEarly) {
  Accept(2, "26", "491700000002");
  Come("26", DeliveryState::kDelivered, "491700000001");
  EXPECT_THAT(told, IsEmpty());
  Accept(1, "1A", "491700000001");
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
}

TEST_F(MatcherTest, ConsecutiveIdsInAnotherBaseAreAllTold) {
  char hex[16];
  for (unsigned i = 1; i <= 1000; ++i) {
    std::snprintf(hex, sizeof hex, "%08X", i);
    Accept(i, hex, "49170" + std::to_string(1'000'000 + i));
  }
  for (unsigned i = 1000; i >= 1; --i) {
    Come(std::to_string(i), DeliveryState::kDelivered, "+49170" + std::to_string(1'000'000 + i));
    ASSERT_EQ(told.size(), 1001 - i);
    ASSERT_EQ(told.back(), std::to_string(i) + " DELIVERED");
  }
  EXPECT_THAT(learned, ElementsAre(IdChange::kDecimalToHex));
  EXPECT_EQ(matcher.counts().waiting, 0u);
}

TEST_F(MatcherTest, EarlyReceiptsOfConsecutiveIdsAreAllTold) {
  // In decimal on both sides, but 18 might be the hexadecimal 12, and that message is settled.
  for (unsigned i = 1; i <= 3000; ++i) {
    const std::string number = "49170" + std::to_string(1'000'000 + i);
    const std::string id = std::to_string(i);
    if (i % 3 == 0) Come("00" + id, DeliveryState::kDelivered, number);
    Accept(i, id, number);
    if (i % 3 != 0) Come("00" + id, DeliveryState::kDelivered, number);
    ASSERT_EQ(told.size(), i);
    ASSERT_EQ(told.back(), id + " DELIVERED");
  }
  EXPECT_EQ(matcher.counts().repeated, 0u);
}

TEST_F(MatcherTest, AReceiptThatMayBeAboutTwoMessagesWaitsUntilTheWayIsLearned) {
  // To one number: it cannot tell them apart.
  for (unsigned i = 1; i <= 40; ++i) {
    char hex[16];
    std::snprintf(hex, sizeof hex, "%x", i);
    Accept(i, hex);
  }
  Come("10");
  Come("16");
  EXPECT_THAT(told, IsEmpty());
  for (unsigned i = 2000; i < 2016; ++i) {
    char hex[16];
    std::snprintf(hex, sizeof hex, "%x", i);
    Accept(i, hex);
    Come(std::to_string(i));
  }
  EXPECT_THAT(told, testing::Contains("10 DELIVERED"));
  EXPECT_THAT(told, testing::Contains("16 DELIVERED"));
  EXPECT_EQ(told.size(), 18u);
}

TEST_F(MatcherTest, WhatWasLearnedNeedsNoNumber) {
  char hex[16];
  for (unsigned i = 1'000; i < 1'100; ++i) {
    std::snprintf(hex, sizeof hex, "%X", i);
    Accept(i, hex, "491700000001");
  }
  for (unsigned i = 1'000; i < 1'020; ++i) Come(std::to_string(i));
  ASSERT_THAT(learned, ElementsAre(IdChange::kDecimalToHex));
  told.clear();
  Come("1050", DeliveryState::kDelivered, "");
  EXPECT_THAT(told, ElementsAre("1050 DELIVERED"));
}

TEST_F(MatcherTest, ButANumberThatDisagreesIsHeeded) {
  char hex[16];
  for (unsigned i = 1'000; i < 1'100; ++i) {
    std::snprintf(hex, sizeof hex, "%X", i);
    Accept(i, hex, "491700000001");
  }
  for (unsigned i = 1'000; i < 1'020; ++i) Come(std::to_string(i));
  told.clear();
  Come("1050", DeliveryState::kDelivered, "15550001111");
  Pass(61 * kSecond);
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(MatcherTest, ReceiptsThatHideTheNumberMatchWhenTheyHaveWaited) {
  Accept(1, "4711");
  Come("4711", DeliveryState::kDelivered, "XXXXXXXX");
  EXPECT_THAT(told, IsEmpty());
  Pass(61 * kSecond);
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
  Accept(2, "4712");
  Come("4712", DeliveryState::kDelivered, "XXXXXXXX");
  EXPECT_THAT(told, ElementsAre("1 DELIVERED", "2 DELIVERED")) << "it hides all of them";
}

TEST_F(MatcherTest, NumbersAreTheSameHoweverTheyAreWritten) {
  for (const char* number : {"+491701234567", "01701234567", "00491701234567"}) {
    told.clear();
    Accept(1, "4711", "491701234567");
    Come("4711", DeliveryState::kDelivered, number);
    EXPECT_THAT(told, ElementsAre("1 DELIVERED")) << number;
  }
}

TEST_F(MatcherTest, AnEarlyReceiptIsNotTakenForARepetitionInAnotherBase) {
  // 25 is 0x19, and the segment before it, to the same number, was given the id 19.
  AcceptPart(1, "19", 0, 2);
  Come("19");
  Come("25");
  AcceptPart(1, "25", 1, 2);
  matcher.Finish();
  EXPECT_THAT(told, ElementsAre("1.1 DELIVERED", "1.2 DELIVERED, all DELIVERED"));
}

TEST_F(MatcherTest, AReceiptThatComesTwiceIsToldOnce) {
  Accept(1, "1");
  Come("1");
  Come("1");
  Come("1", DeliveryState::kEnroute);
  Come("1", DeliveryState::kExpired);
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
  EXPECT_EQ(matcher.counts().repeated, 3u);
  EXPECT_EQ(matcher.counts().delivered, 1u);
}

TEST_F(MatcherTest, AnEarlyReceiptThatComesTwiceIsToldOnce) {
  Come("1");
  Come("1");
  EXPECT_EQ(matcher.counts().parked, 2u);
  Accept(1, "1");
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
  EXPECT_EQ(matcher.counts().repeated, 1u);
  EXPECT_EQ(matcher.counts().parked, 0u);
}

TEST_F(MatcherTest, IntermediateStatesComeBeforeTheFinalOne) {
  Accept(1, "1");
  Come("1", DeliveryState::kEnroute);
  Come("1", DeliveryState::kEnroute);
  Come("1", DeliveryState::kAccepted);
  EXPECT_EQ(matcher.counts().waiting, 1u);
  Come("1", DeliveryState::kDelivered);
  EXPECT_THAT(told, ElementsAre("1 ENROUTE", "1 ACCEPTED", "1 DELIVERED"));
  EXPECT_EQ(matcher.counts().repeated, 1u);
}

TEST_F(MatcherTest, EarlyStatesAreToldInTheOrderOfTheirComing) {
  Come("1", DeliveryState::kEnroute);
  Come("1", DeliveryState::kDelivered);
  Accept(1, "1");
  EXPECT_THAT(told, ElementsAre("1 ENROUTE", "1 DELIVERED"));
}

TEST_F(MatcherTest, AMessageOfSeveralSegmentsIsSettledByItsLast) {
  AcceptPart(9, "a", 0, 3);
  AcceptPart(9, "b", 1, 3);
  AcceptPart(9, "c", 2, 3);
  Come("c", DeliveryState::kDelivered);
  Come("a", DeliveryState::kExpired);
  Come("b", DeliveryState::kDelivered);
  EXPECT_THAT(told, ElementsAre("9.3 DELIVERED", "9.1 EXPIRED", "9.2 DELIVERED, all EXPIRED"));
  EXPECT_EQ(matcher.counts().waiting, 0u);
  EXPECT_FALSE(matcher.IsWaiting());
}

TEST_F(MatcherTest, AReceiptOfNoMessageIsCountedWhenItHasWaited) {
  Come("1");
  Pass(59 * kSecond);
  EXPECT_EQ(matcher.counts().parked, 1u);
  EXPECT_EQ(matcher.NextDeadline(), 60 * kSecond);
  Pass(2 * kSecond);
  EXPECT_EQ(matcher.counts().parked, 0u);
  EXPECT_EQ(matcher.counts().unmatched, 1u);
  EXPECT_EQ(matcher.NextDeadline(), io::kNever);
}

TEST_F(MatcherTest, TheParkHasAMaximumAndTheOldestLeavesIt) {
  for (size_t i = 0; i < Park::kMostReceipts + 10; ++i) Come("id" + std::to_string(i));
  EXPECT_EQ(matcher.counts().parked, Park::kMostReceipts);
  EXPECT_EQ(matcher.counts().unmatched, 10u);
  Accept(1, "id9");
  Accept(2, "id10");
  EXPECT_THAT(told, ElementsAre("2 DELIVERED"));
}

TEST_F(MatcherTest, AReceiptIsWaitedForAtLeastThatLongAndNotMuchLonger) {
  Accept(1, "1");
  Pass(71 * kHour);
  Accept(2, "2");
  EXPECT_EQ(matcher.counts().waiting, 2u);
  Pass(37 * kHour);
  EXPECT_EQ(matcher.counts().waiting, 1u);
  Come("2");
  EXPECT_THAT(told, ElementsAre("2 DELIVERED"));
}

TEST_F(MatcherTest, SegmentsBeyondTheMaximumAreNotKept) {
  Configure({}, 2);
  Accept(1, "1");
  Accept(2, "2");
  Accept(3, "3");
  EXPECT_EQ(matcher.counts().not_kept, 1u);
  Come("3");
  Come("1");
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
  Accept(4, "4");
  Come("4");
  EXPECT_THAT(told, ElementsAre("1 DELIVERED", "4 DELIVERED"));
}

TEST_F(MatcherTest, AReceiptThatMayBeOfASegmentThatIsNotKeptSettlesNoOther) {
  Configure({}, 1);
  Accept(1, "1A");
  Accept(2, "26");
  Come("26", DeliveryState::kDelivered, "");
  matcher.Finish();
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(MatcherTest, AConfiguredFormIsTheOnlyOne) {
  ReceiptOptions options;
  options.id_response = IdForm::kHex;
  options.id_receipt = IdForm::kDecimal;
  Configure(options);
  Accept(1, "1A", "491700000001");
  Accept(2, "26", "491700000002");
  Come("26", DeliveryState::kDelivered, "491700000002");
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
  EXPECT_THAT(learned, IsEmpty());
}

TEST_F(MatcherTest, IdsThatOnlyDifferInCaseAreOfDifferentMessages) {
  Accept(1, "Xk0a", "491700000001");
  Accept(2, "Xk0A", "491700000002");
  Accept(3, "0xK0a", "491700000003");
  Come("Xk0a", DeliveryState::kDelivered, "491700000001");
  Come("0xK0a", DeliveryState::kDelivered, "491700000003");
  Come("Xk0A", DeliveryState::kDelivered, "491700000002");
  EXPECT_THAT(told, ElementsAre("1 DELIVERED", "3 DELIVERED", "2 DELIVERED"));
  Come("Xk0A", DeliveryState::kDelivered, "491700000002");
  EXPECT_EQ(matcher.counts().repeated, 1u);
  Accept(4, "00AB", "491700000004");
  Come("ab", DeliveryState::kDelivered, "491700000004");
  EXPECT_EQ(told.back(), "4 DELIVERED") << "numbers are numbers, however they are written";
}

TEST_F(MatcherTest, CountingBeginsWhenItIsConfigured) {
  Accept(1, "1");
  Accept(2, "2");
  Accept(3, "3");
  Come("1");
  Come("1");
  Come("2", DeliveryState::kExpired);
  EXPECT_EQ(matcher.counts().delivered, 1u);
  EXPECT_EQ(matcher.counts().undelivered, 1u);
  Configure({});
  const MatcherCounts counts = matcher.counts();
  EXPECT_EQ(counts.delivered + counts.undelivered + counts.repeated, 0u);
  EXPECT_EQ(counts.waiting, 1u);
}

TEST_F(MatcherTest, WithoutIdsTheReferenceTells) {
  const Correlation about{HashOfAddresses("491700000001", "SALVO"), uint16_t{77}};
  Acceptance acceptance;
  acceptance.key = 5;
  acceptance.correlation = about;
  matcher.OnAccepted(acceptance, kWall);
  EXPECT_EQ(matcher.counts().waiting, 1u);
  InboundReceipt receipt = About("491700000001");
  receipt.state = DeliveryState::kDelivered;
  receipt.correlation = {HashOfAddresses("+491700000001", "SALVO"), uint16_t{77}};
  matcher.OnReceipt(receipt);
  EXPECT_THAT(told, ElementsAre("5 DELIVERED"));
}

TEST_F(MatcherTest, SegmentsThatNoReceiptCanTellAreCounted) {
  Accept(1, "");
  EXPECT_EQ(matcher.counts().without_id, 1u);
  EXPECT_FALSE(matcher.IsWaiting());
  Configure({});
  EXPECT_EQ(matcher.counts().without_id, 1u) << "also those of an earlier run";
}

class Unknowns : public MatcherTest {
 protected:
  void BecomeUnknown(uint64_t key, std::optional<uint16_t> reference, int64_t intended_at = kWall) {
    UnknownSegment segment;
    segment.key = key;
    segment.correlation = {HashOfAddresses("491700000001", "SALVO"), reference};
    segment.intended_at_ns = intended_at;
    matcher.OnUnknown(segment);
  }
  // The shard settles it by the receipt.
  void Agree(uint64_t key) {
    Acceptance acceptance;
    acceptance.key = key;
    acceptance.id = claimed_id;
    acceptance.receipt_claim = claim;
    matcher.OnAccepted(acceptance, kWall);
  }
  void ComeWith(std::optional<uint16_t> reference) {
    InboundReceipt receipt = About("491700000001");
    receipt.id = "4711";
    receipt.state = DeliveryState::kDelivered;
    receipt.correlation = {HashOfAddresses("491700000001", "SALVO"), reference};
    matcher.OnReceipt(receipt);
  }
};

TEST_F(Unknowns, AReceiptThatSettlesOneWaitsForItHoweverSoonTheParkEnds) {
  ReceiptOptions options;
  options.park = std::chrono::seconds(1);
  Configure(options);
  BecomeUnknown(3, 5);
  ComeWith(5);
  Pass(kSecond);
  ASSERT_THAT(settlements, ElementsAre(3));
  Pass(5 * kSecond);
  Agree(3);
  EXPECT_THAT(told, ElementsAre("3 DELIVERED"));
  EXPECT_FALSE(matcher.IsWaiting());
}

TEST_F(Unknowns, AreSettledByTheReceiptThatHasTheirReference) {
  BecomeUnknown(3, 5);
  ComeWith(5);
  EXPECT_TRUE(matcher.IsWaiting());
  Pass(3 * kSecond);
  ASSERT_THAT(settlements, ElementsAre(3));
  EXPECT_EQ(claimed_id, "4711");
  EXPECT_THAT(told, IsEmpty()) << "the shard has to agree first";
  Agree(3);
  EXPECT_THAT(told, ElementsAre("3 DELIVERED"));
  EXPECT_FALSE(matcher.IsWaiting());
}

TEST_F(Unknowns, OfAnEarlierRunAreSettledByItsReceiptWhenTheyAreMetLongAfter) {
  ComeWith(5);
  Configure({});  // the next run
  Pass(600 * kSecond);
  BecomeUnknown(3, 5);
  Pass(3 * kSecond);
  EXPECT_THAT(settlements, ElementsAre(3));
}

TEST_F(Unknowns, LeaveReceiptsToTheMessageWhoseAnswerIsOnItsWay) {
  BecomeUnknown(3, 5);
  ComeWith(5);
  Pass(kSecond);
  Accept(70'000, "4711");
  EXPECT_THAT(told, ElementsAre("70000 DELIVERED"));
  Pass(3 * kSecond);
  EXPECT_THAT(settlements, IsEmpty());
}

TEST_F(Unknowns, AreNotSettledWhenTwoAreAlike) {
  BecomeUnknown(3, 5);
  BecomeUnknown(65'539, 5);
  ComeWith(5);
  Pass(61 * kSecond);
  EXPECT_THAT(settlements, IsEmpty());
  EXPECT_EQ(matcher.counts().probable, 1u);
}

TEST_F(Unknowns, AreNotSettledByAReceiptThatIsOlder) {
  BecomeUnknown(3, 5, kWall + kSecond);
  ComeWith(5);
  Pass(61 * kSecond);
  EXPECT_THAT(settlements, IsEmpty());
}

TEST_F(Unknowns, AreProbablyMeantByAReceiptWithoutAReference) {
  BecomeUnknown(3, 5);
  ComeWith(std::nullopt);
  Pass(61 * kSecond);
  EXPECT_THAT(settlements, IsEmpty());
  EXPECT_EQ(matcher.counts().probable, 1u);
  EXPECT_EQ(matcher.counts().unmatched, 0u);
}

TEST(Recovery, WhatAnEarlierRunAcceptedGoesOnWaiting) {
  constexpr int64_t kWall = MatcherTest::kWall;
  constexpr io::Nanos kHour = MatcherTest::kHour;
  class Sink : public MatcherSink {
   public:
    void OnReceipt(const Receipt& receipt) override {
      told.push_back(std::to_string(receipt.key) + (receipt.earlier ? " earlier" : ""));
    }
    void OnIdsLearned(uint32_t, IdChange) override {}
    void OnUnknownSettled(const SettledByReceipt&) override {}
    std::vector<std::string> told;
  } sink;
  Matcher matcher(&sink);
  const auto accept = [&](uint64_t key, const std::string& id, int64_t ago) {
    Acceptance acceptance;
    acceptance.key = key;
    acceptance.account = 3;
    acceptance.id = id;
    matcher.OnAccepted(acceptance, kWall - ago);
  };
  accept(1, "a", 100 * kHour);
  accept(2, "b", 71 * kHour);
  accept(3, "c", kHour);
  InboundReceipt receipt;
  receipt.account = 3;
  receipt.earlier = true;
  receipt.state = DeliveryState::kDelivered;
  receipt.id = "c";
  matcher.OnReceipt(receipt);
  EXPECT_THAT(sink.told, ElementsAre("3 earlier"));
  Matcher::Options options;
  options.accounts.resize(4);
  matcher.Configure(options, 5, kWall);
  EXPECT_EQ(matcher.counts().waiting, 1u) << "one was waited for long enough";
  receipt.earlier = false;
  receipt.id = "b";
  matcher.OnReceipt(receipt);
  EXPECT_THAT(sink.told, ElementsAre("3 earlier", "2"));
}

TEST_F(Unknowns, OfAReferenceAreWaitedForAndLeftToTheRunThatHasTheirMessages) {
  matcher.ExpectReferences({5, 6});
  EXPECT_TRUE(matcher.IsWaiting());
  ComeWith(5);
  EXPECT_TRUE(matcher.IsWaiting());
  ComeWith(6);
  EXPECT_FALSE(matcher.IsWaiting());
  ComeWith(7);
  matcher.Finish();
  EXPECT_THAT(settlements, IsEmpty());
  EXPECT_EQ(matcher.counts().probable, 2u);
  EXPECT_EQ(matcher.counts().unmatched, 1u);
}

TEST(NumberMarks, OfOneNumberAgreeAndTheShortOneIsToldByTheWideOne) {
  EXPECT_EQ(MarkOf(0), 0);
  EXPECT_EQ(WideMarkOf(0), 0);
  for (unsigned i = 0; i < 10'000; ++i) {
    const uint32_t number = HashOfNumber("49170" + std::to_string(i));
    const uint16_t wide = WideMarkOf(number);
    const uint8_t mark = MarkOf(number);
    ASSERT_GT(wide, UINT8_MAX);
    ASSERT_GT(mark, 0);
    ASSERT_EQ(WideMarkOf(wide), wide);
    ASSERT_EQ(MarkOf(wide), mark);
    ASSERT_EQ(MarkOf(mark), mark);
    ASSERT_TRUE(AreSameNumber(number, wide) && AreSameNumber(mark, wide));
  }
}

TEST(WaitingTable, TenMillionEntriesTakeLessThan400Megabytes) {
  // The growth is the same at a tenth of the size, in a tenth of the time: the parts that hold
  // 10,000,000 entries are those of 625,000 doubled four times.
  constexpr size_t kEntries = 625'000;
  WaitingTable table;
  uint64_t hash = 1;
  WaitingTable::Entry entry;
  size_t most = 0;
  for (size_t i = 0; i < kEntries; ++i) {
    hash = hash * 6364136223846793005 + 1442695040888963407;
    ASSERT_TRUE(table.Put(hash ^ hash >> 29, entry));
    most = std::max(most, table.MemoryUsed());
  }
  EXPECT_EQ(table.size(), kEntries);
  EXPECT_LT(16 * most, 400'000'000u);
  RecordProperty("octets_an_entry", std::to_string(static_cast<double>(most) / kEntries));
}

}  // namespace
}  // namespace salvo::engine
