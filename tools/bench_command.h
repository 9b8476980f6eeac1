// salvo bench.
#pragma once

#include <CLI/CLI.hpp>

namespace salvo::tools {

void AddBenchCommand(CLI::App& app, int* exit_code);

}  // namespace salvo::tools
