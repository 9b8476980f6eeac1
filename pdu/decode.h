// Decodes PDUs in place: what comes out are views of the octets that went in, valid as long as they
// are. No allocation, no exception, no state; safe on any octets a peer may send.
//
// Peers break the specification in ways that do no harm. Those are taken and named as a warning:
// a body left out of a response or cut at a field boundary, a missing last NUL, a field beyond its
// maximum, octets after the last field, a cut or lying TLV at the end. Whoever wants to be strict
// treats a warning as an error.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "pdu/body.h"

namespace salvo::pdu {

enum class Fault : uint8_t {
  kNone,
  kBadLength,       // command_length is below 16 or is not the count of octets given
  kCutShort,        // the body ends before this field
  kMissingNul,      // a C-octet string without its NUL
  kFieldTooLong,    // longer than the specification's maximum
  kBrokenList,      // a cut list of addresses, or a dest_flag that is neither 1 nor 2
  kTrailingOctets,  // octets after the last field
  kBrokenTlvs,      // a TLV whose length goes beyond the PDU
};

// "a field is longer than the specification allows"
std::string_view Describe(Fault fault);

struct DecodeResult {
  Fault error = Fault::kNone;    // the PDU cannot be used
  Fault warning = Fault::kNone;  // it can; the first thing that breaks the specification
  const char* field = "";        // of the error, or else of the warning
  uint32_t offset = 0;           // of that field, from the start of the PDU

  [[nodiscard]] bool ok() const { return error == Fault::kNone; }
};

// REQUIRES: pdu.size() >= kHeaderOctets.
inline Header DecodeHeader(Octets pdu) {
  return {Load32(pdu.data()), static_cast<CommandId>(Load32(pdu.data() + 4)),
          static_cast<CommandStatus>(Load32(pdu.data() + 8)), Load32(pdu.data() + 12)};
}

// Decodes a whole PDU of any kind. After an error `out` holds what was decoded before it.
DecodeResult Decode(Octets pdu, Pdu* out);

// Decodes the body of a PDU whose kind is known. REQUIRES: pdu.size() >= kHeaderOctets, and B is
// the alternative of Body that the command has. Instantiated for every alternative.
template <class B>
DecodeResult DecodeBody(Octets pdu, B* out);

// The message_id of a whole submit_sm_resp or data_sm_resp whose body is that and nothing else, as
// nearly all are; nullopt for any other body, which DecodeBody tells all about. `pdu` has a header.
inline std::optional<std::string_view> LoneMessageId(Octets pdu) {
  const size_t octets = pdu.size() - kHeaderOctets;
  if (octets == 0 || octets > kMaxMessageId) return std::nullopt;
  const uint8_t* const body = pdu.data() + kHeaderOctets;
  const void* const first_nul = std::memchr(body, 0, octets);
  if (first_nul != body + octets - 1) return std::nullopt;
  return AsText({body, octets - 1});
}

}  // namespace salvo::pdu
