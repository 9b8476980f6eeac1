// The subcommand `salvo send`.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/log_flags.h"

namespace salvo::tools {

// `*exit_code` is set when the subcommand has run.
void AddSendCommand(CLI::App& app, int* exit_code);

// What `salvo resume` and `salvo receipts` know of a campaign that it goes on with.
struct GoOnOptions {
  std::vector<std::string> arguments;  // of the salvo send that began it
  std::string journal;
  bool spooled = false;  // the campaign was a pipe, which the journal keeps
  // `salvo receipts`: nothing is sent, receipts are collected for that long at most.
  bool only_receipts = false;
  std::string wait_receipts;
  bool transceiver = false;  // binds as such; else as a receiver
  // Where they are given, they replace those of the campaign.
  std::string on_unknown;
  std::optional<uint64_t> max_bad_rows;
  LogFlags logs;
  bool json = false;
  std::string style;
  std::string stats;
};

// Goes on with a campaign from the current folder; returns the exit code.
int GoOn(const GoOnOptions& go_on);

}  // namespace salvo::tools
