#include "io/tls/tls_engine.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "io/address.h"

namespace salvo::io {
namespace {

constexpr size_t kRecordOctets = 16 * 1024;

// The name goes into SNI and into the check of the peer's certificate; an address only there.
bool ExpectName(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  // A common name is not a host name (RFC 9525), and a wildcard stands for a whole label.
  X509_VERIFY_PARAM_set_hostflags(
      param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (SocketAddress::FromNumeric({name, 0}).ok()) {
    return X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) == 1;
  }
  return SSL_set_tlsext_host_name(ssl, name.c_str()) == 1 &&
         X509_VERIFY_PARAM_set1_host(param, name.c_str(), name.size()) == 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TlsEngine>> TlsEngine::Create(
    std::shared_ptr<const TlsContext> context, const std::string& server_name) {
  SSL* ssl = SSL_new(context->get());
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  if (ssl == nullptr || in == nullptr || out == nullptr) {
    SSL_free(ssl);
    BIO_free(in);
    BIO_free(out);
    return absl::ResourceExhaustedError("SSL_new: " + TakeOpenSslError());
  }
  SSL_set_bio(ssl, in, out);
  std::unique_ptr<TlsEngine> engine(new TlsEngine(std::move(context), ssl, in, out));
  if (engine->context_->is_server()) {
    SSL_set_accept_state(ssl);
  } else {
    SSL_set_connect_state(ssl);
    if (!ExpectName(ssl, server_name)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("'%s' cannot be a TLS server name", server_name));
    }
  }
  return engine;
}

TlsEngine::TlsEngine(std::shared_ptr<const TlsContext> context, ssl_st* ssl, bio_st* in,
                     bio_st* out)
    : context_(std::move(context)), ssl_(ssl), in_(in), out_(out) {
  // An empty input buffer means "not yet", never the end of the stream.
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_app_data(ssl_, this);
  SSL_set_info_callback(ssl_, [](const SSL* of, int where, int value) {
    static_cast<TlsEngine*>(SSL_get_app_data(of))->NoteAlert(where, value);
  });
  if (context_->is_server()) return;
  SSL_set_cert_cb(
      ssl_,
      [](SSL* /*of*/, void* asked) {
        *static_cast<bool*>(asked) = true;
        return 1;
      },
      &client_certificate_asked_);
}

void TlsEngine::NoteAlert(int where, int alert) {
  const int number = alert & 0xFF;
  if (number == SSL3_AD_CLOSE_NOTIFY) return;
  if (where == SSL_CB_READ_ALERT) alert_received_ = number;
  if (where == SSL_CB_WRITE_ALERT) alert_sent_ = number;
}

TlsEngine::~TlsEngine() { SSL_free(ssl_); }

void TlsEngine::Fail() {
  state_ = State::kFailed;
  const long verification = SSL_get_verify_result(ssl_);
  if (context_->verifies() && verification != X509_V_OK) {
    error_ = X509_verify_cert_error_string(verification);
    ERR_clear_error();
  } else {
    error_ = TakeOpenSslError();
  }
}

bool TlsEngine::may_pass() const {
  return alert_received_ == SSL_AD_INTERNAL_ERROR || alert_received_ == SSL_AD_USER_CANCELLED;
}

void TlsEngine::Handshake() {
  if (state_ != State::kHandshaking) return;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) {
    state_ = State::kOpen;
    return;
  }
  const int error = SSL_get_error(ssl_, result);
  if (error == SSL_ERROR_ZERO_RETURN) {
    state_ = State::kPeerClosed;
  } else if (error != SSL_ERROR_WANT_READ) {
    Fail();
  }
}

void TlsEngine::PutRecords(std::span<const uint8_t> records) {
  const auto octets = static_cast<int>(records.size());
  // It grows; without memory for that the records would lack a piece.
  if (BIO_write(in_, records.data(), octets) != octets) return Fail();
  Handshake();
}

size_t TlsEngine::TakePlain(std::span<uint8_t> out) {
  size_t taken = 0;
  while (taken < out.size() && state_ == State::kOpen) {
    size_t octets = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_, out.data() + taken, out.size() - taken, &octets);
    taken += octets;
    if (result == 1) continue;
    const int error = SSL_get_error(ssl_, result);
    if (error == SSL_ERROR_ZERO_RETURN) {
      state_ = State::kPeerClosed;
    } else if (error != SSL_ERROR_WANT_READ) {
      Fail();
    }
    break;
  }
  return taken;
}

size_t TlsEngine::PutPlain(std::span<const uint8_t> plain) {
  size_t taken = 0;
  ERR_clear_error();
  const size_t octets = std::min(plain.size(), kRecordOctets);
  const int result = SSL_write_ex(ssl_, plain.data(), octets, &taken);
  if (result != 1 && SSL_get_error(ssl_, result) != SSL_ERROR_WANT_READ) Fail();
  return taken;
}

void TlsEngine::CloseNotify() {
  if (state_ == State::kOpen || state_ == State::kPeerClosed) SSL_shutdown(ssl_);
  ERR_clear_error();
}

size_t TlsEngine::RecordsWaiting() const { return BIO_ctrl_pending(out_); }

size_t TlsEngine::TakeRecords(std::span<uint8_t> out) {
  const int taken = BIO_read(out_, out.data(), static_cast<int>(out.size()));
  return taken > 0 ? static_cast<size_t>(taken) : 0;
}

std::string TlsEngine::Description() const {
  return absl::StrFormat("%s %s", SSL_get_version(ssl_), SSL_get_cipher_name(ssl_));
}

TlsFacts TlsEngine::Facts() const {
  TlsFacts facts;
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_)) {
    facts.version = SSL_get_version(ssl_);
    facts.cipher = SSL_CIPHER_get_name(cipher);
  }
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl_);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    facts.chain.push_back(FactsOf(sk_X509_value(chain, i)));
  }
  if (context_->verifies()) {
    facts.verify_error = static_cast<int>(SSL_get_verify_result(ssl_));
  }
  facts.alert_received = alert_received_;
  facts.alert_sent = alert_sent_;
  facts.client_certificate_asked = client_certificate_asked_;
  return facts;
}

}  // namespace salvo::io
