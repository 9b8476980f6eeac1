// A TlsStream over a stream that is moved by hand, against an engine as its peer.
#include "io/tls/tls_stream.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/io/tls/fake_loop.h"
#include "tests/io/tls/raw_peer.h"
#include "tests/io/tls/tls_fixture.h"
#include "tests/support/random.h"

namespace salvo::io {
namespace {

using Cause = CloseReason::Cause;
using test::Random;

constexpr size_t kAll = SIZE_MAX;
constexpr size_t kHalf = 50'000;

class User final : public StreamHandler {
 public:
  void OnConnected() override {
    ++connected;
    if (on_connected) on_connected();
  }
  void OnReceived(std::span<const uint8_t> octets) override {
    ++calls;
    received.append(octets.begin(), octets.end());
    if (on_received) on_received();
  }
  bool OnSent() override {
    ++sent_calls;
    return true;
  }
  void OnClosed(const CloseReason& why) override {
    EXPECT_FALSE(reason.has_value());
    reason = why;
    sent = stream->output().sent();
    committed = stream->output().committed();
  }

  Stream* stream = nullptr;
  std::function<void()> on_connected;
  std::function<void()> on_received;
  int connected = 0;
  int calls = 0;
  int sent_calls = 0;
  std::string received;
  std::optional<CloseReason> reason;
  uint64_t sent = 0;
  uint64_t committed = 0;
};

class TlsStreamTest : public testing::TestWithParam<TlsVersion> {
 protected:
  static void SetUpTestSuite() { files_ = new TlsFiles; }
  static void TearDownTestSuite() {
    delete files_;
    files_ = nullptr;
  }
  void TearDown() override {
    if (connected_ && !user_.reason.has_value()) Die({});
  }

  void Connect(const std::string& name = kServerName) {
    StreamOptions options;
    options.output_octets = kHalf;
    options.connect_timeout = 10 * kNanosPerSecond;
    user_.stream = ConnectTls(loop_, SocketAddress(), options, client_, name, &user_);
    connected_ = true;
  }

  void ShakeHands() {
    Connect();
    inner().handler().OnConnected();
    for (int i = 0; i < 4; ++i) {
      Up(kAll);
      Down();
    }
    ASSERT_EQ(user_.connected, 1);
  }

  FakeStream& inner() { return loop_.stream(); }
  void Die(CloseReason reason) { inner().Die(std::move(reason)); }

  // What the peer decrypts of at most so many octets that leave.
  std::string Up(size_t most) {
    peer_->PutRecords(inner().Leave(most));
    return PlainOf(*peer_);
  }
  // All that the peer has to say arrives, in one piece.
  void Down() {
    const std::vector<uint8_t> records = RecordsOf(*peer_);
    if (!records.empty()) inner().handler().OnReceived(records);
  }

  void Commit(std::string_view text) {
    while (!text.empty()) {
      OutputBuffer& output = user_.stream->output();
      const size_t some = std::min(text.size(), output.room());
      ASSERT_GT(some, 0u);
      std::memcpy(output.Claim(some), text.data(), some);
      output.Commit(some);
      user_.stream->Flush();
      text.remove_prefix(some);
    }
  }

