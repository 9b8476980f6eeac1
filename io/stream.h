// A connection as its user sees it, TCP or TLS alike: octets in by callback, octets out through an
// OutputBuffer. Everything belongs to the loop's thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "io/clock.h"
#include "io/output_buffer.h"

namespace salvo::io {

// Why a stream ended.
struct CloseReason {
  enum class Cause : uint8_t {
    kRequested,       // Close or Abort was called
    kConnectFailed,   // error_number tells
    kConnectTimeout,  // StreamOptions::connect_timeout has passed
    kPeerClosed,      // in order: FIN, and close_notify where there is TLS
    kBroken,          // reset, or any other error of a connected socket: error_number tells
    kTlsFailed,       // handshake or verification; no octet of the user was sent: detail tells
    kTlsInterrupted,  // the same, by a peer that found no fault: it may take the next handshake
    kTlsTruncated,    // FIN without close_notify: octets may be missing
    kLimit,           // the loop's max_streams
  };
  Cause cause = Cause::kRequested;
  int error_number = 0;  // errno where the system gave one
  std::string detail;    // one clause for people: "Connection refused"
};

// The most octets that one OnReceived brings.
inline constexpr size_t kMaxReceiveOctets = 64 * 1024;

class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // The connection is up, TLS handshake and verification included.
  virtual void OnConnected() = 0;
  // Octets of the peer, valid until the call returns. All of them must be consumed.
  virtual void OnReceived(std::span<const uint8_t> octets) = 0;
  // Octets left: there may be more room in the output buffer. Returns whether that is news to
  // anybody: the loop's turn ends then, and else it may go on waiting.
  virtual bool OnSent() = 0;
  // The last call. The stream, its output buffer included, is gone when it returns.
  virtual void OnClosed(const CloseReason& reason) = 0;
};

struct StreamOptions {
  size_t output_octets = 256 * 1024;  // of each half of the output buffer
  Nanos connect_timeout = 10 * kNanosPerSecond;
};

// Owned by its loop; valid until its handler's OnClosed returns. No method calls the handler
// back: that happens in a later turn of the loop.
class Stream {
 public:
  virtual OutputBuffer& output() = 0;

  // Sends what was committed so far, unless a send is under way: then it follows that one. What is
  // committed later stays until the next Flush or Close.
  virtual void Flush() = 0;

  // Without receiving, no OnReceived is called; the peer is slowed down by TCP itself.
  virtual void SetReceiving(bool receiving) = 0;

  // Sends what was committed, then closes; does not wait for what the peer may still say.
  virtual void Close() = 0;
  // Closes at once; what was not sent stays unsent.
  virtual void Abort() = 0;
  // The same, and the peer sees a reset (RST) in place of an end in order.
  virtual void Reset() = 0;

  // "127.0.0.1:2775"
  virtual std::string PeerName() const = 0;
  // Our end, in the same form; "" while it is being connected.
  virtual std::string LocalName() const = 0;

 protected:
  ~Stream() = default;
};

// Whoever accepts connections.
class AcceptHandler {
 public:
  virtual ~AcceptHandler() = default;
  // A connection came. Returns who is to handle it; that one's OnConnected follows. The handler is
  // not owned.
  virtual StreamHandler* OnAccepted(Stream* stream) = 0;
  // Accepting failed for lack of something ("Too many open files") and is tried again soon.
  virtual void OnAcceptFailed(int error_number) = 0;
};

}  // namespace salvo::io
