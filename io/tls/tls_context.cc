#include "io/tls/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"

namespace salvo::io {
namespace {

int ProtocolVersion(TlsVersion version) {
  return version == TlsVersion::k13 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

absl::Status FileError(const char* what, const std::string& file) {
  return absl::InvalidArgumentError(
      absl::StrFormat("cannot use the %s in '%s': %s", what, file, TakeOpenSslError()));
}

// An encrypted key is refused: asking for its passphrase would hang a program without a terminal.
int RefusePassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return 0;
}

absl::Status UseKey(SSL_CTX* context, const std::string& cert_file, const std::string& key_file) {
  bool is_encrypted = false;
  SSL_CTX_set_default_passwd_cb(context, RefusePassphrase);
  SSL_CTX_set_default_passwd_cb_userdata(context, &is_encrypted);
  const bool used = SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb(context, nullptr);
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (is_encrypted) {
    ERR_clear_error();
    return absl::InvalidArgumentError(
        absl::StrFormat("cannot use the private key in '%s': it is encrypted; Salvo needs it "
                        "without a passphrase",
                        key_file));
  }
  const unsigned long error = ERR_peek_error();
  const bool mismatch =
      ERR_GET_LIB(error) == ERR_LIB_X509 && ERR_GET_REASON(error) == X509_R_KEY_VALUES_MISMATCH;
  if (!used && !mismatch) return FileError("private key", key_file);
  if (mismatch || SSL_CTX_check_private_key(context) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError(absl::StrFormat(
        "the private key in '%s' does not belong to the certificate in '%s'", key_file, cert_file));
  }
  return absl::OkStatus();
}

absl::Status UseCertificate(SSL_CTX* context, const std::string& cert_file,
                            const std::string& key_file) {
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, cert_file.c_str()) != 1) {
    return FileError("certificate", cert_file);
  }
  return UseKey(context, cert_file, key_file);
}

absl::Status UseMade(SSL_CTX* context, const Certificate& made) {
  if (SSL_CTX_use_certificate(context, made.certificate()) == 1 &&
      SSL_CTX_use_PrivateKey(context, made.key()) == 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("cannot use the certificate that was made: " +
                                    TakeOpenSslError());
}

void SetCommonOptions(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_AUTO_RETRY);
}

}  // namespace

std::string TlsLibraryVersion() { return OpenSSL_version(OPENSSL_VERSION); }

std::string TakeOpenSslError() {
  const unsigned long code = ERR_get_error();
  const int system_error = errno;
  ERR_clear_error();
  if (code == 0) return "no reason given";
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  if (reason == nullptr) return std::strerror(system_error);
  return reason;
}

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::ForClient(
    const TlsClientOptions& options) {
  ERR_clear_error();
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr) return absl::InternalError("SSL_CTX_new: " + TakeOpenSslError());
  std::shared_ptr<const TlsContext> owner(new TlsContext(context, false, options.verify));
  SetCommonOptions(context);
  SSL_CTX_set_min_proto_version(context, ProtocolVersion(options.min_version));
  SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (options.verify) {
    const bool loaded = options.ca_file.empty()
                            ? SSL_CTX_set_default_verify_paths(context) == 1
                            : SSL_CTX_load_verify_file(context, options.ca_file.c_str()) == 1;
    if (!loaded) return FileError("trusted certificates", options.ca_file);
  }
  if (options.cert_file.empty() != options.key_file.empty()) {
    return absl::InvalidArgumentError("a client certificate needs both cert_file and key_file");
  }
  if (!options.cert_file.empty()) {
    absl::Status status = UseCertificate(context, options.cert_file, options.key_file);
    if (!status.ok()) return status;
  }
  return owner;
}

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::ForServer(
    const TlsServerOptions& options) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr) return absl::InternalError("SSL_CTX_new: " + TakeOpenSslError());
  const bool verify = !options.client_ca_file.empty();
  std::shared_ptr<const TlsContext> owner(new TlsContext(context, true, verify));
  SetCommonOptions(context);
  SSL_CTX_set_min_proto_version(context, ProtocolVersion(options.min_version));
  SSL_CTX_set_max_proto_version(context, ProtocolVersion(options.max_version));
  absl::Status status = options.certificate
                            ? UseMade(context, *options.certificate)
                            : UseCertificate(context, options.cert_file, options.key_file);
  if (!status.ok()) return status;
  if (verify) {
    if (SSL_CTX_load_verify_file(context, options.client_ca_file.c_str()) != 1) {
      return FileError("trusted certificates", options.client_ca_file);
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    // Without a name for them OpenSSL refuses whoever resumes a session that had a certificate.
    constexpr unsigned char kSessions[] = "salvo";
    SSL_CTX_set_session_id_context(context, kSessions, sizeof kSessions - 1);
  }
  return owner;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

}  // namespace salvo::io
