// What the SMSC delivers: the receipt of the test message, and messages from phones.
#pragma once

#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/steps/bind.h"
#include "tools/doctor/steps/submit.h"

namespace salvo::doctor {

// What registered_delivery asks for (3.4 section 5.2.17) stands in these bits.
inline constexpr uint8_t kReceiptMask = 3;
inline constexpr uint8_t kFailuresAlone = 2;

// Waits for the receipt and acknowledges it; nothing else that comes is. That none comes is a
// failure, unless only failures were asked for. `receiver`: nullptr where the bind_type has none.
StepResult AwaitReceipt(const Context& context, Session* receiver, const Submitted& submitted);

// Waits for a message that somebody sends to the account, and leaves it with the SMSC.
StepResult AwaitInbound(const Context& context, Session* receiver);

// How an id in a receipt is written as against that in the response: "", "in hexadecimal there and
// in decimal here", ...; nullopt when they are not of one message.
std::optional<std::string> CompareIds(std::string_view in_response, std::string_view in_receipt);

}  // namespace salvo::doctor
