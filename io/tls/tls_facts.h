// What can be told of a TLS session beyond that it is up or failed: for people who look for a
// fault. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

struct x509_st;

namespace salvo::io {

struct CertificateFacts {
  std::string subject;             // "CN=host.example.com, O=Provider"
  std::string issuer;              // of a root, the same
  std::vector<std::string> names;  // host names and addresses that it is for
  int64_t not_before = 0;          // seconds since 1970 UTC
  int64_t not_after = 0;
};

struct TlsFacts {
  std::string version;  // "TLSv1.3"; "" before the peer has chosen
  std::string cipher;
  std::vector<CertificateFacts> chain;  // as the peer sent it, its own first
  // Why the chain was not trusted: OpenSSL's X509_V_ERR_ number; 0 where nothing was found, or
  // nobody looked.
  int verify_error = 0;
  int alert_received = -1;  // the last one, by the numbers of RFC 8446 section 6; -1: none
  int alert_sent = -1;      // close_notify (0) left out in both
  bool client_certificate_asked = false;
};

CertificateFacts FactsOf(const x509_st* certificate);

// The first certificate in a PEM file. The error names the file.
absl::StatusOr<CertificateFacts> ReadCertificateFile(const std::string& path);

}  // namespace salvo::io
