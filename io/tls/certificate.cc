#include "io/tls/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <utility>

#include "absl/strings/str_format.h"
#include "io/check.h"
#include "io/tls/tls_context.h"

namespace salvo::io {
namespace {

absl::Status Failed(const std::string& what) {
  return absl::InvalidArgumentError(
      absl::StrFormat("cannot make a certificate: %s: %s", what, TakeOpenSslError()));
}

bool AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ",") + part;
  return all;
}

// Random, so that two authorities of one name have no certificate in common.
bool SetSerial(X509* certificate) {
  uint64_t serial = 0;
  return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

absl::Status AddExtensions(X509* certificate, X509* signer, const CertificateSpec& spec) {
  const std::pair<int, std::string> extensions[] = {
      {NID_basic_constraints, spec.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE"},
      {NID_subject_key_identifier, "hash"},
      {NID_key_usage, spec.is_ca ? "keyCertSign,cRLSign" : ""},
      {NID_subject_alt_name, Joined(spec.alternative_names)},
      {NID_ext_key_usage, spec.extended_key_usage}};
  for (const auto& [nid, value] : extensions) {
    if (!value.empty() && !AddExtension(certificate, signer, nid, value)) return Failed(value);
  }
  return absl::OkStatus();
}

// Into memory; the octets that `write` left.
std::string Written(auto write) {
  BIO* bio = BIO_new(BIO_s_mem());
  SALVO_CHECK(bio != nullptr && write(bio) == 1);
  char* data = nullptr;
  const long octets = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(octets));
  BIO_free(bio);
  return text;
}

}  // namespace

Certificate::Certificate(std::shared_ptr<X509> certificate, std::shared_ptr<EVP_PKEY> key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {}

absl::StatusOr<Certificate> Certificate::SelfSigned(const CertificateSpec& spec) {
  return Make(spec, nullptr);
}

absl::StatusOr<Certificate> Certificate::Issue(const CertificateSpec& spec) const {
  return Make(spec, this);
}

absl::StatusOr<Certificate> Certificate::Make(const CertificateSpec& spec,
                                              const Certificate* issuer) {
  ERR_clear_error();
  const std::shared_ptr<EVP_PKEY> key(
      spec.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(spec.rsa_bits)) : EVP_EC_gen("P-256"),
      EVP_PKEY_free);
  const std::shared_ptr<X509> made(X509_new(), X509_free);
  if (key == nullptr || made == nullptr) return Failed("the key");
  X509* certificate = made.get();
  X509* signer = issuer == nullptr ? certificate : issuer->certificate_.get();
  X509_set_version(certificate, X509_VERSION_3);
  if (!SetSerial(certificate)) return Failed("the serial number");
  X509_gmtime_adj(X509_getm_notBefore(certificate), spec.valid_from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), spec.valid_until_s);
  X509_set_pubkey(certificate, key.get());
  const auto* name = reinterpret_cast<const unsigned char*>(spec.common_name.c_str());
  if (X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, name, -1,
                                 -1, 0) != 1) {
    return Failed("the name");
  }
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  absl::Status status = AddExtensions(certificate, signer, spec);
  if (!status.ok()) return status;
  EVP_PKEY* signing_key = issuer == nullptr ? key.get() : issuer->key_.get();
  if (X509_sign(certificate, signing_key, EVP_sha256()) <= 0) return Failed("the signature");
  return Certificate(made, key);
}

std::string Certificate::Pem() const {
  return Written([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate_.get()); });
}

std::string Certificate::KeyPem(const std::string& passphrase) const {
  return Written([&](BIO* bio) {
    const EVP_CIPHER* cipher = passphrase.empty() ? nullptr : EVP_aes_256_cbc();
    return PEM_write_bio_PKCS8PrivateKey(bio, key_.get(), cipher,
                                         passphrase.empty() ? nullptr : passphrase.c_str(),
                                         static_cast<int>(passphrase.size()), nullptr, nullptr);
  });
}

}  // namespace salvo::io
