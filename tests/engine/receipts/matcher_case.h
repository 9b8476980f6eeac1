// What the tests of the matcher share: it is told of acceptances and receipts, and what it tells is
// kept as text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/receipts/matcher.h"

namespace salvo::engine {

class MatcherTest : public testing::Test, public MatcherSink {
 public:
  static constexpr int64_t kWall = 1'700'000'000'000'000'000;
  static constexpr io::Nanos kSecond = io::kNanosPerSecond;
  static constexpr io::Nanos kHour = 3600 * kSecond;

 protected:
  explicit MatcherTest(ReceiptOptions options = {}) { Configure(options); }

  void Configure(const ReceiptOptions& options, uint64_t max_waiting = 1'000'000) {
    Matcher::Options all;
    all.accounts = {options, options};
    all.max_waiting = max_waiting;
    matcher.Configure(all, now, kWall + now);
  }

  void Accept(uint64_t key, std::string_view id, std::string_view to = "491700000001") {
    AcceptPart(key, id, 0, 1, to);
  }
  void AcceptPart(uint64_t key, std::string_view id, uint16_t part, uint16_t parts,
                  std::string_view to = "491700000001") {
    Acceptance acceptance;
    acceptance.key = key;
    acceptance.part = part;
    acceptance.parts = parts;
    acceptance.number = HashOfNumber(to);
    acceptance.id = id;
    acceptance.account = account;
    matcher.OnAccepted(acceptance, kWall + now);
  }
  void Come(std::string_view id, DeliveryState state = DeliveryState::kDelivered,
            std::string_view about = "491700000001", std::string_view error = "") {
    InboundReceipt receipt = About(about);
    receipt.id = id;
    receipt.state = state;
    receipt.error = error;
    matcher.OnReceipt(receipt);
  }
  InboundReceipt About(std::string_view number) {
    InboundReceipt receipt;
    receipt.account = account;
    receipt.source_number = HashOfNumber(number);
    // One that leaves out the number leaves out both.
    receipt.destination_number = number.empty() ? 0 : HashOfNumber("SALVO");
    receipt.received_at_ns = kWall + now;
    return receipt;
  }
  void Pass(io::Nanos time) {
    now += time;
    // The table is swept a part at a time.
    for (int i = 0; i < 64; ++i) matcher.Advance(now);
  }

  void OnReceipt(const Receipt& receipt) override {
    std::string text = std::to_string(receipt.key);
    if (receipt.segments > 1) text += "." + std::to_string(receipt.segment);
    text += " " + std::string(NameOf(receipt.state));
    if (receipt.segments > 1 && receipt.settled) {
      text += ", all " + std::string(NameOf(receipt.message_state));
    }
    if (!receipt.error.empty()) text += " err " + std::string(receipt.error);
    if (receipt.segments == 1) {
      EXPECT_EQ(receipt.settled, IsFinal(receipt.state));
    }
    told.push_back(text);
  }
  void OnIdsLearned(uint32_t /*account*/, IdChange change) override { learned.push_back(change); }
  void OnUnknownSettled(const SettledByReceipt& settled) override {
    settlements.push_back(settled.segment.key);
    claim = settled.receipt_claim;
    claimed_id = settled.id;
  }

  Matcher matcher{this};
  uint32_t account = 0;
  io::Nanos now = 0;
  std::vector<std::string> told;
  std::vector<IdChange> learned;
  std::vector<uint64_t> settlements;
  uint64_t claim = 0;
  std::string claimed_id;
};

}  // namespace salvo::engine
