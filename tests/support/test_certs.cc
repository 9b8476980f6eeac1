#include "tests/support/test_certs.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace salvo::test {
namespace {

// Making a certificate cannot fail but by a mistake in the test.
void Must(bool worked, const char* what) {
  if (worked) return;
  std::fprintf(stderr, "test certificate: %s failed\n", what);
  std::abort();
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  Must(extension != nullptr, value.c_str());
  Must(X509_add_ext(certificate, extension, -1) == 1, "X509_add_ext");
  X509_EXTENSION_free(extension);
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ",") + part;
  return all;
}

std::string Content(BIO* bio) {
  char* data = nullptr;
  const long octets = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(octets));
  BIO_free(bio);
  return text;
}

}  // namespace

Certificate::Certificate(std::shared_ptr<X509> certificate, std::shared_ptr<EVP_PKEY> key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {}

Certificate Certificate::SelfSigned(const CertificateSpec& spec) { return Make(spec, nullptr); }

Certificate Certificate::Issue(const CertificateSpec& spec) const { return Make(spec, this); }

Certificate Certificate::Make(const CertificateSpec& spec, const Certificate* issuer) {
  const std::shared_ptr<EVP_PKEY> key(
      spec.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(spec.rsa_bits)) : EVP_EC_gen("P-256"),
      EVP_PKEY_free);
  Must(key != nullptr, "a key");
  const std::shared_ptr<X509> made(X509_new(), X509_free);
  X509* certificate = made.get();
  X509* signer = issuer == nullptr ? certificate : issuer->certificate_.get();
  static long serial = 0;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), spec.valid_from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), spec.valid_until_s);
  X509_set_pubkey(certificate, key.get());
  X509_NAME* name = X509_get_subject_name(certificate);
  Must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(spec.common_name.c_str()),
                                  -1, -1, 0) == 1,
       "the common name");
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  AddExtension(certificate, signer, NID_basic_constraints,
               spec.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  AddExtension(certificate, signer, NID_subject_key_identifier, "hash");
  if (spec.is_ca) AddExtension(certificate, signer, NID_key_usage, "keyCertSign,cRLSign");
  if (!spec.alternative_names.empty()) {
    AddExtension(certificate, signer, NID_subject_alt_name, Joined(spec.alternative_names));
  }
  if (!spec.extended_key_usage.empty()) {
    AddExtension(certificate, signer, NID_ext_key_usage, spec.extended_key_usage);
  }
  EVP_PKEY* signing_key = issuer == nullptr ? key.get() : issuer->key_.get();
  Must(X509_sign(certificate, signing_key, EVP_sha256()) > 0, "X509_sign");
  return {made, key};
}

std::string Certificate::Pem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  Must(PEM_write_bio_X509(bio, certificate_.get()) == 1, "PEM_write_bio_X509");
  return Content(bio);
}

std::string Certificate::KeyPem(const std::string& passphrase) const {
  BIO* bio = BIO_new(BIO_s_mem());
  const bool encrypt = !passphrase.empty();
  Must(PEM_write_bio_PKCS8PrivateKey(bio, key_.get(), encrypt ? EVP_aes_256_cbc() : nullptr,
                                     encrypt ? passphrase.c_str() : nullptr,
                                     static_cast<int>(passphrase.size()), nullptr, nullptr) == 1,
       "PEM_write_bio_PKCS8PrivateKey");
  return Content(bio);
}

}  // namespace salvo::test
