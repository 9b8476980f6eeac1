// Goal: no application octet before chain, validity, host name and version are right, and every
// refusal says why. Method: certificates made here, one fault each; client and server in memory.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/io/tls/raw_peer.h"
#include "tests/io/tls/tls_fixture.h"

namespace salvo::io {
namespace {

using State = TlsEngine::State;
using test::Certificate;
using test::CertificateSpec;

class TlsVerificationTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = new TlsFiles; }
  static void TearDownTestSuite() {
    delete files_;
    files_ = nullptr;
  }

  // Lets a client that trusts the CA meet a server with this certificate (and more of its chain).
  // Returns "" when they open, otherwise the client's reason.
  static std::string Meet(const Certificate& certificate, const std::string& name = kServerName,
                          const std::string& more_chain = "") {
    return MeetWith(files_->TrustingClient(), certificate, name, more_chain);
  }

  static std::string MeetWith(std::shared_ptr<const TlsContext> client_context,
                              const Certificate& certificate, const std::string& name,
                              const std::string& more_chain = "") {
    const std::string cert_file = files_->dir().Write("server.pem", certificate.Pem() + more_chain);
    const std::string key_file = files_->dir().Write("server.key", certificate.KeyPem());
    // Whoever makes a faulty certificate does not look at levels either.
    RawPeer server(RawPeer::Side::kServer, 0, 0, cert_file, key_file);
    auto client = MakeEngine(std::move(client_context), name);
    const std::string server_got = server.Exchange(*client);
    EXPECT_EQ(server_got, "");
    if (client->state() == State::kOpen) return "";
    EXPECT_EQ(client->state(), State::kFailed);
    // Nothing plain gets through a failed engine.
    EXPECT_EQ(client->PutPlain(Octets("password")), 0u);
    EXPECT_EQ(server.Exchange(*client), "");
    return client->error();
  }

  static Certificate IssueFor(std::vector<std::string> names) {
    return files_->ca().Issue({.alternative_names = std::move(names)});
  }

  static TlsFiles* files_;
};

TlsFiles* TlsVerificationTest::files_ = nullptr;

TEST_F(TlsVerificationTest, AGoodCertificateIsAccepted) {
  EXPECT_EQ(Meet(IssueFor({"DNS:smsc.example.com"})), "");
  EXPECT_EQ(Meet(IssueFor({"DNS:other.example.com", "DNS:smsc.example.com"})), "");
  EXPECT_EQ(Meet(IssueFor({"DNS:SMSC.Example.COM"})), "");
}

