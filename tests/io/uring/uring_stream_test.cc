// Streams of a real ring over loopback: each test with plain TCP, with TLS, and with plain TCP on
// a ring without multishot receives.
#include "io/uring/uring_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "tests/io/uring/stream_fixture.h"
#include "tests/support/random.h"

namespace salvo::io {
namespace {

using test::Random;

INSTANTIATE_TEST_SUITE_P(, StreamTest, AllModes(), NameOfMode);

// A text in which every octet tells where it belongs.
std::string Pattern(size_t octets, uint64_t seed) {
  Random random(seed);
  std::string text(octets, 0);
  for (size_t at = 0; at < octets; at += sizeof(uint64_t)) {
    const uint64_t some = random.Next();
    std::memcpy(text.data() + at, &some, std::min(sizeof some, octets - at));
  }
  return text;
}

TEST_P(StreamTest, ConnectsAndSaysWhoThePeerIs) {
  User* client = nullptr;
  User* server = nullptr;
  ConnectPair(&client, &server);
  EXPECT_TRUE(client->stream->PeerName().starts_with("127.0.0.1:"));
  EXPECT_TRUE(server->stream->PeerName().starts_with("127.0.0.1:"));
  EXPECT_NE(client->stream->PeerName(), server->stream->PeerName());
  client->Send("ping");
  ASSERT_TRUE(TurnUntil([&] { return server->received == "ping"; }));
  server->Send("pong");
  ASSERT_TRUE(TurnUntil([&] { return client->received == "pong"; }));
  EXPECT_TRUE(TurnUntil([&] { return server->stream->output().empty(); }));
}

TEST_P(StreamTest, ARefusedConnectionSaysSo) {
  SocketListener nobody;
  const SocketAddress address = nobody.address();
  nobody.Close();
  User& user = NewUser();
  Connect(address, user);
  EXPECT_FALSE(user.closed());
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.reason->cause, Cause::kConnectFailed);
  EXPECT_EQ(user.reason->error_number, ECONNREFUSED);
  EXPECT_EQ(user.reason->detail, "Connection refused");
  EXPECT_EQ(user.connected, 0);
}

TEST_P(StreamTest, AConnectionThatNobodyAnswersTimesOut) {
  // A queue that is full: the kernel drops what comes on top of it.
  SocketListener full(0);
  std::vector<std::unique_ptr<SocketPeer>> filling;
  for (int i = 0; i < 4; ++i) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const SocketAddress address = full.address();
    connect(fd, address.get(), address.size());
    filling.push_back(std::make_unique<SocketPeer>(fd, nullptr));
  }
  options_.connect_timeout = 50 * kNanosPerMilli;
  User& user = NewUser();
  Connect(full.address(), user);
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.reason->cause, Cause::kConnectTimeout);
  EXPECT_EQ(user.reason->detail, "no answer within the time allowed");
}

TEST_P(StreamTest, TheTimeForConnectingIsNoLimitOfTheConnection) {
  options_.connect_timeout = kNanosPerSecond / 2;
  User* client = nullptr;
  User* server = nullptr;
  ConnectPair(&client, &server);
  const Nanos over = loop_->clock().Monotonic() + options_.connect_timeout;
  ASSERT_TRUE(TurnUntil([&] { return client->closed() || loop_->clock().Monotonic() > over; }));
  ASSERT_FALSE(client->closed()) << client->reason->detail;
  client->Send("ping");
  EXPECT_TRUE(TurnUntil([&] { return server->received == "ping"; }));
}

TEST_P(StreamTest, AHandshakeThatNobodyAnswersTimesOut) {
  if (!tls()) options_.connect_timeout = kNever;
  SocketListener silent;
  if (tls()) options_.connect_timeout = 50 * kNanosPerMilli;
  User& user = NewUser();
  Connect(silent.address(), user);
  ASSERT_TRUE(TurnUntil([&] { return user.closed() || user.connected == 1; }));
  // Without TLS there is nothing to wait for: a connection is up when TCP is.
  EXPECT_EQ(user.closed(), tls());
  if (tls()) {
    EXPECT_EQ(user.reason->cause, Cause::kConnectTimeout);
    EXPECT_EQ(user.reason->detail, "no TLS handshake within the time allowed");
  }
}

