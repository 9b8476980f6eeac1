// Settings of connections: TLS, what happens to them before and beside SMPP.

#include "tools/sim/settings/make.h"
#include "tools/sim/settings/parse.h"

namespace salvo::sim {
namespace {

Words<io::TlsVersion> TlsVersions() {
  return {{"1.2", io::TlsVersion::k12}, {"1.3", io::TlsVersion::k13}};
}

Words<MadeCertificate> MadeCertificates() {
  return {{"good", MadeCertificate::kGood},
          {"self-signed", MadeCertificate::kSelfSigned},
          {"unknown-ca", MadeCertificate::kUnknownCa},
          {"wrong-host", MadeCertificate::kWrongHost},
          {"expired", MadeCertificate::kExpired},
          {"not-yet-valid", MadeCertificate::kNotYetValid}};
}

std::vector<Setting> TlsSettings() {
  const auto tls = [](auto TlsOptions::*member) { return Field(&Options::tls, member); };
  return {
      One({"tls-cert", "FILE", "PEM certificate chain: speak TLS"}, ParseText,
          tls(&TlsOptions::cert_file)),
      One({.name = "tls-key",
           .value = "FILE",
           .help = "PEM key, where it is not in the --tls-cert file",
           .needs = "tls-cert"},
          ParseText, tls(&TlsOptions::key_file)),
      One({"tls-make", "KIND", "Speak TLS with a certificate of its own making: see below"},
          MadeCertificates(), tls(&TlsOptions::made)),
      One({.name = "tls-make-ca",
           .value = "FILE",
           .help = "Where its authority's certificate goes, for the client to trust",
           .needs = "tls-make"},
          ParseText, tls(&TlsOptions::made_ca_file)),
      One({.name = "tls-make-host",
           .value = "HOST",
           .help = "Whom it is for, beside localhost, 127.0.0.1 and ::1",
           .needs = "tls-make"},
          ParseText, tls(&TlsOptions::made_host)),
      One({"tls-min", "1.2|1.3", "Oldest version of TLS; default 1.2"}, TlsVersions(),
          tls(&TlsOptions::min_version)),
      One({"tls-max", "1.2|1.3", "Newest version of TLS; default 1.3"}, TlsVersions(),
          tls(&TlsOptions::max_version)),
      One({"tls-client-ca", "FILE", "PEM certificates, to one of which a client's must chain"},
          ParseText, tls(&TlsOptions::client_ca_file)),
  };
}

absl::Status AddConnectFault(std::string_view text, Rules<Fault>* faults) {
  return AddFault(text, FaultPlace::kConnect, faults);
}

}  // namespace

std::vector<Setting> ConnectionSettings() {
  std::vector<Setting> settings = TlsSettings();
  settings.push_back(
      Many({"connect", "FAULT[=WHEN]", "When one comes: close, reset, silent, garbage"},
           AddConnectFault, Field(&Options::connect)));
  settings.push_back(One({"idle", "TIME", "Close a connection that sent nothing for so long"},
                         ParseSomeTime, Field(&Options::idle)));
  settings.push_back(One({"one-octet", "PAUSE", "Send one octet at a time with a pause, such as 0"},
                         tools::ParseTime, Field(&Options::one_octet)));
  settings.push_back(
      One({"stop-reading-for", "TIME", "How long the fault stop-reading lasts; default for good"},
          ParseSomeTime, Field(&Options::stop_reading_for)));
  return settings;
}

}  // namespace salvo::sim
