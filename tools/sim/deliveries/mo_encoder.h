// Writes messages of mobile subscribers (MO) as deliver_sm. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tools/sim/account.h"

namespace salvo::sim {

// Why a text is none for one message; "" when it is: valid UTF-8, at most 160 characters of GSM
// 7-bit or 70 of UCS-2.
std::string FaultOfMoText(std::string_view text);

// Returns the octets written; 0 for a text or an address that one deliver_sm cannot carry.
size_t EncodeMo(const PendingDelivery& message, uint32_t sequence, std::span<uint8_t> out);

}  // namespace salvo::sim
