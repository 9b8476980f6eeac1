// What `salvo help retries` prints.
#pragma once

#include <string>

namespace salvo::tools {

// The schedule and the table of classes, made from what the engine does.
std::string RetryHelp();

}  // namespace salvo::tools
