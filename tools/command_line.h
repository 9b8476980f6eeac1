// What subcommands have in common: how they complain, and checks of flags.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace salvo::tools {

// The highest --rate, a second.
inline constexpr double kHighestRate = 1e8;

// Writes "salvo COMMAND: SENTENCE" to the standard error; returns `code`, the command's exit code.
int Fail(const char* command, int code, const std::string& sentence);
int Fail(const char* command, int code, const absl::Status& status);

// Writes "salvo COMMAND: warning: SENTENCE" to the standard error.
void Warn(const char* command, const std::string& sentence);

// What a status says.
std::string TextOf(const absl::Status& status);
// The same status, with the flag in front whose value it is about.
absl::Status OfFlag(const char* flag, const absl::Status& status);

// Whether a flag's value is a whole number of that range, or a number from 0 to `most`.
CLI::Validator Whole(uint64_t least, uint64_t most);
CLI::Validator Number(double most);
// Whether there is anything: an empty value is that of a variable which was never set.
CLI::Validator NotEmpty();

}  // namespace salvo::tools