  static TlsFiles* files_;
  const std::shared_ptr<const TlsContext> client_ = files_->TrustingClient();
  std::unique_ptr<TlsEngine> peer_ = MakeEngine(files_->GoodServer(GetParam()));
  FakeLoop loop_;
  User user_;
  bool connected_ = false;
};

TlsFiles* TlsStreamTest::files_ = nullptr;

INSTANTIATE_TEST_SUITE_P(, TlsStreamTest, testing::Values(TlsVersion::k12, TlsVersion::k13),
                         [](const auto& param) {
                           return param.param == TlsVersion::k12 ? "Tls12" : "Tls13";
                         });

TEST_P(TlsStreamTest, IsConnectedAfterTheHandshakeAndNotBefore) {
  Connect();
  inner().handler().OnConnected();
  Up(kAll);
  EXPECT_EQ(user_.connected, 0);
  Down();
  Up(kAll);
  Down();
  EXPECT_EQ(user_.connected, 1);
  EXPECT_EQ(user_.stream->PeerName(), "fake:1");
  Commit("hello");
  EXPECT_EQ(Up(kAll), "hello");
  EXPECT_EQ(user_.stream->output().sent(), 5u);
  EXPECT_GT(user_.sent_calls, 0);
  PutAll(*peer_, "and hello");
  Down();
  EXPECT_EQ(user_.received, "and hello");
}

TEST_P(TlsStreamTest, SentIsExactlyWhatThePeerCanDecryptWhereverTheStreamDies) {
  Random random(test::TestSeed());
  const std::string text(2 * kHalf, 'x');
  for (int i = 0; i < 60; ++i) {
    peer_ = MakeEngine(files_->GoodServer(GetParam()));
    user_ = User();
    ASSERT_NO_FATAL_FAILURE(ShakeHands());
    Commit(text);
    // Dies after so many octets of records, near an end of a record as often as anywhere.
    size_t left = random.Below(2 * kHalf + 500);
    if (i % 2 == 0) left = left / 16'406 * 16'406 + random.Below(12);
    std::string decrypted;
    while (left > 0) {
      const size_t some = std::min(left, random.Below(30'000) + 1);
      decrypted += Up(some);
      left -= some;
    }
    Die({Cause::kBroken, ECONNRESET, "Connection reset by peer"});
    ASSERT_TRUE(user_.reason.has_value());
    EXPECT_EQ(user_.reason->cause, Cause::kBroken);
    EXPECT_EQ(user_.committed, text.size());
    ASSERT_EQ(user_.sent, decrypted.size());
  }
}

TEST_P(TlsStreamTest, WhatWasCommittedButNeverEncryptedIsUnsent) {
  ShakeHands();
  Commit("sent");
  EXPECT_EQ(Up(kAll), "sent");
  Commit("encrypted");
  Commit("waiting");
  Die({Cause::kBroken, EPIPE, "Broken pipe"});
  EXPECT_EQ(user_.sent, 4u);
  EXPECT_EQ(user_.committed, 20u);
}

TEST_P(TlsStreamTest, WhatLeftAsTheStreamDiedIsSent) {
  ShakeHands();
  Commit("sent");
  peer_->PutRecords(inner().Leave(kAll, /*tells=*/false));
  EXPECT_EQ(PlainOf(*peer_), "sent");
  Die({Cause::kBroken, ECONNRESET, "Connection reset by peer"});
  EXPECT_EQ(user_.sent, 4u);
}

TEST_P(TlsStreamTest, BothHalvesLeaveInOrder) {
  ShakeHands();
  std::string text;
  for (int i = 0; text.size() < 2 * kHalf; ++i) text += std::to_string(i);
  text.resize(2 * kHalf);
  Commit(text);
  EXPECT_EQ(user_.stream->output().room(), 0u);
  std::string got;
  while (got.size() < text.size()) got += Up(777);
  EXPECT_TRUE(got == text);
  EXPECT_TRUE(user_.stream->output().empty());
}

TEST_P(TlsStreamTest, AVerificationFailureEndsItWithItsReasonAndNothingPlain) {
  Connect("other.example.com");
  inner().handler().OnConnected();
  Up(kAll);
  Down();
  EXPECT_EQ(user_.connected, 0);
  EXPECT_TRUE(inner().closing());
  // The alert is on its way.
  EXPECT_EQ(Up(kAll), "");
  EXPECT_EQ(peer_->state(), TlsEngine::State::kFailed);
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kTlsFailed);
  EXPECT_EQ(user_.reason->detail, "hostname mismatch");
}

TEST_P(TlsStreamTest, ANameThatCannotBeAHostEndsItInALaterTurn) {
  Connect("");
  EXPECT_TRUE(inner().aborted());
  EXPECT_FALSE(user_.reason.has_value());
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kTlsFailed);
  EXPECT_NE(user_.reason->detail, "");
}

TEST_P(TlsStreamTest, AHandshakeThatNeverEndsTimesOut) {
  Connect();
  inner().handler().OnConnected();
  loop_.Advance(10 * kNanosPerSecond - 1);
  EXPECT_FALSE(inner().aborted());
  loop_.Advance(1);
  EXPECT_TRUE(inner().aborted());
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kConnectTimeout);
}

TEST_P(TlsStreamTest, ATimeLimitThatEndsJustBeforeTcpIsUpStillEndsIt) {
  Connect();
  loop_.Advance(10 * kNanosPerSecond);
  inner().handler().OnConnected();
  EXPECT_TRUE(inner().aborted());
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kConnectTimeout);
  EXPECT_EQ(user_.connected, 0);
}

