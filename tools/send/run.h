// A campaign on its way: reader, engine, and what the operator sees of them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "salvo/engine.h"
#include "tools/common/one_file.h"
#include "tools/send/campaign/campaign.h"
#include "tools/send/campaign_journal.h"
#include "tools/send/console.h"
#include "tools/send/rejects.h"
#include "tools/send/results.h"
#include "tools/send/tally.h"
#include "tools/send/view.h"

namespace salvo::tools {

// What `salvo send` was asked to do, understood.
struct SendOptions {
  std::string campaign = "-";  // a path, or "-"
  std::optional<TextTemplate> text;
  std::string to;  // one recipient instead of a campaign; `text` names no columns then
  std::string from;
  uint64_t limit = 0;
  std::vector<AccountOptions> accounts;
  std::string account_file;             // where they stand: read anew at SIGHUP
  std::vector<ReadFile> account_files;  // that one, and those that it names
  double rate = 0;
  uint32_t shards = 0;
  bool spin = false;
  std::string journal;         // directory; "": none is kept
  bool lacks_journal = false;  // only because the campaign is a pipe: that is said
  CampaignRecord record;       // for a new journal; of one that is there, the accounts' names now
  bool goes_on = false;        // with what the journal has
  bool only_receipts = false;  // salvo receipts: nothing is sent
  bool again = false;          // a finished campaign once more
  Sync sync = Sync::kProcess;
  OnUnknown on_unknown = OnUnknown::kHold;
  std::string results;
  std::string rejects;
  uint64_t max_bad_rows = 1000;
  bool json = false;
  double stats_s = 5;
  uint32_t brake_count = 200;                  // final answers that decide; 0: no brake
  double brake_share = 0.9;                    // of refusals among them
  std::chrono::milliseconds wait_receipts{0};  // at most, after the last answer
  uint64_t max_waiting_receipts = 10'000'000;
  LogOptions log;
  Style style = Style::kBasic;
};

// Sends the campaign and returns the exit code of tools/common/exit_code.h. Takes over SIGINT and
// SIGTERM: the first stops in order, the second at once; and SIGHUP: it makes the run take over
// [retry] and rate of the account file as it is then, and open its logs anew.
int RunSend(const SendOptions& options);

// Tells what the campaign would take; opens no socket.
int RunDry(const SendOptions& options);

}  // namespace salvo::tools
