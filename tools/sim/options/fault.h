// What the simulator does wrong, on request: a response that is none, a session that ends.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace salvo::sim {

// In the order of their magic destinations, from 7000 on.
enum class Fault : uint8_t {
  kSilent,         // no response
  kTwice,          // the response twice
  kNack,           // generic_nack with its sequence_number in place of the response
  kNackOther,      // with another sequence_number
  kNackZero,       // with sequence_number 0
  kWrongSequence,  // the response with another sequence_number
  kWrongCommand,   // data_sm_resp in place of the response
  kEmptyId,        // message_id ""
  kSameId,         // message_id 1, whatever was given before
  kOutOfOrder,     // the response 50 ms late, so that later ones overtake it
  kOneOctet,       // the response an octet at a time
  kGarbage,        // octets that are no PDU before the response
  kClose,          // the connection ends without the response: FIN
  kReset,          // RST
  kUnbind,         // the response, then unbind
  kStopReading,    // the response, then nothing is read any more
  kNone,
};

// Where a fault can happen.
enum class FaultPlace : uint8_t {
  kSubmission,  // in place of the response to a submission
  kRequest,     // to any other request
  kConnect,     // when a connection comes
  kSession,     // at any time of a session
};

struct FaultWord {
  std::string_view word;  // "wrong-sequence"
  Fault fault;
  bool on_request;  // beside submissions
  bool on_connect;
  bool in_session;
  std::string_view meaning;

  bool CanBe(FaultPlace place) const;
};

// Whether the peer can read the response and the session goes on.
constexpr bool IsUnderstood(Fault fault) {
  switch (fault) {
    case Fault::kSilent:
    case Fault::kNack:
    case Fault::kNackOther:
    case Fault::kNackZero:
    case Fault::kWrongSequence:
    case Fault::kWrongCommand:
    case Fault::kClose:
    case Fault::kReset:
      return false;
    default:
      return true;
  }
}

// All but kNone, in the order of the enum.
std::span<const FaultWord> AllFaults();
// nullptr for a word that is none.
const FaultWord* FindFault(std::string_view word);

}  // namespace salvo::sim
