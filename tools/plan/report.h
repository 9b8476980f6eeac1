// A plan as people and programs read it.
#pragma once

#include <string>
#include <vector>

#include "tools/plan/plan.h"

namespace salvo::plan {

std::vector<std::string> Lines(const Plan& plan);

// One object, one line: message_type "plan".
std::string Json(const Plan& plan);

}  // namespace salvo::plan
