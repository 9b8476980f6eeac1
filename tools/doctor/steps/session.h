// What is looked at on a session that is bound.
#pragma once

#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/steps/bind.h"

namespace salvo::doctor {

// What the answer to the bind says of the SMSC's version. Asks nothing.
StepResult CompareVersions(const Context& context, const Session& session);

// Asks several times, one after the other, and measures the round trips.
StepResult EnquireLink(const Context& context, Session& session);

// Says nothing for Options::idle, then asks whether the SMSC is still there. A session that the
// SMSC ends meanwhile is a failure when the account's enquire_link would have come too late.
StepResult StayIdle(const Context& context, Session& session);

// Ends it in order and closes.
StepResult Unbind(const Context& context, Session& session);

}  // namespace salvo::doctor
