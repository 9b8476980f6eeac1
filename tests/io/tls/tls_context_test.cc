#include "io/tls/tls_context.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/io/tls/tls_fixture.h"

namespace salvo::io {
namespace {

class TlsContextTest : public testing::Test {
 protected:
  static std::string ErrorOf(const absl::StatusOr<std::shared_ptr<const TlsContext>>& context) {
    return context.ok() ? "no error" : std::string(context.status().message());
  }

  std::string ClientError(const std::string& cert_file, const std::string& key_file) {
    TlsClientOptions options = files_.TrustingOptions();
    options.cert_file = cert_file;
    options.key_file = key_file;
    return ErrorOf(TlsContext::ForClient(options));
  }

  std::string CaError(const std::string& ca_file) {
    TlsClientOptions options;
    options.ca_file = ca_file;
    return ErrorOf(TlsContext::ForClient(options));
  }

  std::string ServerError(const std::string& cert_file, const std::string& key_file,
                          const std::string& client_ca_file = "") {
    TlsServerOptions options;
    options.cert_file = cert_file;
    options.key_file = key_file;
    options.client_ca_file = client_ca_file;
    return ErrorOf(TlsContext::ForServer(options));
  }

  std::string Quoted(const std::string& name) { return "'" + files_.dir().Path(name) + "'"; }

  TlsFiles files_;
  const std::string good_pem_ = files_.dir().Path("good.pem");
  const std::string good_key_ = files_.dir().Path("good.key");
};

TEST_F(TlsContextTest, GoodFilesMakeAContext) {
  EXPECT_EQ(ClientError(good_pem_, good_key_), "no error");
  EXPECT_EQ(ServerError(good_pem_, good_key_, files_.ca_file()), "no error");
  EXPECT_EQ(ErrorOf(TlsContext::ForClient({})), "no error");
}

TEST_F(TlsContextTest, AMissingFileIsNamed) {
  EXPECT_EQ(CaError(files_.dir().Path("none.pem")), "cannot use the trusted certificates in " +
                                                        Quoted("none.pem") +
                                                        ": No such file or directory");
  EXPECT_EQ(ClientError(files_.dir().Path("none.pem"), good_key_),
            "cannot use the certificate in " + Quoted("none.pem") + ": No such file or directory");
  EXPECT_EQ(ClientError(good_pem_, files_.dir().Path("none.key")),
            "cannot use the private key in " + Quoted("none.key") + ": No such file or directory");
  EXPECT_EQ(ServerError(good_pem_, good_key_, files_.dir().Path("none.pem")),
            "cannot use the trusted certificates in " + Quoted("none.pem") +
                ": No such file or directory");
}

TEST_F(TlsContextTest, AnUnreadableFileIsNamed) {
  // A directory: nobody, not even root, can read it as a file.
  const std::string dir = files_.dir().Path(".");
  for (const std::string& error :
       {CaError(dir), ClientError(dir, good_key_), ClientError(good_pem_, dir)}) {
    EXPECT_NE(error.find("'" + dir + "'"), std::string::npos) << error;
    EXPECT_EQ(error.find("no error"), std::string::npos);
  }
}

TEST_F(TlsContextTest, AFileOfSomethingElseIsNamed) {
  const std::string text = files_.dir().Write("text.pem", "dear diary,\n");
  const std::string empty = files_.dir().Write("empty.pem", "");
  for (const std::string& file : {text, empty}) {
    for (const std::string& error :
         {CaError(file), ClientError(file, good_key_), ClientError(good_pem_, file),
          ServerError(file, good_key_), ServerError(good_pem_, file)}) {
      EXPECT_NE(error.find("'" + file + "'"), std::string::npos) << error;
      EXPECT_EQ(error.find("no reason"), std::string::npos) << error;
    }
  }
}

TEST_F(TlsContextTest, AKeyOfAnotherCertificateIsRefused) {
  files_.dir().Write("other.key", files_.ca().Issue({}).KeyPem());
  const std::string error = ClientError(good_pem_, files_.dir().Path("other.key"));
  EXPECT_EQ(error, "the private key in " + Quoted("other.key") +
                       " does not belong to the certificate in " + Quoted("good.pem"));
  EXPECT_EQ(ServerError(good_pem_, files_.dir().Path("other.key")), error);
  files_.dir().Write("rsa.key", files_.ca().Issue({.rsa_bits = 2048}).KeyPem());
  EXPECT_EQ(ClientError(good_pem_, files_.dir().Path("rsa.key")),
            "the private key in " + Quoted("rsa.key") + " does not belong to the certificate in " +
                Quoted("good.pem"));
}

TEST_F(TlsContextTest, AnEncryptedKeyIsRefusedWithoutAskingForItsPassphrase) {
  files_.dir().Write("locked.key", files_.ca().Issue({}).KeyPem("the secret"));
  EXPECT_EQ(ClientError(good_pem_, files_.dir().Path("locked.key")),
            "cannot use the private key in " + Quoted("locked.key") +
                ": it is encrypted; Salvo needs it without a passphrase");
}

TEST_F(TlsContextTest, ACertificateWithoutItsKeyIsRefused) {
  EXPECT_EQ(ClientError(good_pem_, ""), "a client certificate needs both cert_file and key_file");
  EXPECT_EQ(ClientError("", good_key_), "a client certificate needs both cert_file and key_file");
}

TEST_F(TlsContextTest, AnErrorLeavesNothingBehindForTheNextCall) {
  CaError(files_.dir().Path("none.pem"));
  EXPECT_EQ(TakeOpenSslError(), "no reason given");
}

TEST_F(TlsContextTest, ManyThreadsShareOneContext) {
  const auto client = files_.TrustingClient();
  const auto server = files_.GoodServer();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        EnginePair pair = {MakeEngine(client), MakeEngine(server), "", ""};
        pair.Exchange();
        PutAll(*pair.client, "hello");
        pair.Exchange();
        EXPECT_EQ(pair.server_got, "hello");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace salvo::io