TEST_P(StreamTest, AbortWhileConnectingEndsIt) {
  SocketListener silent;
  User& user = NewUser();
  Connect(silent.address(), user);
  user.stream->Abort();
  EXPECT_FALSE(user.closed());
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.reason->cause, Cause::kRequested);
  EXPECT_EQ(user.connected, 0);
  User& closing = NewUser();
  Connect(silent.address(), closing);
  closing.stream->Close();
  ASSERT_TRUE(TurnUntil([&] { return closing.closed(); }));
  EXPECT_EQ(closing.reason->cause, Cause::kRequested);
}

TEST_P(StreamTest, ManyMegabytesFlowBothWaysAtOnce) {
  User* one = nullptr;
  User* other = nullptr;
  options_.output_octets = 100'000;
  ConnectPair(&one, &other);
  Random random(test::TestSeed());
  const std::string up = Pattern(12'000'000, 1);
  const std::string down = Pattern(9'000'000, 2);
  size_t up_given = 0;
  size_t down_given = 0;
  const auto give = [&](User& user, const std::string& text, size_t* given) {
    if (*given == text.size() || user.unsent.size() > 1'000'000) return;
    const size_t some = std::min(random.Below(300'000) + 1, text.size() - *given);
    user.Send(std::string_view(text).substr(*given, some));
    *given += some;
  };
  ASSERT_TRUE(TurnUntil([&] {
    give(*one, up, &up_given);
    give(*other, down, &down_given);
    return other->received.size() == up.size() && one->received.size() == down.size();
  }));
  EXPECT_TRUE(other->received == up);
  EXPECT_TRUE(one->received == down);
  EXPECT_TRUE(one->stream->output().empty());
  EXPECT_EQ(one->stream->output().sent(), up.size());
}

TEST_P(StreamTest, SmallMessagesAreEchoedInOrder) {
  User* client = nullptr;
  User* server = nullptr;
  ConnectPair(&client, &server);
  server->on_received = [&](std::span<const uint8_t> octets) {
    server->Send({reinterpret_cast<const char*>(octets.data()), octets.size()});
  };
  std::string all;
  for (int i = 0; i < 500; ++i) {
    const std::string message = "message " + std::to_string(i) + "\n";
    all += message;
    client->Send(message);
    if (i % 3 == 0) loop_->Turn(0);
  }
  ASSERT_TRUE(TurnUntil([&] { return client->received.size() == all.size(); }));
  EXPECT_EQ(client->received, all);
}

TEST_P(StreamTest, WhatIsCommittedAfterTheLastFlushStays) {
  User* client = nullptr;
  User* server = nullptr;
  ConnectPair(&client, &server);
  const auto commit = [&](std::string_view text) {
    std::memcpy(client->stream->output().Claim(text.size()), text.data(), text.size());
    client->stream->output().Commit(text.size());
  };
  commit("one");
  client->stream->Flush();
  commit("two");
  ASSERT_TRUE(TurnUntil([&] { return server->received == "one"; }));
  ASSERT_TRUE(TurnUntil([&] { return client->stream->output().sent() == 3; }));
  for (int i = 0; i < 5; ++i) loop_->Turn(loop_->clock().Monotonic() + kNanosPerMilli);
  EXPECT_EQ(server->received, "one");
  EXPECT_EQ(client->stream->output().sent(), 3u);
  client->stream->Flush();
  ASSERT_TRUE(TurnUntil([&] { return server->received == "onetwo"; }));
  commit("three");
  client->stream->Close();
  ASSERT_TRUE(TurnUntil([&] { return server->received == "onetwothree"; }));
}

TEST_P(StreamTest, APeerThatDoesNotReadIsNotSentMoreThanItsBuffersHold) {
  User* client = nullptr;
  User* server = nullptr;
  ConnectPair(&client, &server);
  server->stream->SetReceiving(false);
  const std::string text = Pattern(40'000'000, 3);
  client->Send(text);
  // Until nothing has moved for a while.
  uint64_t before = 1;
  for (int quiet = 0; quiet < 20; ++quiet) {
    loop_->Turn(loop_->clock().Monotonic() + 5 * kNanosPerMilli);
    if (client->stream->output().committed() != before) quiet = 0;
    before = client->stream->output().committed();
  }
  EXPECT_LT(client->stream->output().committed(), text.size());
  EXPECT_EQ(client->stream->output().room(), 0u);
  EXPECT_EQ(server->calls, 0);
  server->stream->SetReceiving(true);
  ASSERT_TRUE(TurnUntil([&] { return server->received.size() == text.size(); }));
  EXPECT_TRUE(server->received == text);
}

TEST_P(StreamTest, ReceivingCanBeSwitchedAtAnyTime) {
  User* client = nullptr;
  User* server = nullptr;
  ConnectPair(&client, &server);
  Random random(test::TestSeed());
  const std::string text = Pattern(6'000'000, 4);
  client->Send(text);
  bool receiving = true;
  int calls = 0;
  const auto set = [&](bool on) {
    receiving = on;
    calls = server->calls;
    server->stream->SetReceiving(on);
  };
  server->on_received = [&](std::span<const uint8_t>) {
    EXPECT_TRUE(receiving);
    if (random.Chance(0.3)) set(false);
    if (random.Chance(0.1)) set(true);
  };
  ASSERT_TRUE(TurnUntil([&] {
    if (!receiving) {
      EXPECT_EQ(server->calls, calls);
    }
    for (int i = 0; i < 3; ++i) {
      if (random.Chance(0.5)) set(!receiving);
    }
    return server->received.size() == text.size();
  }));
  EXPECT_TRUE(server->received == text);
}

TEST_P(StreamTest, AnOrderlyEndOfThePeerComesAfterItsData) {
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  ConnectToPeer(user, &peer);
  const std::string text = Pattern(300'000, 5);
  peer->Send(text);
  ASSERT_TRUE(TurnUntil([&] {
    peer->Pump();
    return peer->sent_all();
  }));
  peer->EndInOrder();
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_TRUE(user.received == text);
  EXPECT_EQ(user.reason->cause, Cause::kPeerClosed);
}

TEST_P(StreamTest, AFinAloneIsAnOrderlyEndOnlyWithoutTls) {
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  ConnectToPeer(user, &peer);
  peer->Send("half a thing");
  peer->Pump();
  shutdown(peer->fd(), SHUT_WR);
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.received, "half a thing");
  EXPECT_EQ(user.reason->cause, tls() ? Cause::kTlsTruncated : Cause::kPeerClosed);
}

TEST_P(StreamTest, AResetBreaksIt) {
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  ConnectToPeer(user, &peer);
  peer->Reset();
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.reason->cause, Cause::kBroken);
  EXPECT_EQ(user.reason->error_number, ECONNRESET);
  EXPECT_EQ(user.reason->detail, "Connection reset by peer");
}

TEST_P(StreamTest, WhatThePeerSaidBeforeItsResetIsStillReceived) {
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  ConnectToPeer(user, &peer);
  for (int i = 0; i < 5; ++i) loop_->Turn(0);
  // All of it happens between two turns: the next one finds a send that fails and, after that, an
  // answer that waits.
  peer->Send("the answer");
  peer->Reset();
  user.Send("one more request");
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.received, "the answer");
  EXPECT_EQ(user.reason->cause, Cause::kBroken);
}

