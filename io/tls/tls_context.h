// What all TLS connections of an account (or of a server) share: versions, trust, certificate.
// Immutable after creation and usable from any thread. No OpenSSL type is visible here.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "io/tls/certificate.h"

struct ssl_ctx_st;

namespace salvo::io {

enum class TlsVersion : uint8_t { k12, k13 };

struct TlsClientOptions {
  // PEM file with the certificates to trust; "": those of the system.
  std::string ca_file;
  // Checks the chain, the validity and the host name. Without it anybody can be the peer.
  bool verify = true;
  TlsVersion min_version = TlsVersion::k12;
  // PEM files of a client certificate (leaf first) and its key; both or neither.
  std::string cert_file;
  std::string key_file;
};

struct TlsServerOptions {
  std::string cert_file;  // PEM, leaf first
  std::string key_file;
  // Instead of the files.
  std::optional<Certificate> certificate;
  // PEM file with the certificates that a client's must chain to; "": no client certificate asked.
  std::string client_ca_file;
  TlsVersion min_version = TlsVersion::k12;
  TlsVersion max_version = TlsVersion::k13;
};

class TlsContext {
 public:
  // The error names the file and what is wrong with it, never what a key holds.
  static absl::StatusOr<std::shared_ptr<const TlsContext>> ForClient(
      const TlsClientOptions& options);
  static absl::StatusOr<std::shared_ptr<const TlsContext>> ForServer(
      const TlsServerOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  bool is_server() const { return is_server_; }
  bool verifies() const { return verifies_; }
  ssl_ctx_st* get() const { return context_; }

 private:
  TlsContext(ssl_ctx_st* context, bool is_server, bool verifies)
      : context_(context), is_server_(is_server), verifies_(verifies) {}

  ssl_ctx_st* context_;
  bool is_server_;
  bool verifies_;
};

// "OpenSSL 3.0.11 19 Sep 2023": what the process runs with.
std::string TlsLibraryVersion();

// The oldest error in OpenSSL's queue of this thread, as one clause; empties the queue.
std::string TakeOpenSslError();

}  // namespace salvo::io
