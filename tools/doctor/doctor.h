// salvo doctor but for its flags: reads the account, examines it, prints, and writes the bundle.
#pragma once

#include <string>

#include "tools/doctor/options.h"

namespace salvo::doctor {

// Prints to the standard output as the steps end. Returns the exit code. Takes over SIGINT and
// SIGTERM: once a process.
int Diagnose(const Options& options, const std::string& salvo_version);

}  // namespace salvo::doctor
