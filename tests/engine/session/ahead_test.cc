// What a session stages ahead of its window, when that leaves, and how it is given back.
#include <gtest/gtest.h>

#include <deque>

#include "tests/engine/session/session_world.h"

namespace salvo::engine {
namespace {

using pdu::CommandStatus;

constexpr uint32_t kWindow = 4;

SessionOptions SmallWindow() {
  SessionOptions options = SessionWorld::Options();
  options.window = kWindow;
  return options;
}

// Bound, with a peer that has answered once, after `took`.
class AheadTest : public testing::Test {
 protected:
  void BindTo(SessionWorld& world, Nanos took) {
    world.Bind();
    ASSERT_TRUE(world.Submit(1000));
    world.Sent();
    world.Pass(took);
    world.Answer(world.last_sequence);
    world.session().PrepareAhead(true);
  }

  // Submits as many as the session takes, numbered from 0. Returns how many.
  uint64_t Fill(SessionWorld& world) {
    uint64_t submitted = 0;
    while (world.Submit(submitted)) {
      sequences_.push_back(world.last_sequence);
      ++submitted;
    }
    return submitted;
  }

  std::vector<uint32_t> First(size_t count) const {
    return {sequences_.begin(), sequences_.begin() + static_cast<ptrdiff_t>(count)};
  }

  std::vector<uint32_t> sequences_;
};

TEST_F(AheadTest, AQuickPeerHasAnotherWindowStaged) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  EXPECT_EQ(Fill(world), 2 * kWindow);
  EXPECT_EQ(world.session().staged(), kWindow);
  EXPECT_EQ(world.Sent().size(), kWindow) << "never more than the window leaves";
}

TEST_F(AheadTest, NothingIsStagedBeforeThePeerHasAnswered) {
  SessionWorld world(SmallWindow());
  world.Bind();
  world.session().PrepareAhead(true);
  EXPECT_EQ(Fill(world), kWindow);
}

TEST_F(AheadTest, NothingIsStagedForASlowPeer) {
  SessionWorld world(SmallWindow());
  BindTo(world, 10 * kMilli);
  EXPECT_EQ(Fill(world), kWindow);
}

TEST_F(AheadTest, NothingIsStagedAheadOfALargeWindow) {
  SessionOptions options = SessionWorld::Options();
  options.window = 500;
  SessionWorld world(options);
  BindTo(world, 0);
  EXPECT_EQ(Fill(world), 500u);
}

TEST_F(AheadTest, NothingIsStagedOnceTheOwnerForbidsIt) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  world.session().PrepareAhead(false);
  EXPECT_EQ(Fill(world), kWindow);
}

TEST_F(AheadTest, AnswersReleaseItBeforeTheyAreTold) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  const size_t told_before = world.told().order.size();
  world.Receive(SessionWorld::AnswersTo(First(3)));
  const std::vector<std::string> order(
      world.told().order.begin() + static_cast<ptrdiff_t>(told_before), world.told().order.end());
  EXPECT_EQ(order, (std::vector<std::string>{"released", "told 3"}));
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(sent[i].sequence_number, sequences_[kWindow + i]);
  EXPECT_EQ(world.session().window().in_flight(), kWindow);
}

TEST_F(AheadTest, ItStaysWhileItsOwnerSaysSo) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  world.may_leave = false;
  world.Receive(SessionWorld::AnswersTo(First(2)));
  EXPECT_TRUE(world.Sent().empty());
  world.may_leave = true;
  world.session().ReleaseAhead(world.now());
  EXPECT_EQ(world.Sent().size(), 2u);
}

TEST_F(AheadTest, WhatIsNeverToLeaveIsGivenBackAndWhatIsBehindItLeaves) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  world.never_leave = {kWindow, kWindow + 2};
  world.Receive(SessionWorld::AnswersTo(First(2)));
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].sequence_number, sequences_[kWindow + 1]);
  EXPECT_EQ(sent[1].sequence_number, sequences_[kWindow + 3]);
  EXPECT_EQ(world.session().staged(), 0u);
  for (const uint64_t cookie : world.never_leave) {
    EXPECT_EQ(world.told().lost.at(cookie), Fate::kStaged);
    EXPECT_NE(world.told().lost_pdus.at(cookie).find("cookie " + std::to_string(cookie)),
              std::string::npos);
  }
  EXPECT_TRUE(world.Submit(100)) << "their places are free";
}

TEST_F(AheadTest, ItIsGivenBackOnceItsOwnerForbidsIt) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.session().PrepareAhead(false);
  EXPECT_EQ(world.session().staged(), 0u);
  EXPECT_EQ(world.told().lost.size(), kWindow);
  EXPECT_EQ(world.Sent().size(), kWindow);
}

