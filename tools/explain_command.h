// The subcommand `salvo explain`.
#pragma once

#include <CLI/CLI.hpp>

namespace salvo::tools {

// `*exit_code` is set when it has run.
void AddExplainCommand(CLI::App& app, int* exit_code);

}  // namespace salvo::tools
