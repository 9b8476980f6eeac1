// Whether the account may have as many binds as it asks for.
#pragma once

#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/steps/bind.h"

namespace salvo::doctor {

// Beside a session that is up - or a pair of them, where the account has pairs - makes the others
// that the account has, up to the first that is refused, and ends them again.
StepResult BindTheOthers(const Context& context, const Session& first);

}  // namespace salvo::doctor