TEST_F(AheadTest, APeerThatSendsAllButAnswersHasItGivenBack) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  for (int i = 0; i < 4; ++i) {
    world.Pass(30 * kMilli);
    world.Receive(pdu::CommandId::kEnquireLink, CommandStatus::ESME_ROK, 77);
  }
  EXPECT_EQ(world.session().staged(), 0u);
  EXPECT_EQ(world.told().lost.size(), kWindow);
}

TEST_F(AheadTest, WhatComesLaterDoesNotOvertakeIt) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  world.may_leave = false;
  world.Receive(SessionWorld::AnswersTo(First(2)));
  ASSERT_TRUE(world.Submit(100)) << "there is a place";
  world.may_leave = true;
  world.session().ReleaseAhead(world.now());
  const std::vector<pdu::Header> sent = world.Sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].sequence_number, sequences_[kWindow]);
}

TEST_F(AheadTest, TheTimeOfAnAnswerBeginsWhenItLeaves) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  world.Pass(50 * kMilli);
  world.Receive(SessionWorld::AnswersTo(First(4)));
  const Nanos before = world.session().stats().round_trip;
  world.Receive(SessionWorld::AnswersTo({sequences_[kWindow]}));
  EXPECT_LE(world.session().stats().round_trip, before);
}

TEST_F(AheadTest, AnAnswerToWhatHasNotLeftIsAGuess) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  world.Answer(sequences_[kWindow + 1]);
  EXPECT_EQ(world.session().stats().unexpected_responses, 1u);
  EXPECT_FALSE(world.told().answers.contains(kWindow + 1));
}

TEST_F(AheadTest, APeerThatFallsSilentHasItGivenBack) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  EXPECT_EQ(world.session().NextDeadline(), world.now() + 100 * kMilli);
  world.Pass(100 * kMilli);
  EXPECT_EQ(world.session().staged(), 0u);
  ASSERT_EQ(world.told().lost.size(), kWindow);
  for (uint64_t cookie = kWindow; cookie < 2 * kWindow; ++cookie) {
    EXPECT_EQ(world.told().lost.at(cookie), Fate::kStaged);
    EXPECT_NE(world.told().lost_pdus.at(cookie).find("cookie " + std::to_string(cookie)),
              std::string::npos);
  }
  world.session().PrepareAhead(true);
  EXPECT_FALSE(world.Submit(100)) << "nothing more before it has answered again";
  world.Answer(sequences_[0]);
  EXPECT_TRUE(world.Submit(100));
}

TEST_F(AheadTest, OneAnswerThatIsWithheldDoesNotHaveItGivenBack) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  uint64_t cookie = 0;
  std::deque<uint32_t> waiting;
  while (world.Submit(cookie++)) waiting.push_back(world.last_sequence);
  waiting.pop_front();  // it is never answered
  for (int i = 0; i < 50; ++i) {
    world.Sent();
    world.Pass(kMilli / 4);
    world.Answer(waiting.front());
    waiting.pop_front();
    world.session().PrepareAhead(true);
    while (world.Submit(cookie++)) waiting.push_back(world.last_sequence);
    EXPECT_GT(world.session().staged(), 0u);
  }
  world.Pass(60 * kMilli);
  world.Answer(waiting.front());
  world.Pass(60 * kMilli);
  EXPECT_TRUE(world.told().lost.empty());
}

TEST_F(AheadTest, ALostConnectionTellsItFromWhatTheSmscMayHave) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  world.session().OnTransportClosed();
  for (uint64_t cookie = 0; cookie < 2 * kWindow; ++cookie) {
    EXPECT_EQ(world.told().lost.at(cookie), cookie < kWindow ? Fate::kUnknown : Fate::kStaged);
  }
}

TEST_F(AheadTest, ADrainSendsItBeforeItUnbinds) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  world.session().Drain(world.now());
  world.Receive(SessionWorld::AnswersTo(First(kWindow)));
  EXPECT_EQ(world.Sent().size(), kWindow);
  EXPECT_EQ(world.session().state(), SessionState::kDraining);
  world.Receive(SessionWorld::AnswersTo({sequences_.begin() + kWindow, sequences_.end()}));
  EXPECT_EQ(world.session().state(), SessionState::kUnbinding);
}

TEST_F(AheadTest, APeerThatWantsToUnbindIsGivenNothingMore) {
  SessionWorld world(SmallWindow());
  BindTo(world, 0);
  Fill(world);
  world.Sent();
  world.Receive(pdu::CommandId::kUnbind, CommandStatus::ESME_ROK, 77);
  world.Receive(SessionWorld::AnswersTo(First(kWindow)));
  for (const pdu::Header& header : world.Sent()) {
    EXPECT_NE(header.command_id, pdu::CommandId::kSubmitSm);
  }
  EXPECT_EQ(world.told().lost.at(kWindow), Fate::kStaged);
}

}  // namespace
}  // namespace salvo::engine
