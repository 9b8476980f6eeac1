// Writes messages of mobile subscribers (MO) as deliver_sm. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tools/sim/account.h"

namespace salvo::sim {

// The text with the message's number where it has {n}.
std::string NumberedMoText(std::string_view text, uint64_t number);

// Why a text is none for one message, whatever its number; "" when it is: valid UTF-8, at most 160
// characters of GSM 7-bit or 70 of UCS-2.
std::string FaultOfMoText(std::string_view text);
// Why an address is none of a message; "" when it is.
std::string FaultOfMoAddress(std::string_view address);

// Returns the octets written; 0 for a text or an address that one deliver_sm cannot carry.
size_t EncodeMo(const PendingDelivery& message, uint32_t sequence, std::span<uint8_t> out);

}  // namespace salvo::sim
