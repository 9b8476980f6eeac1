// What a session tells to whoever owns it, and asks of them: on its thread, the shard's.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "pdu/body.h"
#include "pdu/protocol.h"
#include "pdu/wire.h"

namespace salvo::engine {

// What became of a segment that has no answer.
enum class Fate : uint8_t {
  kStaged,   // it was never handed on, nor was it to leave: it may be submitted again
  kUnsent,   // its octets never left whole: it may be submitted again
  kUnknown,  // the SMSC may have taken it
};

// Of a staged segment for which there is a place.
enum class Departure : uint8_t {
  kNow,
  kLater,  // it stays for now, and those behind it
  kNever,  // it is given back
};

struct Answer {
  uint64_t cookie = 0;
  pdu::CommandStatus status = pdu::CommandStatus::ESME_ROK;
  std::string_view message_id;  // valid during the call; cut to what the protocol allows
};

// Called by the session while one of its methods runs. No other method of the session may be called
// from here than a callback allows.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;
  virtual void OnBound(std::string_view smsc_system_id) = 0;
  // Answers in the order in which they came, be they submit_sm_resp or generic_nack. The segments'
  // places in the window are free already: what is staged ahead of it may be released from here
  // (Session::ReleaseAhead), so that the peer has work while the answers are dealt with.
  virtual void OnAnswers(std::span<const Answer> answers) = 0;
  // An answer told how congested the SMSC is, 0 to 100 (congestion_state, 5.0 section 4.8.4.18).
  // Comes before that answer.
  virtual void OnCongestion(uint8_t state) = 0;
  // No answer will come any more. `pdu` is the whole submit_sm when it was not sent, valid during
  // the call; empty otherwise.
  virtual void OnLost(uint64_t cookie, Fate fate, pdu::Octets pdu) = 0;
  // A staged segment could leave; where the disk is waited for, its record is there. OnLost follows
  // when it never will.
  virtual Departure DepartureOf(uint64_t cookie) = 0;
  // A deliver_sm or data_sm; returns the status to answer with. The PDU is valid during the call.
  virtual pdu::CommandStatus OnInbound(const pdu::Pdu& pdu) = 0;
};

}  // namespace salvo::engine
