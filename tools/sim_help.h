// The tables below the flags in `salvo help sim`.
#pragma once

#include <string>

namespace salvo::tools {

std::string SimHelp();

}  // namespace salvo::tools
