#include <cstdio>
#include <string>
#include <vector>

#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"
#include "tools/send/conclusion.h"
#include "tools/send/dry_run.h"
#include "tools/send/look_through.h"
#include "tools/send/request.h"
#include "tools/send/run.h"

namespace salvo::tools {
namespace {

void ShowDry(const std::vector<DryRun>& runs, const DryTotal& total, uint64_t rows,
             const Rejects& rejects) {
  std::printf("%s, %s bad\n", Counted(rows, "row").c_str(), WithCommas(rejects.count()).c_str());
  if (rejects.count() > 0) {
    std::printf("bad rows are in '%s'; the first: %s\n", rejects.path().c_str(),
                rejects.FirstReason().c_str());
  }
  if (rejects.AreOfEarlierRun()) {
    std::printf("the bad rows in '%s' are of an earlier run\n", rejects.path().c_str());
  }
  if (runs.size() > 1) std::printf("each account as if all went over it:\n");
  for (const DryRun& run : runs) {
    for (const std::string& line : run.Lines()) std::printf("%s\n", line.c_str());
  }
  if (runs.size() > 1) std::printf("%s\n", total.Line().c_str());
}

void ShowDryJson(const std::vector<DryRun>& runs, const DryTotal& total,
                 const Conclusion& conclusion) {
  for (const DryRun& run : runs) std::fputs(run.Json().c_str(), stdout);
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "summary");
  line.Add("schema", 1);
  line.Add("rows", conclusion.progress.rows_read);
  line.Add("bad_rows", conclusion.progress.bad_rows);
  line.Add("messages", total.messages);
  line.Add("segments", total.segments);
  if (total.seconds >= 0) line.Add("seconds", total.seconds);
  line.Add("exit_code", conclusion.ExitCode());
  line.End();
  std::fputs(text.c_str(), stdout);
}

}  // namespace

int RunDry(const SendOptions& options) {
  const std::string fault = FaultOf(options);
  if (!fault.empty()) return Fail(options, kExitUsage, fault);
  Rejects rejects(options.rejects, options.max_bad_rows);
  std::vector<DryRun> runs;
  for (const AccountOptions& account : options.accounts) {
    if (CanSend(account)) runs.emplace_back(account, options.rate);
  }
  uint64_t rows = 1;
  if (options.to.empty()) {
    const auto looked = LookThrough(CampaignOf(options, {options.campaign}), &rejects, &runs);
    if (!looked.ok()) return Fail(options, kExitCampaign, looked.status());
    rows = *looked;
  } else {
    LookThrough(*SingleMessage(options), &runs);
  }
  Conclusion conclusion;
  conclusion.progress.rows_read = rows;
  conclusion.progress.bad_rows = rejects.count();
  conclusion.disk_failed = !rejects.Failure().empty();
  conclusion.campaign_failed = rejects.too_many();
  if (options.json) {
    ShowDryJson(runs, TotalOf(runs, options.rate), conclusion);
  } else {
    ShowDry(runs, TotalOf(runs, options.rate), rows, rejects);
  }
  if (conclusion.disk_failed) return Fail(options, kExitDisk, rejects.Failure());
  if (conclusion.campaign_failed)
    return Fail(options, kExitCampaign, TooManyBadRows(rejects, options));
  return conclusion.ExitCode();
}

}  // namespace salvo::tools
