// A campaign on its way: reader, engine, and what the operator sees of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "salvo/engine.h"
#include "tools/send/campaign/campaign.h"
#include "tools/send/console.h"
#include "tools/send/rejects.h"
#include "tools/send/results.h"
#include "tools/send/tally.h"
#include "tools/send/view.h"

namespace salvo::tools {

// What `salvo send` was asked to do, understood.
struct SendOptions {
  std::string campaign = "-";       // a path, or "-"
  std::optional<std::string> text;  // template, or the text for `to`
  std::string to;                   // one recipient instead of a campaign
  std::string from;
  uint64_t limit = 0;
  std::vector<AccountOptions> accounts;
  double rate = 0;
  uint32_t shards = 0;
  std::string results;
  std::string rejects;
  uint64_t max_bad_rows = 1000;
  bool json = false;
  double stats_s = 5;
  Style style = Style::kBasic;
};

// Sends the campaign and returns the exit code of tools/common/exit_code.h. Takes over SIGINT and
// SIGTERM: the first stops in order, the second at once.
int RunSend(const SendOptions& options);

// Tells what the campaign would take; opens no socket.
int RunDry(const SendOptions& options);

}  // namespace salvo::tools
