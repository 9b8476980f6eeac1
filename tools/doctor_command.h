// salvo doctor.
#pragma once

#include <CLI/CLI.hpp>

namespace salvo::tools {

void AddDoctorCommand(CLI::App& app, int* exit_code);

}  // namespace salvo::tools
