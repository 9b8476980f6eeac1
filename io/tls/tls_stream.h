// A TLS connection over any other stream, the same to its user as a plain one.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "io/loop.h"
#include "io/tls/tls_engine.h"

namespace salvo::io {

// Connects and shakes hands; the handler's OnConnected comes when the peer is verified. The stream
// owns itself, as those of a loop are owned by it: valid until OnClosed returns.
// StreamOptions::connect_timeout bounds TCP and TLS together. An end of TLS, whichever side began
// it, ends the connection, after 5 s at the latest if the peer does not take our last records.
Stream* ConnectTls(Loop& loop, const SocketAddress& address, const StreamOptions& options,
                   std::shared_ptr<const TlsContext> context, const std::string& server_name,
                   StreamHandler* handler);

// Makes the server side of TLS from an accepted plain stream. Returns the handler to give to the
// loop from AcceptHandler::OnAccepted, and the stream for `handler` in `*tls`.
StreamHandler* AcceptTls(Loop& loop, Stream* plain, const StreamOptions& options,
                         std::shared_ptr<const TlsContext> context, StreamHandler* handler,
                         Stream** tls);

// Makes the client side of TLS from a plain stream whose handler looks on: it passes everything on
// to the handler that is returned, OnConnected (which begins the handshake) and OnClosed included.
// `*facts` is filled in when the handshake has ended, whichever way, and at the end; it must live
// until `handler` is told of that.
StreamHandler* WrapTls(Loop& loop, Stream* plain, const StreamOptions& options,
                       std::shared_ptr<const TlsContext> context, const std::string& server_name,
                       StreamHandler* handler, Stream** tls, TlsFacts* facts);

}  // namespace salvo::io
