// What the TLS tests share: files of certificates, and a pair of engines.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/tls/tls_engine.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_certs.h"

namespace salvo::io {

inline constexpr char kServerName[] = "smsc.example.com";

inline std::span<const uint8_t> Octets(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// Certificates of a test, as files.
class TlsFiles {
 public:
  const test::Certificate& ca() const { return ca_; }
  std::string ca_file() const { return dir_.Path("ca.pem"); }
  const test::TempDir& dir() const { return dir_; }

  std::shared_ptr<const TlsContext> ServerContext(const std::string& cert_file,
                                                  const std::string& key_file,
                                                  TlsVersion max = TlsVersion::k13,
                                                  const std::string& client_ca_file = "") const {
    TlsServerOptions options;
    options.cert_file = cert_file;
    options.key_file = key_file;
    options.max_version = max;
    options.client_ca_file = client_ca_file;
    auto context = TlsContext::ForServer(options);
    EXPECT_TRUE(context.ok()) << context.status();
    return context.ok() ? *context : nullptr;
  }

  // With a good certificate for kServerName.
  std::shared_ptr<const TlsContext> GoodServer(TlsVersion max = TlsVersion::k13,
                                               const std::string& client_ca_file = "") const {
    return ServerContext(dir_.Path("good.pem"), dir_.Path("good.key"), max, client_ca_file);
  }

  TlsClientOptions TrustingOptions() const {
    TlsClientOptions options;
    options.ca_file = ca_file();
    return options;
  }

  static std::shared_ptr<const TlsContext> ClientContext(const TlsClientOptions& options) {
    auto context = TlsContext::ForClient(options);
    EXPECT_TRUE(context.ok()) << context.status();
    return context.ok() ? *context : nullptr;
  }

  std::shared_ptr<const TlsContext> TrustingClient() const {
    return ClientContext(TrustingOptions());
  }

 private:
  test::TempDir dir_;
  test::Certificate ca_ = test::Certificate::SelfSigned({.common_name = "a CA", .is_ca = true});
  // Writes the files that every test needs.
  const bool written_ = [this] {
    const test::Certificate good = ca_.Issue({.alternative_names = {"DNS:smsc.example.com"}});
    dir_.Write("ca.pem", ca_.Pem());
    dir_.Write("good.pem", good.Pem());
    dir_.Write("good.key", good.KeyPem());
    return true;
  }();
};

inline std::unique_ptr<TlsEngine> MakeEngine(std::shared_ptr<const TlsContext> context,
                                             const std::string& name = kServerName) {
  auto engine = TlsEngine::Create(std::move(context), name);
  EXPECT_TRUE(engine.ok()) << engine.status();
  return engine.ok() ? std::move(*engine) : nullptr;
}

// All records that wait in an engine.
inline std::vector<uint8_t> RecordsOf(TlsEngine& engine) {
  std::vector<uint8_t> records(engine.RecordsWaiting());
  records.resize(engine.TakeRecords(records));
  EXPECT_EQ(engine.RecordsWaiting(), 0u);
  return records;
}

// All plain octets that an engine has.
inline std::string PlainOf(TlsEngine& engine) {
  std::string all;
  std::array<uint8_t, 5000> some;
  while (const size_t octets = engine.TakePlain(some)) {
    all.append(some.begin(), some.begin() + static_cast<ptrdiff_t>(octets));
  }
  return all;
}

inline void PutAll(TlsEngine& engine, std::string_view text) {
  std::span<const uint8_t> rest = Octets(text);
  while (!rest.empty()) {
    const size_t taken = engine.PutPlain(rest);
    ASSERT_GT(taken, 0u);
    rest = rest.subspan(taken);
  }
}

// Gives the octets of one direction in the pieces that `cut` asks for: how many of so many.
using Cut = std::function<size_t(size_t)>;
inline size_t Uncut(size_t octets) { return octets; }

inline void Feed(TlsEngine& to, std::span<const uint8_t> records, const Cut& cut,
                 std::string* plain) {
  while (!records.empty()) {
    const size_t some = std::clamp<size_t>(cut(records.size()), 1, records.size());
    to.PutRecords(records.first(some));
    *plain += PlainOf(to);
    records = records.subspan(some);
  }
}

// Two engines with a wire between them.
struct EnginePair {
  std::unique_ptr<TlsEngine> client;
  std::unique_ptr<TlsEngine> server;
  std::string client_got;
  std::string server_got;

  // Carries records both ways until nobody says anything more.
  void Exchange(const Cut& cut = Uncut) {
    client->Handshake();
    for (bool moved = true; moved;) {
      moved = false;
      const std::vector<uint8_t> up = RecordsOf(*client);
      Feed(*server, up, cut, &server_got);
      const std::vector<uint8_t> down = RecordsOf(*server);
      Feed(*client, down, cut, &client_got);
      moved = !up.empty() || !down.empty();
    }
  }
};

}  // namespace salvo::io
