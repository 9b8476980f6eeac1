// Whoever wants to see each PDU of a session as it passes.
#pragma once

#include "pdu/wire.h"

namespace salvo::engine {

// Called while a method of the session runs; views are valid during the call. One thread, the
// session's.
class PduObserver {
 public:
  virtual ~PduObserver() = default;
  // A whole PDU was handed to the output; one that was staged, when it has left the staging.
  virtual void OnWritten(pdu::Octets pdu) = 0;
  // A whole PDU came, and nothing was made of it yet.
  virtual void OnRead(pdu::Octets pdu) = 0;
};

}  // namespace salvo::engine
