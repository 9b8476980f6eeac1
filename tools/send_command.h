// `salvo send`: a campaign to one or more accounts.
#pragma once

#include <CLI/CLI.hpp>

namespace salvo::tools {

// Adds the subcommand to `app`. When it was chosen, `*exit_code` is what it ended with.
void AddSendCommand(CLI::App& app, int* exit_code);

}  // namespace salvo::tools
