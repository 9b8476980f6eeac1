#include "tools/send/receipt_store.h"

#include <gtest/gtest.h>

namespace salvo::tools {
namespace {

Receipt Of(uint64_t row, DeliveryState state, std::string_view error = "000", int64_t at_ns = 1) {
  Receipt receipt;
  receipt.key = row;
  receipt.state = receipt.message_state = state;
  receipt.settled = IsFinal(state);
  receipt.error = error;
  receipt.received_at_ns = at_ns;
  return receipt;
}

// One of several segments, others of which are still under way.
Receipt PartOf(uint64_t row, DeliveryState state, std::string_view error = "000",
               int64_t at_ns = 1) {
  Receipt receipt = Of(row, state, error, at_ns);
  receipt.segments = 3;
  receipt.settled = false;
  return receipt;
}

class ReceiptStoreTest : public testing::Test {
 protected:
  // "DELIVERED 000 1", or "" when there is none.
  std::string Find(uint64_t row) {
    RowReceipt receipt;
    if (!store_.Find(row, &receipt)) return "";
    return std::string(NameOf(receipt.state)) + " " + std::string(receipt.error) + " " +
           std::to_string(receipt.at_ns);
  }

  ReceiptStore store_;
};

TEST_F(ReceiptStoreTest, KnowsNothingAtFirst) {
  EXPECT_TRUE(store_.empty());
  EXPECT_EQ(Find(1), "");
  EXPECT_EQ(Find(UINT64_MAX), "");
}

TEST_F(ReceiptStoreTest, KeepsRowsThatAreFarApart) {
  store_.Add(Of(1, DeliveryState::kDelivered));
  store_.Add(Of(9'999'999, DeliveryState::kUndeliverable, "069", 5));
  EXPECT_FALSE(store_.empty());
  EXPECT_EQ(Find(1), "DELIVERED 000 1");
  EXPECT_EQ(Find(9'999'999), "UNDELIVERABLE 069 5");
  EXPECT_EQ(Find(2), "");
  EXPECT_EQ(Find(5'000'000), "");
}

TEST_F(ReceiptStoreTest, TheLatestIntermediateStateStandsUntilTheFinalOne) {
  store_.Add(Of(7, DeliveryState::kEnroute, "", 1));
  EXPECT_EQ(Find(7), "ENROUTE  1");
  store_.Add(Of(7, DeliveryState::kAccepted, "", 2));
  EXPECT_EQ(Find(7), "ACCEPTED  2");
  store_.Add(Of(7, DeliveryState::kExpired, "001", 3));
  EXPECT_EQ(Find(7), "EXPIRED 001 3");
  store_.Add(Of(7, DeliveryState::kEnroute, "", 4));
  EXPECT_EQ(Find(7), "EXPIRED 001 3");
}

TEST_F(ReceiptStoreTest, ADeliveredPartIsNoStateOfTheMessage) {
  store_.Add(PartOf(7, DeliveryState::kDelivered));
  EXPECT_TRUE(store_.empty());
  EXPECT_EQ(Find(7), "");
  store_.Add(Of(7, DeliveryState::kDelivered, "000", 2));
  EXPECT_EQ(Find(7), "DELIVERED 000 2");
}

TEST_F(ReceiptStoreTest, WhatWasHeardOfOnePartStandsWhenAnotherIsDelivered) {
  store_.Add(PartOf(7, DeliveryState::kEnroute, "", 1));
  store_.Add(PartOf(7, DeliveryState::kDelivered, "000", 2));
  EXPECT_EQ(Find(7), "ENROUTE  1");
}

TEST_F(ReceiptStoreTest, ThePartThatFailedFirstHasTheErrorOfTheMessage) {
  store_.Add(PartOf(7, DeliveryState::kExpired, "E1", 1));
  EXPECT_EQ(Find(7), "EXPIRED E1 1");
  store_.Add(PartOf(7, DeliveryState::kRejected, "E2", 2));
  EXPECT_EQ(Find(7), "EXPIRED E1 1");
  store_.Add(PartOf(7, DeliveryState::kDelivered, "000", 3));
  EXPECT_EQ(Find(7), "EXPIRED E1 1");
  Receipt last = PartOf(7, DeliveryState::kDelivered, "000", 4);
  last.settled = true;
  last.message_state = DeliveryState::kExpired;
  store_.Add(last);
  EXPECT_EQ(Find(7), "EXPIRED E1 4");
}

TEST_F(ReceiptStoreTest, WhatIsToldOnceMoreIsNoNews) {
  Receipt last = Of(1, DeliveryState::kDelivered, "000", 8);
  last.message_state = DeliveryState::kUndeliverable;
  store_.Add(PartOf(1, DeliveryState::kUndeliverable, "012", 7));
  for (int i = 0; i < 2; ++i) {
    store_.Add(last);
    EXPECT_EQ(Find(1), "UNDELIVERABLE 012 8");
  }
}

TEST_F(ReceiptStoreTest, TooManyErrorsAndTooLongOnesAreCut) {
  for (int i = 0; i < 10'000; ++i) {
    store_.Add(Of(static_cast<uint64_t>(i) + 1, DeliveryState::kExpired, "e" + std::to_string(i)));
  }
  EXPECT_EQ(Find(1), "EXPIRED e0 1");
  EXPECT_EQ(Find(10'000), "EXPIRED  1");
  ReceiptStore other;
  other.Add(Of(1, DeliveryState::kExpired, std::string(1000, 'x')));
  RowReceipt receipt;
  ASSERT_TRUE(other.Find(1, &receipt));
  EXPECT_EQ(receipt.error, std::string(64, 'x'));
}

}  // namespace
}  // namespace salvo::tools