TEST_P(TlsStreamTest, TheTimeLimitIsOverOnceItIsConnected) {
  ShakeHands();
  loop_.Advance(3600 * kNanosPerSecond);
  EXPECT_FALSE(inner().aborted());
}

TEST_P(TlsStreamTest, APeerThatEndsInTheHandshakeHasFoundNoFault) {
  Connect();
  inner().handler().OnConnected();
  Up(kAll);
  Die({Cause::kPeerClosed, 0, "the peer closed the connection"});
  EXPECT_EQ(user_.reason->cause, Cause::kTlsInterrupted);
}

TEST_P(TlsStreamTest, AnAlertInTheHandshakeTellsWhetherThePeerHasFoundAFault) {
  const auto cause_of = [&](uint8_t level, uint8_t alert) {
    user_ = User();
    Connect();
    inner().handler().OnConnected();
    inner().handler().OnReceived(std::vector<uint8_t>{0x15, 3, 3, 0, 2, level, alert});
    Die({});
    return user_.reason->cause;
  };
  constexpr uint8_t kWarning = 1;
  constexpr uint8_t kFatal = 2;
  EXPECT_EQ(cause_of(kWarning, 0), Cause::kTlsInterrupted) << "close_notify";
  EXPECT_EQ(cause_of(kFatal, 80), Cause::kTlsInterrupted) << "internal_error";
  EXPECT_EQ(cause_of(kFatal, 40), Cause::kTlsFailed) << "handshake_failure";
  EXPECT_EQ(cause_of(kFatal, 42), Cause::kTlsFailed) << "bad_certificate";
}

TEST_P(TlsStreamTest, CloseNotifyIsAnOrderlyEndAfterAllData) {
  ShakeHands();
  PutAll(*peer_, "the last");
  peer_->CloseNotify();
  Down();
  EXPECT_EQ(user_.received, "the last");
  EXPECT_TRUE(inner().closing());
  Up(kAll);
  EXPECT_EQ(peer_->state(), TlsEngine::State::kPeerClosed);
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kPeerClosed);
}

TEST_P(TlsStreamTest, AnEndWithoutCloseNotifyIsATruncation) {
  ShakeHands();
  PutAll(*peer_, "cut");
  Down();
  Die({Cause::kPeerClosed, 0, "the peer closed the connection"});
  EXPECT_EQ(user_.received, "cut");
  EXPECT_EQ(user_.reason->cause, Cause::kTlsTruncated);
}

TEST_P(TlsStreamTest, APeerThatEndsButDoesNotReadIsDroppedAfterAWhile) {
  ShakeHands();
  Commit("never read");
  peer_->CloseNotify();
  Down();
  EXPECT_TRUE(inner().closing());
  EXPECT_FALSE(inner().aborted());
  loop_.Advance(60 * kNanosPerSecond);
  EXPECT_TRUE(inner().aborted());
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kPeerClosed);
  EXPECT_EQ(user_.sent, 0u);
}

