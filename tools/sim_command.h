// `salvo sim`: the simulated SMSC as a command.
#pragma once

#include <CLI/CLI.hpp>

namespace salvo::tools {

// Adds the subcommand to `app`. When it was chosen, `*exit_code` is what it ended with.
void AddSimCommand(CLI::App& app, int* exit_code);

}  // namespace salvo::tools
