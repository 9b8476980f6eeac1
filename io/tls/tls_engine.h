// TLS between two buffers: plain octets on one side, records on the other, no socket anywhere.
// One connection, one thread. Nothing plain is taken or given before the handshake is done, and
// with verification on it is done only when chain, validity and host name are right.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "io/tls/tls_context.h"
#include "io/tls/tls_facts.h"

struct ssl_st;
struct bio_st;

namespace salvo::io {

class TlsEngine {
 public:
  enum class State : uint8_t {
    kHandshaking,
    kOpen,
    kPeerClosed,  // close_notify came: what was received is all there was; maybe nothing
    kFailed,      // see error()
  };

  // `server_name`: whom a client's certificate check expects and SNI names; a host name or an IP
  // address. Ignored by a server. `context` is kept.
  static absl::StatusOr<std::unique_ptr<TlsEngine>> Create(
      std::shared_ptr<const TlsContext> context, const std::string& server_name);
  ~TlsEngine();
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

  State state() const { return state_; }
  // One clause for people, when the state is kFailed: "certificate has expired".
  const std::string& error() const { return error_; }
  // Whether it failed because the peer says that it cannot go on for now: a fault of its own, and
  // none of a certificate, a name or a version.
  bool may_pass() const;

  // Starts or goes on with the handshake; call it once at first, PutRecords does the rest.
  void Handshake();

  // Records of the peer, cut anywhere; all are taken.
  void PutRecords(std::span<const uint8_t> records);
  // Decrypts into `out` and returns how many octets: 0 when there are none before more records
  // come.
  size_t TakePlain(std::span<uint8_t> out);

  // Encrypts up to one record's worth (16 KiB) from the front of `plain` and returns how many
  // octets were taken. REQUIRES: kOpen.
  size_t PutPlain(std::span<const uint8_t> plain);
  // Says that no more will be sent: close_notify is among the records to send.
  void CloseNotify();

  // Octets of records that wait to be sent.
  size_t RecordsWaiting() const;
  // Moves the first of them into `out` and returns how many octets.
  size_t TakeRecords(std::span<uint8_t> out);

  // "TLSv1.3 TLS_AES_256_GCM_SHA384"
  std::string Description() const;
  // What is known so far, after a failure too.
  TlsFacts Facts() const;

 private:
  TlsEngine(std::shared_ptr<const TlsContext> context, ssl_st* ssl, bio_st* in, bio_st* out);
  void Fail();
  void NoteAlert(int where, int alert);

  std::shared_ptr<const TlsContext> context_;
  ssl_st* ssl_;
  bio_st* in_;   // owned by ssl_
  bio_st* out_;  // owned by ssl_
  State state_ = State::kHandshaking;
  std::string error_;
  int alert_received_ = -1;
  int alert_sent_ = -1;
  bool client_certificate_asked_ = false;
};

}  // namespace salvo::io