TEST_P(TlsStreamTest, ACorruptRecordBreaksIt) {
  ShakeHands();
  PutAll(*peer_, "to be damaged");
  std::vector<uint8_t> records = RecordsOf(*peer_);
  records.back() ^= 1;
  inner().handler().OnReceived(records);
  EXPECT_EQ(user_.received, "");
  EXPECT_TRUE(inner().closing());
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kBroken);
  EXPECT_NE(user_.reason->detail, "");
}

TEST_P(TlsStreamTest, CloseSendsWhatWasCommittedAndSaysGoodbye) {
  ShakeHands();
  const std::string text(kHalf, 'z');
  Commit(text);
  Commit("the end");
  user_.stream->Close();
  EXPECT_FALSE(inner().closing());
  EXPECT_EQ(Up(kAll), text + "the end");
  EXPECT_TRUE(inner().closing());
  Up(kAll);
  EXPECT_EQ(peer_->state(), TlsEngine::State::kPeerClosed);
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kRequested);
  EXPECT_EQ(user_.sent, user_.committed);
}

TEST_P(TlsStreamTest, WhatComesWhileClosingIsStillReceived) {
  ShakeHands();
  Commit("the last request");
  user_.stream->Close();
  PutAll(*peer_, "an answer");
  Down();
  EXPECT_EQ(user_.received, "an answer");
  EXPECT_EQ(Up(kAll), "the last request");
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kRequested);
}

TEST_P(TlsStreamTest, CloseDuringTheHandshakeEndsItEvenWithOctetsCommitted) {
  Connect();
  inner().handler().OnConnected();
  Up(kAll);
  Commit("too early");
  user_.stream->Close();
  EXPECT_TRUE(inner().closing() || inner().aborted());
  Down();
  EXPECT_EQ(user_.connected, 0);
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kRequested);
  EXPECT_EQ(user_.sent, 0u);
}

TEST_P(TlsStreamTest, AbortLeavesTheRestUnsent) {
  ShakeHands();
  Commit("sent");
  EXPECT_EQ(Up(kAll), "sent");
  Commit("unsent");
  user_.stream->Abort();
  EXPECT_TRUE(inner().aborted());
  PutAll(*peer_, "too late");
  Down();
  EXPECT_EQ(user_.received, "");
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kRequested);
  EXPECT_EQ(user_.sent, 4u);
}

