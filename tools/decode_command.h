// The subcommands `salvo decode` and `salvo encode`.
#pragma once

#include <CLI/CLI.hpp>

namespace salvo::tools {

// `*exit_code` is set when one of them has run.
void AddDecodeCommand(CLI::App& app, int* exit_code);
void AddEncodeCommand(CLI::App& app, int* exit_code);

}  // namespace salvo::tools
