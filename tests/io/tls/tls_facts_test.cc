// What is told of a TLS session that went well, and of those that did not.
#include "io/tls/tls_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "tests/io/tls/tls_fixture.h"

namespace salvo::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// By RFC 8446 section 6.
constexpr int kUnknownCa = 48;
constexpr int kProtocolVersion = 70;
constexpr int kCertificateRequired = 116;
// OpenSSL's numbers.
constexpr int kExpired = 10;
constexpr int kUnknownIssuer = 20;
constexpr int kOtherHost = 62;

class TlsFactsTest : public testing::Test {
 protected:
  EnginePair Pair(const TlsClientOptions& client, std::shared_ptr<const TlsContext> server,
                  const std::string& name = kServerName) {
    EnginePair pair{
        MakeEngine(TlsFiles::ClientContext(client), name), MakeEngine(std::move(server)), {}, {}};
    pair.Exchange();
    return pair;
  }

  std::shared_ptr<const TlsContext> ServerWith(const test::CertificateSpec& spec) {
    const test::Certificate certificate = files_.ca().Issue(spec);
    files_.dir().Write("other.pem", certificate.Pem());
    files_.dir().Write("other.key", certificate.KeyPem());
    return files_.ServerContext(files_.dir().Path("other.pem"), files_.dir().Path("other.key"));
  }

  TlsFiles files_;
};

TEST_F(TlsFactsTest, AreThoseOfAGoodSession) {
  const EnginePair pair = Pair(files_.TrustingOptions(), files_.GoodServer());
  const TlsFacts facts = pair.client->Facts();
  EXPECT_EQ(facts.version, "TLSv1.3");
  EXPECT_THAT(facts.cipher, HasSubstr("TLS_"));
  ASSERT_EQ(facts.chain.size(), 1u);
  EXPECT_THAT(facts.chain[0].subject, HasSubstr("CN=a test"));
  EXPECT_THAT(facts.chain[0].issuer, HasSubstr("CN=a CA"));
  EXPECT_THAT(facts.chain[0].names, ElementsAre("smsc.example.com"));
  const int64_t now = std::time(nullptr);
  EXPECT_LT(facts.chain[0].not_before, now);
  EXPECT_GT(facts.chain[0].not_after, now);
  EXPECT_EQ(facts.verify_error, 0);
  EXPECT_EQ(facts.alert_received, -1);
  EXPECT_EQ(facts.alert_sent, -1);
  EXPECT_FALSE(facts.client_certificate_asked);
}

TEST_F(TlsFactsTest, HaveTheChainOfACertificateThatIsNotTrusted) {
  const EnginePair pair =
      Pair(files_.TrustingOptions(),
           ServerWith({.alternative_names = {"DNS:smsc.example.com", "IP:192.0.2.7"},
                       .valid_from_s = -7200,
                       .valid_until_s = -3600}));
  const TlsFacts facts = pair.client->Facts();
  EXPECT_EQ(facts.verify_error, kExpired);
  ASSERT_EQ(facts.chain.size(), 1u);
  EXPECT_LT(facts.chain[0].not_after, std::time(nullptr));
  EXPECT_THAT(facts.chain[0].names, ElementsAre("smsc.example.com", "192.0.2.7"));
  EXPECT_GE(facts.alert_sent, 0);
}

TEST_F(TlsFactsTest, TellAnotherHostAndAnUnknownIssuer) {
  const EnginePair other = Pair(files_.TrustingOptions(), files_.GoodServer(), "other.example");
  EXPECT_EQ(other.client->Facts().verify_error, kOtherHost);
  const EnginePair unknown = Pair({}, files_.GoodServer());
  EXPECT_EQ(unknown.client->Facts().verify_error, kUnknownIssuer);
  EXPECT_EQ(unknown.client->Facts().alert_sent, kUnknownCa);
  EXPECT_EQ(unknown.server->Facts().alert_received, kUnknownCa);
}

TEST_F(TlsFactsTest, TellTheAlertOfAPeerWithoutACommonVersion) {
  TlsClientOptions client = files_.TrustingOptions();
  client.min_version = TlsVersion::k13;
  const EnginePair pair = Pair(client, files_.GoodServer(TlsVersion::k12));
  EXPECT_EQ(pair.client->Facts().alert_received, kProtocolVersion);
  EXPECT_EQ(pair.client->Facts().version, "");
}

TEST_F(TlsFactsTest, TellThatAClientCertificateIsMissedAfterTheHandshake) {
  const EnginePair pair =
      Pair(files_.TrustingOptions(), files_.GoodServer(TlsVersion::k13, files_.ca_file()));
  const TlsFacts facts = pair.client->Facts();
  EXPECT_EQ(facts.version, "TLSv1.3");
  EXPECT_TRUE(facts.client_certificate_asked);
  EXPECT_EQ(facts.alert_received, kCertificateRequired);
}

TEST_F(TlsFactsTest, AreReadFromAFile) {
  const auto facts = ReadCertificateFile(files_.dir().Path("good.pem"));
  ASSERT_TRUE(facts.ok());
  EXPECT_THAT(facts->names, ElementsAre("smsc.example.com"));
  const auto none = ReadCertificateFile(files_.dir().Path("none.pem"));
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("none.pem"));
}

}  // namespace
}  // namespace salvo::io
