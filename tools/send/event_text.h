// Events of the engine as people and programs read them.
#pragma once

#include <string>

#include "salvo/engine.h"

namespace salvo::tools {

// Whether it is no trouble.
bool IsGood(const Event& event);
// "acme/0: bound to ...", one line without its end.
std::string EventLine(const Event& event);
// One JSON object and a newline, `message_type` event.
std::string EventJson(const Event& event);

}  // namespace salvo::tools