TEST_P(TlsStreamTest, NothingIsReceivedWithoutReceivingAndNothingIsLost) {
  ShakeHands();
  const std::string text(kMaxReceiveOctets + 30'000, 'r');
  PutAll(*peer_, text);
  user_.on_received = [&] { user_.stream->SetReceiving(false); };
  Down();
  EXPECT_EQ(user_.calls, 1);
  EXPECT_FALSE(inner().receiving());
  loop_.Advance(1);
  EXPECT_EQ(user_.calls, 1);
  // What was decrypted already comes in a later turn, though no new record does.
  for (int i = 2; user_.received.size() < text.size(); ++i) {
    ASSERT_LT(i, 10);
    user_.stream->SetReceiving(true);
    EXPECT_EQ(user_.calls, i - 1);
    loop_.Advance(1);
    EXPECT_EQ(user_.calls, i);
  }
  EXPECT_EQ(user_.received, text);
  user_.stream->SetReceiving(true);
  EXPECT_TRUE(inner().receiving());
}

TEST_P(TlsStreamTest, TheHandshakeGoesOnWithoutReceiving) {
  Connect();
  user_.stream->SetReceiving(false);
  inner().handler().OnConnected();
  EXPECT_TRUE(inner().receiving());
  for (int i = 0; i < 4; ++i) {
    Up(kAll);
    Down();
  }
  EXPECT_EQ(user_.connected, 1);
  EXPECT_FALSE(inner().receiving());
}

TEST_P(TlsStreamTest, AbortInOnConnectedOrOnReceivedIsFine) {
  user_.on_connected = [&] { user_.stream->Abort(); };
  ShakeHands();
  EXPECT_TRUE(inner().aborted());
  Die({});
  EXPECT_EQ(user_.reason->cause, Cause::kRequested);
  peer_ = MakeEngine(files_->GoodServer(GetParam()));
  user_ = User();
  user_.on_received = [&] { user_.stream->Abort(); };
  ShakeHands();
  PutAll(*peer_, std::string(200'000, 'a'));
  Down();
  EXPECT_EQ(user_.calls, 1);
  EXPECT_TRUE(inner().aborted());
}

TEST_P(TlsStreamTest, AServerIsMadeFromAnAcceptedStream) {
  StreamOptions options;
  options.output_octets = kHalf;
  FakeStream plain(options, nullptr);
  StreamHandler* handler =
      AcceptTls(loop_, &plain, options, files_->GoodServer(GetParam()), &user_, &user_.stream);
  plain.SetHandler(handler);
  auto client = MakeEngine(client_);
  handler->OnConnected();
  client->Handshake();
  for (int i = 0; i < 4; ++i) {
    const std::vector<uint8_t> records = RecordsOf(*client);
    if (!records.empty()) handler->OnReceived(records);
    client->PutRecords(plain.Leave(kAll));
  }
  EXPECT_EQ(user_.connected, 1);
  PutAll(*client, "bind");
  handler->OnReceived(RecordsOf(*client));
  EXPECT_EQ(user_.received, "bind");
  // As much as the plain stream's halves alone could not hold.
  const std::string text(2 * kHalf, 's');
  Commit(text);
  client->PutRecords(plain.Leave(kAll));
  EXPECT_TRUE(PlainOf(*client) == text);
  plain.Die({Cause::kBroken, ECONNRESET, "Connection reset by peer"});
  EXPECT_EQ(user_.sent, text.size());
}

using TlsStreamKeyUpdateTest = TlsStreamTest;

INSTANTIATE_TEST_SUITE_P(, TlsStreamKeyUpdateTest, testing::Values(TlsVersion::k13));

TEST_P(TlsStreamKeyUpdateTest, APeerThatAsksForAnswersAndReadsNoneIsNoLongerRead) {
  RawPeer server(RawPeer::Side::kServer, TLS1_3_VERSION, TLS1_3_VERSION,
                 files_->dir().Path("good.pem"), files_->dir().Path("good.key"));
  Connect();
  inner().handler().OnConnected();
  const auto down = [&] {
    std::vector<uint8_t> records(BIO_ctrl_pending(SSL_get_wbio(server.get())));
    BIO_read(SSL_get_wbio(server.get()), records.data(), static_cast<int>(records.size()));
    if (!records.empty()) inner().handler().OnReceived(records);
  };
  for (int i = 0; i < 4; ++i) {
    const std::vector<uint8_t> records = inner().Leave(kAll);
    BIO_write(SSL_get_rbio(server.get()), records.data(), static_cast<int>(records.size()));
    char none = 0;
    SSL_read(server.get(), &none, 1);
    down();
  }
  ASSERT_EQ(user_.connected, 1);
  // Each of these is answered by a record that never leaves.
  int asked = 0;
  while (inner().receiving() && asked < 100'000) {
    ASSERT_EQ(SSL_key_update(server.get(), SSL_KEY_UPDATE_REQUESTED), 1);
    SSL_do_handshake(server.get());
    down();
    ++asked;
  }
  EXPECT_FALSE(inner().receiving());
  EXPECT_FALSE(user_.reason.has_value());
  // When it reads again it is read again.
  inner().Leave(kAll);
  EXPECT_TRUE(inner().receiving());
}

}  // namespace
}  // namespace salvo::io
