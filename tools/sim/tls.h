// The simulator's side of TLS: with the certificate of a file, or with one that it makes so that a
// client can be shown what is wrong with it.
#pragma once

#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "io/tls/certificate.h"
#include "io/tls/tls_context.h"
#include "tools/sim/options/tls_options.h"

namespace salvo::sim {

// One thread, the simulator's. The authority of made certificates is made once: a client that
// trusts it sees one certificate after the other.
class Tls {
 public:
  // For the connections that come from now on; after an error they are what they were. Writes the
  // authority's certificate where the options say so.
  absl::Status Use(const TlsOptions& options);

  // nullptr: plain TCP.
  const std::shared_ptr<const io::TlsContext>& context() const { return context_; }

 private:
  absl::StatusOr<io::Certificate> MakeCertificate(const TlsOptions& options) const;
  absl::Status MakeAuthority(const TlsOptions& options);

  TlsOptions used_;
  std::optional<io::Certificate> authority_;
  std::shared_ptr<const io::TlsContext> context_;
};

}  // namespace salvo::sim
