// Streams that pause, and what that must not do to others: the receive buffers are everybody's.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/io/uring/stream_fixture.h"

namespace salvo::io {
namespace {

class PauseTest : public LoopTest, private AcceptHandler {
 protected:
  // A stream of the loop with a socket of the test at its other end.
  void ConnectToPeer(User& user, std::unique_ptr<SocketPeer>* peer) {
    SocketListener listener;
    user.stream = loop_->Connect(listener.address(), {}, &user);
    ASSERT_TRUE(TurnUntil([&] { return user.connected == 1; }));
    *peer = std::make_unique<SocketPeer>(listener.Accept(), nullptr);
  }

  User& NewUser() { return *users_.emplace_back(std::make_unique<User>()); }

 private:
  StreamHandler* OnAccepted(Stream*) override { return nullptr; }
  void OnAcceptFailed(int) override {}
};

TEST_F(PauseTest, PausedStreamsDoNotKeepTheBuffersOfOthers) {
  UringLoopOptions options;
  options.receive_buffers = 4;
  MakeLoop(options);
  std::vector<std::unique_ptr<SocketPeer>> peers(9);
  for (auto& peer : peers) ConnectToPeer(NewUser(), &peer);
  // Each of eight is paused in the turn in which its octets arrive: what the ring has for them was
  // taken out of the kernel already.
  users_[8]->on_sent = [this] {
    for (size_t i = 0; i < 8; ++i) users_[i]->stream->SetReceiving(false);
  };
  for (size_t i = 0; i < 8; ++i) peers[i]->Send(std::string(100'000, 'p'));
  users_[8]->Send("now");
  for (int i = 0; i < 20; ++i) loop_->Turn(0);
  users_[8]->on_sent = nullptr;
  const std::string text(3'000'000, 'q');
  peers[8]->Send(text);
  ASSERT_TRUE(TurnUntil([&] {
    peers[8]->Pump();
    return users_[8]->received.size() == text.size();
  }));
  // And nothing of the paused ones is lost.
  for (size_t i = 0; i < 8; ++i) {
    users_[i]->stream->SetReceiving(true);
  }
  ASSERT_TRUE(TurnUntil([&] {
    size_t octets = 0;
    for (size_t i = 0; i < 8; ++i) {
      peers[i]->Pump();
      octets += users_[i]->received.size();
    }
    return octets == 800'000;
  }));
}

TEST_F(PauseTest, WhatCameBeforeTheEndIsReceivedThoughTheStreamWasPaused) {
  MakeLoop();
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  ConnectToPeer(user, &peer);
  // Both are in the queue when the stream is paused by the first.
  User& other = NewUser();
  std::unique_ptr<SocketPeer> other_peer;
  ConnectToPeer(other, &other_peer);
  for (int order = 0; order < 2; ++order) {
    other.on_received = [&](std::span<const uint8_t>) { user.stream->SetReceiving(false); };
    other_peer->Send("pause it");
    if (order == 0) peer->Send("the last words");
  }
  peer->EndInOrder();
  for (int i = 0; i < 20; ++i) loop_->Turn(0);
  // The end may be told now or later, but never before the words.
  other.on_received = nullptr;
  if (!user.closed()) user.stream->SetReceiving(true);
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.received, "the last words");
  EXPECT_EQ(user.reason->cause, Cause::kPeerClosed);
}

// Such as one that pauses until it has room for its answers.
TEST_F(PauseTest, WhatWasCommittedStillLeavesWhenThePeerEndsWhileTheStreamIsPaused) {
  MakeLoop();
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  ConnectToPeer(user, &peer);
  User& other = NewUser();
  std::unique_ptr<SocketPeer> other_peer;
  ConnectToPeer(other, &other_peer);
  // More than all buffers on the way hold.
  constexpr size_t kAnswers = 32 << 20;
  user.Send(std::string(kAnswers, 'a'));
  uint64_t sent = UINT64_MAX;
  ASSERT_TRUE(TurnUntil([&] {
    return user.stream->output().room() == 0 &&
           std::exchange(sent, user.stream->output().sent()) == user.stream->output().sent();
  }));
  // Both are in the queue when the stream is paused by the first.
  other.on_received = [&](std::span<const uint8_t>) { user.stream->SetReceiving(false); };
  other_peer->Send("pause it");
  peer->Send("the last words");
  peer->EndInOrder();
  ASSERT_TRUE(TurnUntil([&] { return other.received == "pause it"; }));
  ASSERT_FALSE(user.closed());
  ASSERT_TRUE(TurnUntil([&] {
    peer->Pump();
    return peer->received().size() == kAnswers;
  }));
  user.stream->SetReceiving(true);
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.received, "the last words");
  EXPECT_EQ(user.reason->cause, Cause::kPeerClosed);
}

TEST_F(PauseTest, AResumeFromWithinAnothersDeliveryIsNotForgotten) {
  MakeLoop();
  std::vector<std::unique_ptr<SocketPeer>> peers(3);
  for (auto& peer : peers) ConnectToPeer(NewUser(), &peer);
  User& first = *users_[0];
  User& second = *users_[1];
  User& third = *users_[2];
  // The first holds octets that came while it was paused.
  third.on_received = [&](std::span<const uint8_t>) {
    first.stream->SetReceiving(false);
    second.stream->SetReceiving(false);
  };
  peers[2]->Send("pause");
  peers[0]->Send("kept for later");
  peers[1]->Send("kept for later");
  for (int i = 0; i < 20; ++i) loop_->Turn(0);
  first.on_received = [&](std::span<const uint8_t>) { second.stream->SetReceiving(true); };
  first.stream->SetReceiving(true);
  // Were it forgotten, or told by a turn that waits before it returns, this would take too long.
  while (second.received.empty()) {
    loop_->Turn(loop_->clock().Monotonic() + 60 * kNanosPerSecond);
    ASSERT_LT(first.calls, 2);
  }
  EXPECT_EQ(second.received, "kept for later");
}

TEST_F(PauseTest, SwitchingOftenInOneTurnQueuesOneCancelOnly) {
  UringLoopOptions options;
  options.max_streams = 8;
  options.receive_buffers = 4;
  MakeLoop(options);
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  ConnectToPeer(user, &peer);
  for (int i = 0; i < 20'000; ++i) {
    user.stream->SetReceiving(false);
    user.stream->SetReceiving(true);
  }
  peer->Send("still here");
  ASSERT_TRUE(TurnUntil([&] { return user.received == "still here"; }));
  EXPECT_EQ(loop_->ring().overflows(), 0u);
}

TEST_F(PauseTest, HundredsOfStreamsAndFewBuffersDoNotOverflowTheCompletionQueue) {
  UringLoopOptions options;
  options.max_streams = 300;
  options.receive_buffers = 2;
  MakeLoop(options);
  std::vector<std::unique_ptr<SocketPeer>> peers(300);
  for (auto& peer : peers) ConnectToPeer(NewUser(), &peer);
  const std::string text(200'000, 'x');
  for (auto& peer : peers) peer->Send(text);
  for (const auto& user : users_) user->Send(std::string(1000, 'y'));
  size_t next = 0;
  ASSERT_TRUE(TurnUntil([&] {
    for (int i = 0; i < 50; ++i, ++next) {
      users_[next % users_.size()]->stream->SetReceiving(next / users_.size() % 2 == 1);
    }
    size_t octets = 0;
    for (size_t i = 0; i < peers.size(); ++i) {
      peers[i]->Pump();
      octets += users_[i]->received.size();
    }
    EXPECT_EQ(loop_->ring().overflows(), 0u);
    return octets == text.size() * peers.size();
  }));
  for (const auto& peer : peers) EXPECT_EQ(peer->received().size(), 1000u);
}

}  // namespace
}  // namespace salvo::io
