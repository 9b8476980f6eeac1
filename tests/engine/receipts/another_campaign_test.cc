// Goal: receipts of another campaign of the account settle nothing in this one, in a run and when
// its journal is read again; and what is this one's is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/engine/receipts/matcher_case.h"

namespace salvo::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Two campaigns of one account, one behind the other: the ids of the second go on from the first's.
class AnotherCampaign : public MatcherTest {
 protected:
  static std::string Id(unsigned i) {
    std::string digits = std::to_string(i);
    return digits.insert(0, 10 - digits.size(), '0');
  }
  static std::string Foreign(unsigned i) { return "4917" + std::to_string(1'000 + i) + "6005"; }
  static std::string Own(unsigned i) { return "4918" + std::to_string(1'000 + i) + "6002"; }

  void AcceptOwn() {
    for (unsigned i = 600; i < 1'100; ++i) Accept(i, Id(i), Own(i));
  }
  void ComeForeign(const std::function<std::string(unsigned)>& about) {
    for (unsigned i = 0; i < 600; ++i) Come(Id(i), DeliveryState::kUndeliverable, about(i));
  }
  void ExpectAllDelivered() {
    EXPECT_EQ(told.size(), 500u);
    for (const std::string& line : told) EXPECT_TRUE(line.ends_with(" DELIVERED")) << line;
    EXPECT_THAT(learned, IsEmpty());
  }
};

TEST_F(AnotherCampaign, HasItsReceiptsAndTeachesNothing) {
  AcceptOwn();
  ComeForeign(Foreign);
  for (unsigned i = 600; i < 1'100; ++i) Come(Id(i), DeliveryState::kDelivered, Own(i));
  matcher.Finish();
  ExpectAllDelivered();
  EXPECT_EQ(matcher.counts().unmatched, 600u);
}

TEST_F(AnotherCampaign, HasThemAlsoWhenTheyHaveWaited) {
  AcceptOwn();
  ComeForeign(Foreign);
  Pass(61 * kSecond);
  EXPECT_THAT(told, IsEmpty());
  for (unsigned i = 600; i < 1'100; ++i) Come(Id(i), DeliveryState::kDelivered, Own(i));
  ExpectAllDelivered();
}

TEST_F(AnotherCampaign, HasThemAlsoWhenNumbersAreWrittenAsNobodyKnowsThem) {
  AcceptOwn();
  ComeForeign([](unsigned) { return "SHORT"; });
  for (unsigned i = 600; i < 1'100; ++i) Come(Id(i), DeliveryState::kDelivered, "SHORT");
  Pass(61 * kSecond);
  matcher.Finish();
  ExpectAllDelivered();
}

TEST_F(AnotherCampaign, HasThemAlsoWhenReceiptsHaveNoNumber) {
  AcceptOwn();
  ComeForeign([](unsigned) { return ""; });
  for (unsigned i = 600; i < 1'100; ++i) Come(Id(i), DeliveryState::kDelivered, "");
  matcher.Finish();
  ExpectAllDelivered();
}

TEST_F(AnotherCampaign, HasThemAlsoWhereZerosAloneTellTheIdsApart) {
  Accept(1, "0020", Own(1));
  Come("20", DeliveryState::kUndeliverable, Foreign(1));
  matcher.Finish();
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(MatcherTest, AnUnansweredMessageIsNotTakenForTheOneThatLooksLikeItInAnotherBase) {
  // 14 is 0x14, which is 20; and the answer that has the id 20 never came.
  for (unsigned i = 0; i < 20; ++i) Accept(i, std::to_string(i), "49170" + std::to_string(i));
  Come("20", DeliveryState::kDelivered, "491700007000");
  matcher.Finish();
  EXPECT_THAT(told, IsEmpty());
  EXPECT_EQ(matcher.counts().unmatched, 1u);
}

// What a journal has of numbers is an octet of their hash, which is right by chance often enough.
class Earlier : public AnotherCampaign {
 protected:
  void Accepted(unsigned i, const std::string& id) {
    Acceptance acceptance;
    acceptance.key = i;
    acceptance.id = id;
    acceptance.number = MarkOf(HashOfNumber(Own(i)));
    recovered.OnAccepted(acceptance, kWall);
  }
  void Received(const std::string& id, DeliveryState state, const std::string& about) {
    ids.push_back(id);
    InboundReceipt receipt;
    receipt.earlier = true;
    receipt.state = state;
    receipt.source_number = MarkOf(HashOfNumber(about));
    receipt.destination_number = MarkOf(HashOfNumber("SALVO"));
    receipts.push_back(receipt);
  }
  void Recover(Matcher& from) {
    for (size_t i = 0; i < ids.size(); ++i) receipts[i].id = ids[i];
    for (const InboundReceipt& receipt : receipts) from.Vote(receipt);
    from.DecideByVotes();
    for (const InboundReceipt& receipt : receipts) from.OnReceipt(receipt);
    from.EndOfEarlier();
  }

  Matcher recovered{this};
  std::vector<std::string> ids;
  std::vector<InboundReceipt> receipts;
};

TEST_F(Earlier, ReceiptsOfAnotherCampaignSettleNothing) {
  for (unsigned i = 600; i < 1'100; ++i) Accepted(i, Id(i));
  for (unsigned i = 0; i < 600; ++i) Received(Id(i), DeliveryState::kUndeliverable, Foreign(i));
  for (unsigned i = 600; i < 1'100; ++i) Received(Id(i), DeliveryState::kDelivered, Own(i));
  Recover(recovered);
  ExpectAllDelivered();
  EXPECT_EQ(recovered.counts().parked, 600u) << "unknown messages may be settled by them";
}

TEST_F(Earlier, TheySettleNothingBeforeAnyOfThisOneCame) {
  for (unsigned i = 600; i < 1'100; ++i) Accepted(i, Id(i));
  for (unsigned i = 0; i < 600; ++i) Received(Id(i), DeliveryState::kUndeliverable, Foreign(i));
  Recover(recovered);
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(Earlier, AFewInAnotherBaseAreTold) {
  for (unsigned i = 700; i < 703; ++i) {
    char hex[16];
    std::snprintf(hex, sizeof hex, "%X", i);
    Accepted(i, hex);
    Received(Id(i), DeliveryState::kDelivered, Own(i));
  }
  Recover(recovered);
  EXPECT_EQ(told.size(), 3u);
}

TEST_F(Earlier, AFewInAnotherBaseDoNotDecideForThisRun) {
  for (unsigned i = 700; i < 703; ++i) {
    char hex[16];
    std::snprintf(hex, sizeof hex, "%X", i);
    Accepted(i, hex);
    Received(Id(i), DeliveryState::kDelivered, Own(i));
  }
  Recover(recovered);
  told.clear();
  Matcher::Options options;
  options.accounts = {ReceiptOptions()};
  options.max_waiting = 100;
  recovered.Configure(options, now, kWall);
  const std::string id = Id(5000);
  Acceptance acceptance;
  acceptance.key = 5000;
  acceptance.id = id;
  acceptance.number = HashOfNumber(Own(5000));
  recovered.OnAccepted(acceptance, kWall);
  InboundReceipt receipt = About(Own(5000));
  receipt.id = acceptance.id;
  receipt.state = DeliveryState::kDelivered;
  recovered.OnReceipt(receipt);
  EXPECT_THAT(told, ElementsAre("5000 DELIVERED"));
}

TEST_F(Earlier, WhatWasMatchedWithoutANumberIsToldAgain) {
  for (unsigned i = 600; i < 610; ++i) {
    Accepted(i, Id(i));
    Received(Id(i), DeliveryState::kDelivered, "SHORT");
  }
  Recover(recovered);
  EXPECT_EQ(told.size(), 10u);
}

TEST_F(Earlier, AFormThatIsConfiguredIsHeeded) {
  ReceiptOptions options;
  options.id_response = IdForm::kHex;
  options.id_receipt = IdForm::kDecimal;
  Matcher configured(this, {options});
  Acceptance acceptance;
  acceptance.key = 1;
  acceptance.id = "1A";
  acceptance.number = MarkOf(HashOfNumber(Own(1)));
  configured.OnAccepted(acceptance, kWall);
  Received("26", DeliveryState::kDelivered, Foreign(1));
  Recover(configured);
  EXPECT_THAT(told, ElementsAre("1 DELIVERED"));
}

}  // namespace
}  // namespace salvo::engine
