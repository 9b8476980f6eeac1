#include "tools/sim/options/fault.h"

#include <algorithm>

namespace salvo::sim {
namespace {

constexpr FaultWord kFaultWords[] = {
    {"silent", Fault::kSilent, true, true, false, "no response"},
    {"twice", Fault::kTwice, true, false, false, "the response twice"},
    {"nack", Fault::kNack, true, false, false, "generic_nack in place of the response"},
    {"nack-other", Fault::kNackOther, true, false, false,
     "generic_nack with a sequence_number that is not open"},
    {"nack-zero", Fault::kNackZero, true, false, false, "generic_nack with sequence_number 0"},
    {"wrong-sequence", Fault::kWrongSequence, true, false, false,
     "the response with a sequence_number that is not open"},
    {"wrong-command", Fault::kWrongCommand, true, false, false,
     "data_sm_resp in place of the response"},
    {"empty-id", Fault::kEmptyId, false, false, false, "an empty message_id"},
    {"same-id", Fault::kSameId, false, false, false, "message_id 1, again and again"},
    {"out-of-order", Fault::kOutOfOrder, false, false, false,
     "the response 50 ms late: later ones overtake it"},
    {"one-octet", Fault::kOneOctet, true, false, false, "the response one octet at a time"},
    {"garbage", Fault::kGarbage, true, true, true, "octets that are no PDU, then the response"},
    {"close", Fault::kClose, true, true, true, "no response: the connection is closed (FIN)"},
    {"reset", Fault::kReset, true, true, true, "no response: the connection is reset (RST)"},
    {"unbind", Fault::kUnbind, true, false, true, "the response, then unbind"},
    {"stop-reading", Fault::kStopReading, true, false, true,
     "the response, then nothing more is read (--stop-reading-for)"},
};
static_assert(std::size(kFaultWords) == static_cast<size_t>(Fault::kNone));

}  // namespace

bool FaultWord::CanBe(FaultPlace place) const {
  switch (place) {
    case FaultPlace::kSubmission:
      return true;
    case FaultPlace::kRequest:
      return on_request;
    case FaultPlace::kConnect:
      return on_connect;
    case FaultPlace::kSession:
      return in_session;
  }
  return false;
}

std::span<const FaultWord> AllFaults() { return kFaultWords; }

const FaultWord* FindFault(std::string_view word) {
  const auto* found = std::find_if(std::begin(kFaultWords), std::end(kFaultWords),
                                   [&](const FaultWord& fault) { return fault.word == word; });
  return found == std::end(kFaultWords) ? nullptr : found;
}

}  // namespace salvo::sim
