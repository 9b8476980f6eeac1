// The flags of the logs, which several subcommands have.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "salvo/log.h"

namespace salvo::tools {

// As they were written; "" where one was not.
struct LogFlags {
  std::string connector_log;
  std::string pdu_log;
  std::string sample;
  std::string rotate;
  std::string keep;
  bool mask = false;

  // What is written in `later` holds instead.
  void Override(const LogFlags& later);
  // Paths no longer depend on the current folder. Why they cannot, or "".
  std::string MakeAbsolute();
};

// Declares them, and the variables of their names.
void DeclareLogFlags(CLI::App& command, LogFlags& flags);

// What is wrong with them, with the flag's name; "" when nothing is.
std::string UnderstandLogFlags(const LogFlags& flags, LogOptions* options);

}  // namespace salvo::tools
