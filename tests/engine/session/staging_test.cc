// Staging itself, and what a session does with PDUs that wait for the disk.
#include "engine/session/staging.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "tests/engine/session/session_world.h"
#include "tests/support/random.h"

namespace salvo::engine {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;
using test::Random;

std::string Text(std::span<const uint8_t> octets) { return {octets.begin(), octets.end()}; }

bool Put(Staging& staging, std::string_view text) {
  uint8_t* out = staging.Claim(text.size());
  if (out == nullptr) return false;
  std::copy(text.begin(), text.end(), out);
  staging.Commit(text.size());
  return true;
}

TEST(Staging, KeepsEachPieceUntilItsSyncIsDone) {
  Staging staging(64);
  Put(staging, "one");
  EXPECT_EQ(Text(staging.Ready(9)), "") << "nobody has said what it waits for";
  staging.WaitFor(1);
  Put(staging, "two");
  staging.WaitFor(2);
  Put(staging, "three");
  staging.WaitFor(2);
  EXPECT_EQ(Text(staging.Ready(0)), "");
  EXPECT_EQ(Text(staging.Ready(1)), "one");
  staging.Take(2);
  EXPECT_EQ(Text(staging.Ready(1)), "e");
  EXPECT_EQ(Text(staging.Ready(2)), "etwothree");
  EXPECT_EQ(Text(staging.Held()), "etwothree");
  staging.Take(9);
  EXPECT_TRUE(staging.empty());
}

TEST(Staging, BehavesAsAPlainQueueUnderRandomUse) {
  for (uint64_t i = 0; i < 40; ++i) {
    const uint64_t seed = test::TestSeed() * 40 + i;
    SCOPED_TRACE(seed);
    Random random(seed);
    Staging staging(300);
    std::deque<std::pair<uint64_t, char>> model;  // with the sync it waits for; 0: not said
    uint64_t covering = 1;
    uint64_t synced = 0;
    uint64_t refused = 0;
    for (int step = 0; step < 2000; ++step) {
      const size_t octets = 1 + random.Below(30);
      if (random.Chance(0.6)) {
        std::string text(octets, 0);
        for (char& c : text) c = static_cast<char>(random.Octet());
        if (Put(staging, text)) {
          for (const char c : text) model.emplace_back(0, c);
        } else {
          ++refused;
        }
      } else if (random.Chance(0.5)) {
        if (random.Chance(0.5)) ++covering;
        staging.WaitFor(covering);
        for (auto& [sync, c] : model) {
          if (sync == 0) sync = covering;
        }
      } else {
        if (random.Chance(0.7)) synced = std::max(synced, covering - random.Below(2));
        std::string ready;
        for (const auto& [sync, c] : model) {
          if (sync == 0 || sync > synced) break;
          ready += c;
        }
        ASSERT_EQ(Text(staging.Ready(synced)), ready);
        const size_t some = std::min<size_t>(ready.size(), random.Below(200));
        staging.Take(some);
        model.erase(model.begin(), model.begin() + static_cast<ptrdiff_t>(some));
      }
      ASSERT_EQ(staging.empty(), model.empty());
    }
    EXPECT_GT(refused, 0u);
  }
}

SessionOptions WaitingOptions() {
  SessionOptions options = SessionWorld::Options();
  options.waits_for_disk = true;
  return options;
}

void Deliver(SessionWorld& world, uint32_t sequence) {
  world.Receive(CommandId::kDeliverSm, CommandStatus::ESME_ROK, sequence, pdu::DeliverSm{});
}

TEST(StagingSession, ASegmentLeavesWhenItsSyncIsDone) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  ASSERT_TRUE(world.Submit(1));
  world.session().WaitFor(1);
  ASSERT_TRUE(world.Submit(2));
  world.session().WaitFor(2);
  EXPECT_EQ(world.session().window().outstanding(), 2u);
  EXPECT_EQ(world.session().staged(), 2u);
  world.session().Release(0, world.now());
  EXPECT_TRUE(world.Sent().empty());
  world.session().Release(1, world.now());
  EXPECT_EQ(world.Sent().size(), 1u);
  world.session().Release(2, world.now());
  EXPECT_EQ(world.Sent().size(), 1u);
  EXPECT_EQ(world.session().staged(), 0u);
}

TEST(StagingSession, AnswersThatNeedNoDiskDoNotWait) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  ASSERT_TRUE(world.Submit(1));
  Deliver(world, 7);
  world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 8);
  world.inbound_status = CommandStatus::ESME_RX_T_APPN;
  Deliver(world, 9);
  const auto sent = world.Sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].command_id, CommandId::kEnquireLinkResp);
  EXPECT_EQ(sent[1].command_id, CommandId::kDeliverSmResp);
  EXPECT_EQ(sent[1].sequence_number, 9u) << "a refusal has no record";
  world.session().WaitFor(1);
  world.session().Release(1, world.now());
  const auto released = world.Sent();
  ASSERT_EQ(released.size(), 2u);
  EXPECT_EQ(released[0].command_id, CommandId::kDeliverSmResp);
  EXPECT_EQ(released[0].sequence_number, 7u);
  EXPECT_EQ(released[1].command_id, CommandId::kSubmitSm);
}

