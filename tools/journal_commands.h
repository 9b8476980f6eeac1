// The subcommands `salvo resume` and `salvo status`.
#pragma once

#include <CLI/CLI.hpp>

namespace salvo::tools {

// `*exit_code` is set when one of them has run.
void AddJournalCommands(CLI::App& app, int* exit_code);

}  // namespace salvo::tools
