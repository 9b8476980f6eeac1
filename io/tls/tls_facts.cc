#include "io/tls/tls_facts.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>

#include "io/tls/tls_context.h"

namespace salvo::io {
namespace {

// A peer may send what it likes: more is not told.
constexpr size_t kMostNames = 100;
constexpr size_t kLongestText = 500;

std::string TextOf(BIO* bio) {
  char* text = nullptr;
  const long octets = BIO_get_mem_data(bio, &text);
  return {text, std::min(static_cast<size_t>(octets), kLongestText)};
}

std::string NameText(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  // With all but printable ASCII escaped.
  constexpr unsigned long kForm = (XN_FLAG_ONELINE & ~XN_FLAG_SPC_EQ) | ASN1_STRFLGS_ESC_MSB;
  X509_NAME_print_ex(bio.get(), name, 0, kForm);
  return TextOf(bio.get());
}

int64_t Seconds(const ASN1_TIME* time) {
  tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

std::string AddressText(const ASN1_OCTET_STRING* octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(octets) == 4 ? AF_INET : AF_INET6;
  const bool whole = family == AF_INET || ASN1_STRING_length(octets) == 16;
  if (!whole ||
      inet_ntop(family, ASN1_STRING_get0_data(octets), text.data(), text.size()) == nullptr) {
    return "";
  }
  return text.data();
}

std::string DnsText(const ASN1_IA5STRING* name) {
  std::string text;
  const unsigned char* octets = ASN1_STRING_get0_data(name);
  const auto size = static_cast<size_t>(ASN1_STRING_length(name));
  for (size_t i = 0; i < std::min(size, kLongestText); ++i) {
    text += octets[i] > 0x20 && octets[i] < 0x7F ? static_cast<char>(octets[i]) : '?';
  }
  return text;
}

std::vector<std::string> NamesOf(const X509* certificate) {
  std::vector<std::string> names;
  auto* all = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all) && names.size() < kMostNames; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type == GEN_DNS) names.push_back(DnsText(name->d.dNSName));
    if (name->type == GEN_IPADD) names.push_back(AddressText(name->d.iPAddress));
  }
  GENERAL_NAMES_free(all);
  return names;
}

}  // namespace

CertificateFacts FactsOf(const X509* certificate) {
  CertificateFacts facts;
  facts.subject = NameText(X509_get_subject_name(certificate));
  facts.issuer = NameText(X509_get_issuer_name(certificate));
  facts.names = NamesOf(certificate);
  facts.not_before = Seconds(X509_get0_notBefore(certificate));
  facts.not_after = Seconds(X509_get0_notAfter(certificate));
  return facts;
}

absl::StatusOr<CertificateFacts> ReadCertificateFile(const std::string& path) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_file(path.c_str(), "r"), BIO_free);
  X509* certificate =
      bio == nullptr ? nullptr : PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr);
  if (certificate == nullptr) {
    return absl::InvalidArgumentError("cannot read a certificate from '" + path +
                                      "': " + TakeOpenSslError());
  }
  CertificateFacts facts = FactsOf(certificate);
  X509_free(certificate);
  return facts;
}

}  // namespace salvo::io
