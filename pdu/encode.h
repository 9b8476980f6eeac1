// Encodes PDUs straight into a caller's buffer. No allocation, no exception, no state.
#pragma once

#include <cstdint>
#include <span>

#include "pdu/body.h"

namespace salvo::pdu {

enum class EncodeError : uint8_t {
  kNone,
  kNoRoom,        // the buffer is too small
  kFieldTooLong,  // beyond the specification's maximum
  kNulInText,     // a C-octet string cannot hold a NUL
  kBrokenList,    // a list of addresses whose octets are not as many entries as its count says
};

struct EncodeResult {
  size_t octets = 0;  // of the whole PDU; 0 when there is an error
  EncodeError error = EncodeError::kNone;
  const char* field = "";  // the specification's name of the field at fault

  [[nodiscard]] bool ok() const { return error == EncodeError::kNone; }
};

struct EncodeOptions {
  // Octets a password may have, the NUL included. Providers do issue longer ones than the 9 of the
  // specification.
  size_t max_password = kMaxPassword;
};

// Encodes header and body; command_length is computed. What lies in `out` after an error is
// unspecified. Instantiated for every alternative of Body.
template <class B>
EncodeResult Encode(CommandId id, CommandStatus status, uint32_t sequence, const B& body,
                    std::span<uint8_t> out, const EncodeOptions& options = {});

// The same for a decoded PDU; header.command_length is ignored.
EncodeResult Encode(const Pdu& pdu, std::span<uint8_t> out, const EncodeOptions& options = {});

// A PDU without a body: enquire_link, unbind, their responses, generic_nack, a refusal.
// REQUIRES: out.size() >= kHeaderOctets. Returns kHeaderOctets.
size_t EncodeHeaderOnly(CommandId id, CommandStatus status, uint32_t sequence,
                        std::span<uint8_t> out);

}  // namespace salvo::pdu
