// Certificates made when a test starts, so that none in the repository can expire.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

typedef struct x509_st X509;
typedef struct evp_pkey_st EVP_PKEY;

namespace salvo::test {

struct CertificateSpec {
  std::string common_name = "a test";
  // As OpenSSL's configuration writes them: "DNS:smsc.example.com", "IP:127.0.0.1".
  std::vector<std::string> alternative_names = {};
  int64_t valid_from_s = -86'400;  // seconds from now
  int64_t valid_until_s = 86'400;
  bool is_ca = false;
  std::string extended_key_usage = "";  // "serverAuth"; "": any
  int rsa_bits = 0;                     // 0: an elliptic curve
};

// A certificate with its key.
class Certificate {
 public:
  static Certificate SelfSigned(const CertificateSpec& spec);
  // Signed by this one.
  Certificate Issue(const CertificateSpec& spec) const;

  std::string Pem() const;
  // Encrypted where there is a passphrase.
  std::string KeyPem(const std::string& passphrase = "") const;

 private:
  Certificate(std::shared_ptr<X509> certificate, std::shared_ptr<EVP_PKEY> key);
  static Certificate Make(const CertificateSpec& spec, const Certificate* issuer);

  std::shared_ptr<X509> certificate_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace salvo::test
