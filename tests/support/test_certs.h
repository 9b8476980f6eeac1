// Certificates made when a test starts, so that none in the repository can expire. Making one
// cannot fail but by a mistake in the test.
#pragma once

#include <string>
#include <utility>

#include "io/tls/certificate.h"

namespace salvo::test {

using io::CertificateSpec;

class Certificate {
 public:
  static Certificate SelfSigned(const CertificateSpec& spec) {
    return Certificate(io::Certificate::SelfSigned(spec).value());
  }
  Certificate Issue(const CertificateSpec& spec) const {
    return Certificate(made_.Issue(spec).value());
  }

  std::string Pem() const { return made_.Pem(); }
  std::string KeyPem(const std::string& passphrase = "") const { return made_.KeyPem(passphrase); }

 private:
  explicit Certificate(io::Certificate made) : made_(std::move(made)) {}

  io::Certificate made_;
};

}  // namespace salvo::test
