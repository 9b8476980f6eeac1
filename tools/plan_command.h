// salvo plan.
#pragma once

#include <CLI/CLI.hpp>

namespace salvo::tools {

void AddPlanCommand(CLI::App& app, int* exit_code);

}  // namespace salvo::tools
