// Makes certificates with their keys: for a server that is only there to be tried out, and for
// tests. No OpenSSL type is visible here but by name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

struct x509_st;
struct evp_pkey_st;

namespace salvo::io {

struct CertificateSpec {
  std::string common_name = "a test";
  // As OpenSSL's configuration writes them: "DNS:host.example.com", "IP:127.0.0.1".
  std::vector<std::string> alternative_names = {};
  int64_t valid_from_s = -86'400;  // seconds from now
  int64_t valid_until_s = 86'400;
  bool is_ca = false;
  std::string extended_key_usage = "";  // "serverAuth"; "": any
  int rsa_bits = 0;                     // 0: an elliptic curve
};

// A certificate with its key. Immutable; copies share it.
class Certificate {
 public:
  static absl::StatusOr<Certificate> SelfSigned(const CertificateSpec& spec);
  // Signed by this one.
  absl::StatusOr<Certificate> Issue(const CertificateSpec& spec) const;

  std::string Pem() const;
  // Encrypted where there is a passphrase.
  std::string KeyPem(const std::string& passphrase = "") const;

  x509_st* certificate() const { return certificate_.get(); }
  evp_pkey_st* key() const { return key_.get(); }

 private:
  Certificate(std::shared_ptr<x509_st> certificate, std::shared_ptr<evp_pkey_st> key);
  static absl::StatusOr<Certificate> Make(const CertificateSpec& spec, const Certificate* issuer);

  std::shared_ptr<x509_st> certificate_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace salvo::io
