// Where throttling begins: a search that ends at the first sign of it.
#pragma once

#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/steps/bind.h"

namespace salvo::doctor {

// Sends the test message, without asking for receipts, at growing rates of up to Options::throttle
// a second, each for a little more than a second, until the SMSC says ESME_RTHROTTLED. That this
// begins somewhere is no failure, unless it does below the account's `rate`.
StepResult FindThrottling(const Context& context, Session& sender);

// The most messages that a search up to `rate` sends.
uint32_t MostMessagesUpTo(uint32_t rate);

}  // namespace salvo::doctor