TEST_F(TlsVerificationTest, AnExpiredCertificateIsRefused) {
  EXPECT_EQ(Meet(files_->ca().Issue({.alternative_names = {"DNS:smsc.example.com"},
                                     .valid_from_s = -20'000,
                                     .valid_until_s = -10'000})),
            "certificate has expired");
}

TEST_F(TlsVerificationTest, ACertificateOfTheFutureIsRefused) {
  EXPECT_EQ(Meet(files_->ca().Issue({.alternative_names = {"DNS:smsc.example.com"},
                                     .valid_from_s = 10'000,
                                     .valid_until_s = 20'000})),
            "certificate is not yet valid");
}

TEST_F(TlsVerificationTest, ASelfSignedCertificateIsRefused) {
  EXPECT_EQ(Meet(Certificate::SelfSigned({.alternative_names = {"DNS:smsc.example.com"}})),
            "self-signed certificate");
}

TEST_F(TlsVerificationTest, AnUnknownAuthorityIsRefused) {
  const Certificate other = Certificate::SelfSigned({.common_name = "another CA", .is_ca = true});
  EXPECT_EQ(Meet(other.Issue({.alternative_names = {"DNS:smsc.example.com"}})),
            "unable to get local issuer certificate");
  EXPECT_EQ(
      Meet(other.Issue({.alternative_names = {"DNS:smsc.example.com"}}), kServerName, other.Pem()),
      "self-signed certificate in certificate chain");
}

TEST_F(TlsVerificationTest, AnAuthorityOfTheSameNameIsRefused) {
  const Certificate other = Certificate::SelfSigned({.common_name = "a CA", .is_ca = true});
  EXPECT_NE(Meet(other.Issue({.alternative_names = {"DNS:smsc.example.com"}})), "");
}

TEST_F(TlsVerificationTest, ACertificateForAnotherHostIsRefused) {
  EXPECT_EQ(Meet(IssueFor({"DNS:smsc.example.org"})), "hostname mismatch");
  EXPECT_EQ(Meet(IssueFor({"DNS:example.com"})), "hostname mismatch");
  EXPECT_EQ(Meet(IssueFor({"DNS:smsc.example.com.evil.org"})), "hostname mismatch");
}

TEST_F(TlsVerificationTest, ACommonNameAloneIsNoHostName) {
  EXPECT_EQ(Meet(files_->ca().Issue({.common_name = kServerName})), "hostname mismatch");
  EXPECT_EQ(Meet(files_->ca().Issue(
                {.common_name = kServerName, .alternative_names = {"DNS:other.example.com"}})),
            "hostname mismatch");
}

TEST_F(TlsVerificationTest, AWildcardStandsForOneWholeLabel) {
  const Certificate wildcard = IssueFor({"DNS:*.example.com"});
  EXPECT_EQ(Meet(wildcard, "smsc.example.com"), "");
  EXPECT_EQ(Meet(wildcard, "a.b.example.com"), "hostname mismatch");
  EXPECT_EQ(Meet(wildcard, "example.com"), "hostname mismatch");
  EXPECT_EQ(Meet(IssueFor({"DNS:sm*.example.com"})), "hostname mismatch");
  EXPECT_EQ(Meet(IssueFor({"DNS:*.com"}), "example.com"), "hostname mismatch");
  EXPECT_EQ(Meet(IssueFor({"DNS:smsc.*.com"})), "hostname mismatch");
}

TEST_F(TlsVerificationTest, AnAddressIsCheckedAsAnAddress) {
  EXPECT_EQ(Meet(IssueFor({"IP:127.0.0.1"}), "127.0.0.1"), "");
  EXPECT_EQ(Meet(IssueFor({"IP:::1"}), "::1"), "");
  EXPECT_EQ(Meet(IssueFor({"IP:127.0.0.2"}), "127.0.0.1"), "IP address mismatch");
  EXPECT_EQ(Meet(IssueFor({"DNS:127.0.0.1"}), "127.0.0.1"), "IP address mismatch");
  EXPECT_EQ(Meet(IssueFor({"DNS:smsc.example.com"}), "127.0.0.1"), "IP address mismatch");
  EXPECT_EQ(Meet(IssueFor({"IP:127.0.0.1"}), kServerName), "hostname mismatch");
}

TEST_F(TlsVerificationTest, ACertificateForClientsIsRefused) {
  EXPECT_EQ(Meet(files_->ca().Issue({.alternative_names = {"DNS:smsc.example.com"},
                                     .extended_key_usage = "clientAuth"})),
            "unsuitable certificate purpose");
  EXPECT_EQ(Meet(files_->ca().Issue({.alternative_names = {"DNS:smsc.example.com"},
                                     .extended_key_usage = "serverAuth"})),
            "");
}

TEST_F(TlsVerificationTest, AWeakKeyIsRefused) {
  EXPECT_EQ(
      Meet(files_->ca().Issue({.alternative_names = {"DNS:smsc.example.com"}, .rsa_bits = 1024})),
      "EE certificate key too weak");
  EXPECT_EQ(
      Meet(files_->ca().Issue({.alternative_names = {"DNS:smsc.example.com"}, .rsa_bits = 2048})),
      "");
}

TEST_F(TlsVerificationTest, AnIntermediateIsNeededAndEnough) {
  const Certificate between = files_->ca().Issue({.common_name = "between", .is_ca = true});
  const Certificate leaf = between.Issue({.alternative_names = {"DNS:smsc.example.com"}});
  EXPECT_EQ(Meet(leaf, kServerName, between.Pem()), "");
  EXPECT_EQ(Meet(leaf), "unable to get local issuer certificate");
}

TEST_F(TlsVerificationTest, ACertificateThatIsNoAuthoritySignsNothing) {
  const Certificate between = files_->ca().Issue({.common_name = "not an authority"});
  const Certificate leaf = between.Issue({.alternative_names = {"DNS:smsc.example.com"}});
  EXPECT_NE(Meet(leaf, kServerName, between.Pem()), "");
}

TEST_F(TlsVerificationTest, WithoutVerificationAnybodyIsAccepted) {
  TlsClientOptions options;
  options.verify = false;
  const auto trusting_all = TlsFiles::ClientContext(options);
  EXPECT_EQ(MeetWith(trusting_all, Certificate::SelfSigned({}), kServerName), "");
  EXPECT_EQ(MeetWith(trusting_all, IssueFor({"DNS:other.example.com"}), kServerName), "");
}

TEST_F(TlsVerificationTest, OldVersionsAreRefused) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    RawPeer server(RawPeer::Side::kServer, version, version, files_->dir().Path("good.pem"),
                   files_->dir().Path("good.key"));
    SSL_set_cipher_list(server.get(), "ALL:@SECLEVEL=0");
    auto client = MakeEngine(files_->TrustingClient());
    EXPECT_EQ(server.Exchange(*client), "");
    EXPECT_EQ(client->state(), State::kFailed);
    EXPECT_EQ(client->error(), "tlsv1 alert protocol version");
    RawPeer old_client(RawPeer::Side::kClient, version, version);
    SSL_set_cipher_list(old_client.get(), "ALL:@SECLEVEL=0");
    auto ours = MakeEngine(files_->GoodServer());
    for (int i = 0; i < 3; ++i) old_client.Exchange(*ours);
    EXPECT_EQ(ours->state(), State::kFailed);
    EXPECT_EQ(ours->error(), "unsupported protocol");
  }
}

TEST_F(TlsVerificationTest, TheMinimumVersionIsKept) {
  TlsClientOptions options = files_->TrustingOptions();
  options.min_version = TlsVersion::k13;
  EnginePair pair = {MakeEngine(TlsFiles::ClientContext(options)),
                     MakeEngine(files_->GoodServer(TlsVersion::k12)), "", ""};
  pair.Exchange();
  EXPECT_EQ(pair.client->state(), State::kFailed);
  EXPECT_EQ(pair.client->error(), "tlsv1 alert protocol version");
  EXPECT_EQ(pair.server->state(), State::kFailed);
  EnginePair good = {MakeEngine(TlsFiles::ClientContext(options)),
                     MakeEngine(files_->GoodServer(TlsVersion::k13)), "", ""};
  good.Exchange();
  EXPECT_EQ(good.client->state(), State::kOpen);
}

TEST_F(TlsVerificationTest, ANameThatCannotBeAHostIsRefusedBeforeAnythingIsSent) {
  for (const std::string& name : {std::string(), std::string(300, 'a')}) {
    const auto engine = TlsEngine::Create(files_->TrustingClient(), name);
    ASSERT_FALSE(engine.ok());
    EXPECT_NE(engine.status().message().find("'" + name + "'"), absl::string_view::npos);
  }
}

// Certificates of clients.
class TlsClientCertificateTest : public TlsVerificationTest {
 protected:
  // What client and server say of each other: "" is acceptance.
  struct Verdict {
    std::string client;
    std::string server;
  };

  Verdict MeetAs(const TlsClientOptions& options, TlsVersion version) {
    EnginePair pair = {MakeEngine(TlsFiles::ClientContext(options)),
                       MakeEngine(files_->GoodServer(version, files_->ca_file())), "", ""};
    pair.Exchange();
    if (pair.server->state() == State::kFailed) {
      EXPECT_EQ(pair.server_got, "");
    }
    return {pair.client->error(), pair.server->error()};
  }

  TlsClientOptions WithCertificate(const Certificate& certificate) {
    TlsClientOptions options = files_->TrustingOptions();
    options.cert_file = files_->dir().Write("client.pem", certificate.Pem());
    options.key_file = files_->dir().Write("client.key", certificate.KeyPem());
    return options;
  }
};

TEST_F(TlsClientCertificateTest, TheRightOneIsAccepted) {
  for (const TlsVersion version : {TlsVersion::k12, TlsVersion::k13}) {
    const Verdict verdict = MeetAs(WithCertificate(files_->ca().Issue({})), version);
    EXPECT_EQ(verdict.client, "");
    EXPECT_EQ(verdict.server, "");
  }
}

TEST_F(TlsClientCertificateTest, AClientMayResumeItsSession) {
  const TlsClientOptions files = WithCertificate(files_->ca().Issue({}));
  for (const TlsVersion version : {TlsVersion::k12, TlsVersion::k13}) {
    const auto context = files_->GoodServer(version, files_->ca_file());
    RawPeer first(RawPeer::Side::kClient, 0, 0, files.cert_file, files.key_file);
    const auto first_server = MakeEngine(context);
    first.Exchange(*first_server);
    ASSERT_EQ(first_server->error(), "");
    SSL_SESSION* const session = SSL_get1_session(first.get());
    RawPeer second(RawPeer::Side::kClient, 0, 0, files.cert_file, files.key_file);
    SSL_set_session(second.get(), session);
    SSL_SESSION_free(session);
    const auto second_server = MakeEngine(context);
    second.Exchange(*second_server);
    EXPECT_EQ(second_server->error(), "");
    EXPECT_TRUE(SSL_is_init_finished(second.get()));
  }
}

TEST_F(TlsClientCertificateTest, NoneIsRefused) {
  for (const TlsVersion version : {TlsVersion::k12, TlsVersion::k13}) {
    const Verdict verdict = MeetAs(files_->TrustingOptions(), version);
    EXPECT_EQ(verdict.server, "peer did not return a certificate");
    EXPECT_NE(verdict.client, "");
  }
}

TEST_F(TlsClientCertificateTest, OneOfAnUnknownAuthorityIsRefused) {
  const Certificate other = Certificate::SelfSigned({.common_name = "another CA", .is_ca = true});
  const Verdict verdict = MeetAs(WithCertificate(other.Issue({})), TlsVersion::k13);
  EXPECT_EQ(verdict.server, "unable to get local issuer certificate");
  EXPECT_NE(verdict.client, "");
}

TEST_F(TlsClientCertificateTest, AnExpiredOneIsRefused) {
  const Certificate expired =
      files_->ca().Issue({.valid_from_s = -20'000, .valid_until_s = -10'000});
  const Verdict verdict = MeetAs(WithCertificate(expired), TlsVersion::k13);
  EXPECT_EQ(verdict.server, "certificate has expired");
  EXPECT_NE(verdict.client, "");
}

}  // namespace
}  // namespace salvo::io