TEST_P(StreamTest, CloseSendsAllThatWasCommitted) {
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  options_.output_octets = 3'000'000;
  ConnectToPeer(user, &peer);
  const std::string text = Pattern(6'000'000, 6);
  user.Send(text);
  ASSERT_EQ(user.unsent.size(), 0u);
  user.stream->Close();
  user.stream->Close();
  ASSERT_TRUE(TurnUntil([&] {
    peer->Pump(100'000);
    return user.closed();
  }));
  EXPECT_EQ(user.reason->cause, Cause::kRequested);
  EXPECT_EQ(user.sent, text.size());
  ASSERT_TRUE(TurnUntil([&] {
    peer->Pump();
    return peer->ended();
  }));
  EXPECT_TRUE(peer->received() == text);
}

TEST_P(StreamTest, CloseWithNothingToSendCloses) {
  User* client = nullptr;
  User* server = nullptr;
  ConnectPair(&client, &server);
  client->stream->Close();
  EXPECT_FALSE(client->closed());
  ASSERT_TRUE(TurnUntil([&] { return client->closed() && server->closed(); }));
  EXPECT_EQ(client->reason->cause, Cause::kRequested);
  EXPECT_EQ(server->reason->cause, Cause::kPeerClosed);
}

TEST_P(StreamTest, AfterAbortExactlyWhatSentSaysHasLeft) {
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  options_.output_octets = 400'000;
  ConnectToPeer(user, &peer);
  const std::string text = Pattern(50'000'000, 7);
  user.Send(text);
  Random random(test::TestSeed());
  for (int i = 0; i < 30; ++i) {
    loop_->Turn(0);
    if (random.Chance(0.3)) peer->Pump(random.Below(200'000));
    user.Pump();
  }
  user.stream->Abort();
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.reason->cause, Cause::kRequested);
  EXPECT_GT(user.sent, 0u);
  EXPECT_LT(user.sent, user.committed);
  ASSERT_TRUE(TurnUntil([&] {
    peer->Pump();
    return peer->ended() || peer->broken();
  }));
  EXPECT_EQ(peer->received().size(), user.sent);
  EXPECT_TRUE(text.starts_with(peer->received()));
}

TEST_P(StreamTest, SentIsNeverLessThanWhatAPeerGotBeforeItBrokeTheConnection) {
  const std::string text = Pattern(10'000'000, 8);
  for (uint64_t i = 0; i < 20; ++i) {
    User& user = NewUser();
    std::unique_ptr<SocketPeer> peer;
    options_.output_octets = 100'000;
    ConnectToPeer(user, &peer);
    user.Send(text);
    Random random(test::TestSeed() + i);
    const size_t turns = random.Below(40);
    for (size_t turn = 0; turn < turns; ++turn) {
      loop_->Turn(0);
      peer->Pump(random.Below(100'000));
    }
    peer->Reset();
    ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
    EXPECT_EQ(user.reason->cause, Cause::kBroken);
    EXPECT_LE(peer->received().size(), user.sent);
    EXPECT_LT(user.sent, user.committed);
    // No more than the kernel can have taken.
    EXPECT_LT(user.sent, peer->received().size() + 9'000'000);
  }
}

TEST_P(StreamTest, ASilentPeerIsLeftAloneUntilTheUserHasEnough) {
  User& user = NewUser();
  std::unique_ptr<SocketPeer> peer;
  ConnectToPeer(user, &peer);
  user.Send("anybody there?");
  for (int i = 0; i < 100; ++i) loop_->Turn(0);
  EXPECT_FALSE(user.closed());
  user.stream->Abort();
  ASSERT_TRUE(TurnUntil([&] { return user.closed(); }));
  EXPECT_EQ(user.sent, 14u);
}

TEST_P(StreamTest, AbortFromWithinEveryCallbackIsFine) {
  for (const int when : {0, 1, 2}) {
    SCOPED_TRACE(when);
    User& user = NewUser();
    std::unique_ptr<SocketPeer> peer;
    if (when == 0) user.on_connected = [&user] { user.stream->Abort(); };
    SocketListener listener;
    Connect(listener.address(), user);
    const auto abort = [&user](std::span<const uint8_t>) { user.stream->Abort(); };
    if (when == 1) user.on_received = abort;
    ASSERT_TRUE(TurnUntil([&] {
      if (peer == nullptr) {
        const int fd = listener.Accept();
        if (fd >= 0) peer = MakePeer(fd);
      } else {
        peer->Pump();
        if (peer->is_up() && user.connected == 1 && when == 1) peer->Send("something");
        if (user.connected == 1 && when == 2 && !user.closed()) user.stream->Close();
      }
      return user.closed();
    }));
    EXPECT_EQ(user.reason->cause, Cause::kRequested);
  }
}

TEST_P(StreamTest, ANewConnectionMayBeMadeWhereAnOldOneIsReportedClosed) {
  const SocketAddress address = Listen();
  // The accepted side closes each connection as it comes up.
  on_accepted = [](User& user) { user.on_connected = [&user] { user.stream->Close(); }; };
  int left = 50;
  std::function<void()> again = [&] {
    if (left-- == 0) return;
    User& user = NewUser();
    user.on_closed = again;
    Connect(address, user);
  };
  again();
  ASSERT_TRUE(TurnUntil([&] { return left < 0; }));
}

TEST_P(StreamTest, ClosingOrAbortingInOnAcceptedIsFine) {
  const SocketAddress address = Listen();
  on_accepted = [this](User& user) {
    if (accepted_.size() % 2 == 0) {
      user.stream->Abort();
    } else {
      user.stream->Close();
    }
  };
  for (int i = 0; i < 4; ++i) Connect(address, NewUser());
  ASSERT_TRUE(TurnUntil([&] {
    size_t closed = 0;
    for (const auto& user : users_) closed += user->closed();
    return closed == 8;
  }));
  for (const User* user : accepted_) {
    EXPECT_EQ(user->connected, 0);
    EXPECT_EQ(user->reason->cause, Cause::kRequested);
  }
}

TEST_P(StreamTest, HundredsOfStreamsTalkAtOnce) {
  constexpr size_t kStreams = 500;
  options_.output_octets = 4096;
  const SocketAddress address = Listen();
  on_accepted = [](User& user) {
    user.on_received = [&user](std::span<const uint8_t> octets) {
      user.Send({reinterpret_cast<const char*>(octets.data()), octets.size()});
    };
  };
  const std::string text = Pattern(20'000, 8);
  std::vector<User*> clients;
  for (size_t i = 0; i < kStreams; ++i) {
    clients.push_back(&NewUser());
    Connect(address, *clients.back());
    clients.back()->on_connected = [user = clients.back(), &text] { user->Send(text); };
  }
  const auto count = [&](auto&& is) {
    return static_cast<size_t>(std::count_if(clients.begin(), clients.end(), is));
  };
  ASSERT_TRUE(TurnUntil([&] {
    return count([&](User* user) { return user->received.size() == text.size(); }) == kStreams;
  }));
  EXPECT_EQ(count([&](User* user) { return user->received == text; }), kStreams);
  for (User* user : clients) user->stream->Close();
  ASSERT_TRUE(
      TurnUntil([&] { return count([](User* user) { return user->closed(); }) == kStreams; }));
}

TEST_P(StreamTest, TheLoopTellsTheStreamsThatAreLeftWhenItEnds) {
  User* client = nullptr;
  User* server = nullptr;
  ConnectPair(&client, &server);
  SocketListener silent;
  User& connecting = NewUser();
  Connect(silent.address(), connecting);
  client->Send(std::string(1'000'000, 'x'));
  loop_.reset();
  EXPECT_TRUE(client->closed());
  EXPECT_TRUE(server->closed());
  EXPECT_TRUE(connecting.closed());
}

}  // namespace
}  // namespace salvo::io