TEST(StagingSession, ADeliveryThatFindsNoRoomToWaitIsToComeAgain) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  uint32_t refused = 0;
  for (uint32_t i = 1; i <= 10'000; ++i) {
    Deliver(world, i);
    for (const pdu::Header& header : world.Sent()) {
      EXPECT_EQ(header.command_status, CommandStatus::ESME_RX_T_APPN);
      ++refused;
    }
  }
  EXPECT_GT(refused, 0u);
  EXPECT_EQ(world.told().inbound.size() + refused, 10'000u) << "nobody was told of those";
  world.session().WaitFor(1);
  world.session().Release(1, world.now());
  EXPECT_EQ(world.Sent().size() + refused, 10'000u);
}

TEST(StagingSession, TheTimeForAnAnswerBeginsWithTheRelease) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  ASSERT_TRUE(world.Submit(1));
  world.session().WaitFor(1);
  for (int i = 0; i < 9; ++i) {
    world.Pass(20 * kSecond);
    world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
  }
  EXPECT_EQ(world.session().stats().timeouts, 0u);
  world.session().Release(1, world.now());
  world.Sent();
  for (int i = 0; i < 2; ++i) {
    world.Pass(20 * kSecond);
    world.Receive(CommandId::kEnquireLink, CommandStatus::ESME_ROK, 1);
  }
  EXPECT_EQ(world.session().stats().timeouts, 0u);
  world.Pass(20 * kSecond);
  EXPECT_EQ(world.session().stats().timeouts, 1u);
}

TEST(StagingSession, WhatHasNotLeftCannotBeAnswered) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  ASSERT_TRUE(world.Submit(1));
  world.Answer(world.last_sequence);
  EXPECT_TRUE(world.told().answers.empty());
  EXPECT_EQ(world.session().stats().unexpected_responses, 1u);
  world.session().WaitFor(1);
  world.session().Release(1, world.now());
  world.Answer(world.last_sequence);
  EXPECT_EQ(world.told().answers.size(), 1u);
}

TEST(StagingSession, WhatIsStagedIsUnsentWhenTheConnectionGoes) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  world.Submit(1);
  world.session().WaitFor(1);
  world.session().Release(1, world.now());
  world.Sent();
  world.Submit(2);
  world.session().WaitFor(2);
  world.session().Release(2, world.now());  // in the output, and stays there
  world.Submit(3);
  world.session().WaitFor(3);
  world.Submit(4);
  world.session().OnTransportClosed();
  EXPECT_EQ(world.told().lost.at(1), Fate::kUnknown);
  for (uint64_t cookie = 2; cookie <= 4; ++cookie) {
    EXPECT_EQ(world.told().lost.at(cookie), Fate::kUnsent);
    EXPECT_NE(world.told().lost_pdus.at(cookie).find("cookie " + std::to_string(cookie)),
              std::string::npos);
  }
  EXPECT_EQ(world.session().window().outstanding(), 0u);
}

TEST(StagingSession, WhatMayNotLeaveYetStaysInOrder) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  world.Submit(1);
  world.Submit(2);
  world.session().WaitFor(1);
  world.may_leave = false;
  world.session().Release(1, world.now());
  EXPECT_TRUE(world.Sent().empty());
  world.may_leave = true;
  world.session().Release(1, world.now());
  const auto sent = world.Sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_LT(sent[0].sequence_number, sent[1].sequence_number);
}

TEST(StagingSession, ADrainWaitsForWhatIsStaged) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  world.Submit(1);
  Deliver(world, 5);
  world.session().WaitFor(1);
  world.session().Drain(world.now());
  EXPECT_TRUE(world.Sent().empty());
  world.session().Release(1, world.now());
  EXPECT_EQ(world.Sent().size(), 2u);
  world.Answer(world.last_sequence);
  const auto sent = world.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command_id, CommandId::kUnbind);
}

TEST(StagingSession, APeerThatUnbindsGetsNothingThatIsStaged) {
  SessionWorld world(WaitingOptions());
  world.Bind();
  world.Submit(1);
  world.session().WaitFor(1);
  world.Receive(CommandId::kUnbind, CommandStatus::ESME_ROK, 6);
  EXPECT_EQ(world.told().lost.at(1), Fate::kUnsent);
  const auto sent = world.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].command_id, CommandId::kUnbindResp);
  EXPECT_EQ(world.session().end(), SessionEnd::kPeerUnbound);
}

}  // namespace
}  // namespace salvo::engine
