// A TLS peer that is OpenSSL alone and can therefore misbehave as ours cannot.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/io/tls/tls_fixture.h"

namespace salvo::io {

// OpenSSL by itself, in memory.
class RawPeer {
 public:
  enum class Side : uint8_t { kClient, kServer };

  // Versions as OpenSSL numbers them; 0: any. A server needs a certificate.
  RawPeer(Side side, int min_version, int max_version, const std::string& cert_file = "",
          const std::string& key_file = "") {
    context_.reset(SSL_CTX_new(side == Side::kServer ? TLS_server_method() : TLS_client_method()));
    // Old versions are only possible at the lowest level.
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), min_version);
    SSL_CTX_set_max_proto_version(context_.get(), max_version);
    if (!cert_file.empty()) {
      EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context_.get(), cert_file.c_str()), 1);
      EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_.get(), key_file.c_str(), SSL_FILETYPE_PEM), 1);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    if (side == Side::kServer) {
      SSL_set_accept_state(ssl_.get());
    } else {
      SSL_set_connect_state(ssl_.get());
    }
  }

  SSL* get() { return ssl_.get(); }

  // Carries records between the two until nobody says anything more. What ours decrypts is added
  // to `got`, what the raw one does is returned.
  std::string Exchange(TlsEngine& ours, std::string* got = nullptr) {
    std::string raw_got;
    std::string ours_got;
    ours.Handshake();
    for (bool moved = true; moved;) {
      const std::vector<uint8_t> up = RecordsOf(ours);
      BIO_write(SSL_get_rbio(ssl_.get()), up.data(), static_cast<int>(up.size()));
      char some[4096];
      int read = 0;
      while ((read = SSL_read(ssl_.get(), some, sizeof some)) > 0) {
        raw_got.append(some, static_cast<size_t>(read));
      }
      std::vector<uint8_t> down(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())));
      BIO_read(SSL_get_wbio(ssl_.get()), down.data(), static_cast<int>(down.size()));
      Feed(ours, down, Uncut, &ours_got);
      moved = !up.empty() || !down.empty();
    }
    if (got != nullptr) *got += ours_got;
    return raw_got;
  }

  void Send(std::string_view text) {
    ASSERT_EQ(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())),
              static_cast<int>(text.size()));
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace salvo::io
