// Why a message cannot be sent as it is. Pure functions, any thread.
#pragma once

#include <optional>

#include "engine/core/addressing.h"
#include "pdu/text/split.h"
#include "salvo/account.h"
#include "salvo/message.h"

namespace salvo::engine {

// Octets of parameters, with their headers, that an account or a message may bring.
inline constexpr size_t kMostTlvOctets = 4096;

// Why a message whose number is right cannot be sent; nullopt when it can.
std::optional<MessageFault> FaultOfRest(const AccountOptions& account, const Message& message,
                                        const pdu::TextPlan& plan);

// Why a message cannot be sent; nullopt when it can. `destination` is what InferAddress made of its
// number.
inline std::optional<MessageFault> FaultOf(const AccountOptions& account, const Message& message,
                                           const pdu::Address& destination,
                                           const pdu::TextPlan& plan) {
  if (const char* reason = FaultOfDestination(destination, account.dest_min_digits)) {
    return MessageFault{MessageField::kTo, reason};
  }
  return FaultOfRest(account, message, plan);
}

}  // namespace salvo::engine
