#include "tools/sim/tls.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "absl/strings/str_format.h"
#include "io/address.h"
#include "tools/common/cannot.h"

namespace salvo::sim {
namespace {

constexpr int64_t kDay = 86'400;  // seconds

io::CertificateSpec AuthoritySpec(const char* name) {
  return {.common_name = name, .valid_until_s = 30 * kDay, .is_ca = true};
}

// A host name or an address, and nothing that would mean more to OpenSSL's configuration.
bool IsHost(const std::string& host) {
  return std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':' || c == '*';
  });
}

io::CertificateSpec ServerSpec(const TlsOptions& options) {
  io::CertificateSpec spec{.common_name = "salvo sim", .valid_until_s = 30 * kDay};
  if (options.made == MadeCertificate::kWrongHost) {
    spec.alternative_names = {"DNS:elsewhere.invalid"};
  } else {
    spec.alternative_names = {"DNS:localhost", "IP:127.0.0.1", "IP:::1"};
    const bool is_address = io::SocketAddress::FromNumeric({options.made_host, 0}).ok();
    if (!options.made_host.empty()) {
      spec.alternative_names.push_back((is_address ? "IP:" : "DNS:") + options.made_host);
    }
  }
  if (options.made == MadeCertificate::kExpired) {
    spec.valid_from_s = -30 * kDay;
    spec.valid_until_s = -kDay;
  } else if (options.made == MadeCertificate::kNotYetValid) {
    spec.valid_from_s = kDay;
  }
  return spec;
}

}  // namespace

absl::Status Tls::Use(const TlsOptions& options) {
  if (options == used_) return absl::OkStatus();
  std::shared_ptr<const io::TlsContext> context;
  io::TlsServerOptions server;
  server.min_version = options.min_version;
  server.max_version = options.max_version;
  server.client_ca_file = options.client_ca_file;
  if (options.made != MadeCertificate::kNone) {
    absl::Status status = MakeAuthority(options);
    if (!status.ok()) return status;
    auto made = MakeCertificate(options);
    if (!made.ok()) return made.status();
    server.certificate = *std::move(made);
  }
  server.cert_file = options.cert_file;
  server.key_file = options.key_file.empty() ? options.cert_file : options.key_file;
  if (server.certificate || !server.cert_file.empty()) {
    auto made = io::TlsContext::ForServer(server);
    if (!made.ok()) return made.status();
    context = *std::move(made);
  }
  context_ = std::move(context);
  used_ = options;
  return absl::OkStatus();
}

absl::Status Tls::MakeAuthority(const TlsOptions& options) {
  if (!authority_) {
    auto made = io::Certificate::SelfSigned(AuthoritySpec("salvo sim authority"));
    if (!made.ok()) return made.status();
    authority_ = *std::move(made);
  }
  const std::string& file = options.made_ca_file;
  if (file.empty() || file == used_.made_ca_file) return absl::OkStatus();
  std::ofstream out(file);
  out << authority_->Pem();
  out.close();
  if (out.good()) return absl::OkStatus();
  return absl::InvalidArgumentError(tools::Cannot("write", file));
}

absl::StatusOr<io::Certificate> Tls::MakeCertificate(const TlsOptions& options) const {
  if (!IsHost(options.made_host)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("tls-make-host '%s' is no host name", options.made_host));
  }
  const io::CertificateSpec spec = ServerSpec(options);
  if (options.made == MadeCertificate::kSelfSigned) return io::Certificate::SelfSigned(spec);
  if (options.made != MadeCertificate::kUnknownCa) return authority_->Issue(spec);
  // Of another name: of the same one, it would be found and its signature be wrong.
  const auto another = io::Certificate::SelfSigned(AuthoritySpec("another authority"));
  if (!another.ok()) return another.status();
  return another->Issue(spec);
}

}  // namespace salvo::sim
