#include "io/tls/tls_engine.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/io/tls/raw_peer.h"
#include "tests/io/tls/tls_fixture.h"
#include "tests/support/random.h"

namespace salvo::io {
namespace {

using State = TlsEngine::State;
using test::Random;

// Each test runs with TLS 1.2 and with TLS 1.3.
class TlsEngineTest : public testing::TestWithParam<TlsVersion> {
 protected:
  static void SetUpTestSuite() { files_ = new TlsFiles; }
  static void TearDownTestSuite() {
    delete files_;
    files_ = nullptr;
  }

  EnginePair MakePair() { return {MakeEngine(client_), MakeEngine(server_), "", ""}; }

  EnginePair MakeOpenPair() {
    EnginePair pair = MakePair();
    pair.Exchange();
    EXPECT_EQ(pair.client->state(), State::kOpen) << pair.client->error();
    EXPECT_EQ(pair.server->state(), State::kOpen) << pair.server->error();
    return pair;
  }

  int RawVersion() const { return GetParam() == TlsVersion::k12 ? TLS1_2_VERSION : TLS1_3_VERSION; }

  static TlsFiles* files_;
  const std::shared_ptr<const TlsContext> client_ = files_->TrustingClient();
  const std::shared_ptr<const TlsContext> server_ = files_->GoodServer(GetParam());
};

TlsFiles* TlsEngineTest::files_ = nullptr;

INSTANTIATE_TEST_SUITE_P(, TlsEngineTest, testing::Values(TlsVersion::k12, TlsVersion::k13),
                         [](const auto& param) {
                           return param.param == TlsVersion::k12 ? "Tls12" : "Tls13";
                         });

TEST_P(TlsEngineTest, ShakesHandsAndCarriesDataBothWays) {
  EnginePair pair = MakeOpenPair();
  PutAll(*pair.client, "submit_sm");
  PutAll(*pair.server, "submit_sm_resp");
  pair.Exchange();
  EXPECT_EQ(pair.server_got, "submit_sm");
  EXPECT_EQ(pair.client_got, "submit_sm_resp");
  const std::string description = pair.client->Description();
  EXPECT_TRUE(description.starts_with(GetParam() == TlsVersion::k12 ? "TLSv1.2 " : "TLSv1.3 "))
      << description;
}

TEST_P(TlsEngineTest, RecordsCutAtEveryOctetMakeNoDifference) {
  size_t longest = 2;
  for (size_t at = 1; at < longest; ++at) {
    EnginePair pair = MakePair();
    const auto cut_once = [at, &longest, whole = size_t{0}](size_t rest) mutable {
      // The first piece of a flight ends at `at`, the second is the rest.
      longest = std::max(longest, rest);
      whole = whole == rest ? 0 : rest > at ? rest - at : 0;
      return whole > 0 ? at : rest;
    };
    pair.Exchange(cut_once);
    ASSERT_EQ(pair.client->state(), State::kOpen) << at << ": " << pair.client->error();
    PutAll(*pair.client, "the first");
    PutAll(*pair.client, "the second");
    PutAll(*pair.server, std::string(300, 'x'));
    pair.Exchange(cut_once);
    ASSERT_EQ(pair.server_got, "the firstthe second") << at;
    ASSERT_EQ(pair.client_got, std::string(300, 'x')) << at;
  }
  EXPECT_GT(longest, 300u);
}

TEST_P(TlsEngineTest, OneOctetAtATimeMakesNoDifference) {
  EnginePair pair = MakePair();
  const auto one = [](size_t) { return size_t{1}; };
  pair.Exchange(one);
  ASSERT_EQ(pair.client->state(), State::kOpen) << pair.client->error();
  PutAll(*pair.client, std::string(20'000, 'c'));
  PutAll(*pair.server, std::string(40'000, 's'));
  pair.Exchange(one);
  EXPECT_EQ(pair.server_got, std::string(20'000, 'c'));
  EXPECT_EQ(pair.client_got, std::string(40'000, 's'));
}

TEST_P(TlsEngineTest, RecordsMayBeTakenOneOctetAtATime) {
  EnginePair pair = MakeOpenPair();
  PutAll(*pair.client, "slowly");
  while (pair.client->RecordsWaiting() > 0) {
    uint8_t octet = 0;
    ASSERT_EQ(pair.client->TakeRecords({&octet, 1}), 1u);
    pair.server->PutRecords({&octet, 1});
  }
  EXPECT_EQ(PlainOf(*pair.server), "slowly");
}

TEST_P(TlsEngineTest, PlainOctetsMayBeTakenOneAtATime) {
  EnginePair pair = MakeOpenPair();
  PutAll(*pair.client, "slowly");
  pair.server->PutRecords(RecordsOf(*pair.client));
  std::string got;
  uint8_t octet = 0;
  while (pair.server->TakePlain({&octet, 1}) == 1) got += static_cast<char>(octet);
  EXPECT_EQ(got, "slowly");
}

TEST_P(TlsEngineTest, ManyMegabytesInRandomPiecesArrive) {
  EnginePair pair = MakeOpenPair();
  Random random(test::TestSeed());
  std::string up(3'000'000, 0);
  std::string down(3'000'000, 0);
  for (char& c : up) c = static_cast<char>(random.Octet());
  for (char& c : down) c = static_cast<char>(random.Octet());
  size_t up_put = 0;
  size_t down_put = 0;
  while (up_put < up.size() || down_put < down.size()) {
    const size_t up_some = std::min(random.Below(50'000) + 1, up.size() - up_put);
    PutAll(*pair.client, std::string_view(up).substr(up_put, up_some));
    up_put += up_some;
    const size_t down_some = std::min(random.Below(50'000) + 1, down.size() - down_put);
    PutAll(*pair.server, std::string_view(down).substr(down_put, down_some));
    down_put += down_some;
    pair.Exchange([&](size_t rest) { return random.Below(rest) + 1; });
  }
  EXPECT_TRUE(pair.server_got == up);
  EXPECT_TRUE(pair.client_got == down);
}

TEST_P(TlsEngineTest, PutPlainMakesOneRecordAtATime) {
  EnginePair pair = MakeOpenPair();
  const std::string text(40'000, 'a');
  EXPECT_EQ(pair.client->PutPlain(Octets(text)), 16'384u);
  const size_t waiting = pair.client->RecordsWaiting();
  EXPECT_GT(waiting, 16'384u);
  EXPECT_LT(waiting, 16'384u + 64);
}

TEST_P(TlsEngineTest, CloseNotifyEndsTheStreamAfterItsData) {
  EnginePair pair = MakeOpenPair();
  PutAll(*pair.client, "the last");
  pair.client->CloseNotify();
  pair.Exchange();
  EXPECT_EQ(pair.server_got, "the last");
  EXPECT_EQ(pair.server->state(), State::kPeerClosed);
  // The other direction still works until it is closed, too.
  pair.server->CloseNotify();
  pair.Exchange();
  EXPECT_EQ(pair.client->state(), State::kPeerClosed);
}

TEST_P(TlsEngineTest, WithoutCloseNotifyTheStreamStaysOpen) {
  EnginePair pair = MakeOpenPair();
  PutAll(*pair.client, "cut off");
  std::vector<uint8_t> records = RecordsOf(*pair.client);
  records.pop_back();
  pair.server->PutRecords(records);
  EXPECT_EQ(PlainOf(*pair.server), "");
  EXPECT_EQ(pair.server->state(), State::kOpen);
}

TEST_P(TlsEngineTest, AFlippedBitAnywhereInARecordFailsTheConnection) {
  // Past the header: its length decides only how much is waited for.
  for (size_t at = 5; at < 60; ++at) {
    EnginePair pair = MakeOpenPair();
    PutAll(*pair.client, std::string(100, 'a'));
    std::vector<uint8_t> records = RecordsOf(*pair.client);
    ASSERT_LT(at, records.size());
    records[at] ^= 0x10;
    pair.server->PutRecords(records);
    EXPECT_EQ(PlainOf(*pair.server), "") << at;
    ASSERT_EQ(pair.server->state(), State::kFailed) << at;
    EXPECT_NE(pair.server->error(), "");
    // The alert tells the other side.
    pair.client->PutRecords(RecordsOf(*pair.server));
    EXPECT_EQ(PlainOf(*pair.client), "");
    EXPECT_EQ(pair.client->state(), State::kFailed) << at;
    EXPECT_NE(pair.client->error(), "");
  }
}

TEST_P(TlsEngineTest, AFailedEngineTakesNoMore) {
  EnginePair pair = MakeOpenPair();
  pair.server->PutRecords(Octets("this is not a record"));
  EXPECT_EQ(PlainOf(*pair.server), "");
  ASSERT_EQ(pair.server->state(), State::kFailed);
  const std::string error = pair.server->error();
  pair.server->PutRecords(Octets("nor is this one"));
  EXPECT_EQ(PlainOf(*pair.server), "");
  pair.server->Handshake();
  pair.server->CloseNotify();
  EXPECT_EQ(pair.server->state(), State::kFailed);
  EXPECT_EQ(pair.server->error(), error);
}

TEST_P(TlsEngineTest, PlainTextFailsTheHandshake) {
  for (const char* text : {"HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example.com ESMTP\r\n"}) {
    EnginePair pair = MakePair();
    pair.client->Handshake();
    pair.client->PutRecords(Octets(text));
    EXPECT_EQ(pair.client->state(), State::kFailed);
    EXPECT_NE(pair.client->error(), "");
  }
  EnginePair pair = MakePair();
  pair.server->PutRecords(Octets(std::string_view("\0\0\0\x2f\0\0\0\x09\0\0\0\0\0\0\0\1", 16)));
  EXPECT_EQ(pair.server->state(), State::kFailed);
}

TEST_P(TlsEngineTest, RandomOctetsNeverOpenAnything) {
  Random random(test::TestSeed());
  for (int i = 0; i < 200; ++i) {
    EnginePair pair = MakePair();
    pair.client->Handshake();
    std::vector<uint8_t> noise(random.Below(2000) + 1);
    for (uint8_t& octet : noise) octet = random.Octet();
    if (random.Chance(0.7)) {
      // Into the parser of handshake messages.
      const uint8_t header[] = {22, 3, 3, static_cast<uint8_t>(noise.size() >> 8),
                                static_cast<uint8_t>(noise.size())};
      pair.client->PutRecords(header);
      pair.server->PutRecords(header);
    }
    pair.client->PutRecords(noise);
    pair.server->PutRecords(noise);
    EXPECT_NE(pair.client->state(), State::kOpen);
    EXPECT_NE(pair.server->state(), State::kOpen);
  }
}

TEST_P(TlsEngineTest, APeersRenegotiationIsRefused) {
  if (GetParam() == TlsVersion::k13) {
    // It does not exist there: OpenSSL refuses to ask for it.
    RawPeer server(RawPeer::Side::kServer, RawVersion(), RawVersion(),
                   files_->dir().Path("good.pem"), files_->dir().Path("good.key"));
    auto client = MakeEngine(client_);
    server.Exchange(*client);
    EXPECT_EQ(SSL_renegotiate(server.get()), 0);
    return;
  }
  RawPeer server(RawPeer::Side::kServer, RawVersion(), RawVersion(), files_->dir().Path("good.pem"),
                 files_->dir().Path("good.key"));
  auto client = MakeEngine(client_);
  server.Exchange(*client);
  ASSERT_EQ(client->state(), State::kOpen) << client->error();
  ASSERT_EQ(SSL_renegotiate(server.get()), 1);
  SSL_do_handshake(server.get());
  std::string got;
  server.Exchange(*client, &got);
  EXPECT_EQ(got, "");
  EXPECT_NE(client->state(), State::kHandshaking);
  // Our server refuses a client's just the same.
  RawPeer raw_client(RawPeer::Side::kClient, RawVersion(), RawVersion());
  auto ours = MakeEngine(server_);
  raw_client.Exchange(*ours);
  raw_client.Exchange(*ours);
  ASSERT_EQ(ours->state(), State::kOpen) << ours->error();
  ASSERT_EQ(SSL_renegotiate(raw_client.get()), 1);
  SSL_do_handshake(raw_client.get());
  raw_client.Exchange(*ours);
  EXPECT_NE(ours->state(), State::kHandshaking);
}

// Of TLS 1.3 only.
class TlsKeyUpdateTest : public TlsEngineTest {};

INSTANTIATE_TEST_SUITE_P(, TlsKeyUpdateTest, testing::Values(TlsVersion::k13));

TEST_P(TlsKeyUpdateTest, KeysChangeBothWaysWhileDataFlows) {
  RawPeer server(RawPeer::Side::kServer, RawVersion(), RawVersion(), files_->dir().Path("good.pem"),
                 files_->dir().Path("good.key"));
  auto client = MakeEngine(client_);
  server.Exchange(*client);
  ASSERT_EQ(client->state(), State::kOpen) << client->error();
  std::string got;
  std::string raw_got;
  std::string sent;
  for (int i = 0; i < 20; ++i) {
    const bool both = i % 2 == 0;
    ASSERT_EQ(SSL_key_update(server.get(),
                             both ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED),
              1);
    const std::string text = "message " + std::to_string(i);
    sent += text;
    server.Send(text);
    PutAll(*client, text);
    raw_got += server.Exchange(*client, &got);
    ASSERT_EQ(client->state(), State::kOpen) << client->error();
  }
  EXPECT_EQ(got, sent);
  EXPECT_EQ(raw_got, sent);
}

TEST_P(TlsKeyUpdateTest, TicketsThatComeWhileWritingDoNoHarm) {
  RawPeer server(RawPeer::Side::kServer, RawVersion(), RawVersion(), files_->dir().Path("good.pem"),
                 files_->dir().Path("good.key"));
  auto client = MakeEngine(client_);
  server.Exchange(*client);
  PutAll(*client, "written before");
  ASSERT_EQ(SSL_new_session_ticket(server.get()), 1);
  server.Send("after the ticket");
  std::string got;
  const std::string raw_got = server.Exchange(*client, &got);
  EXPECT_EQ(raw_got, "written before");
  EXPECT_EQ(got, "after the ticket");
  EXPECT_EQ(client->state(), State::kOpen);
}

}  // namespace
}  // namespace salvo::io
