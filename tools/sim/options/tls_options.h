// Whether and how the simulator speaks TLS.
#pragma once

#include <cstdint>
#include <string>

#include "io/tls/tls_context.h"

namespace salvo::sim {

// A certificate that the simulator makes for itself, all but kSelfSigned signed by an authority
// that it makes as well.
enum class MadeCertificate : uint8_t {
  kNone,
  kGood,         // of this host
  kSelfSigned,   // by no authority
  kUnknownCa,    // by another authority than the one that is written down
  kWrongHost,    // of another host
  kExpired,      // a day ago
  kNotYetValid,  // for another day
};

struct TlsOptions {
  // PEM files, leaf first; with a certificate or a made one it speaks TLS, else plain TCP.
  std::string cert_file;
  std::string key_file;  // "": in cert_file
  MadeCertificate made = MadeCertificate::kNone;
  std::string made_ca_file;  // where the authority's certificate is written; "": nowhere
  std::string made_host;     // a name or address beside localhost, 127.0.0.1 and ::1
  io::TlsVersion min_version = io::TlsVersion::k12;
  io::TlsVersion max_version = io::TlsVersion::k13;
  std::string client_ca_file;  // "": a client needs no certificate

  bool operator==(const TlsOptions&) const = default;
};

}  // namespace salvo::sim
