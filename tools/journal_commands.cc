#include "tools/journal_commands.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"
#include "salvo/journal.h"
#include "tools/command_line.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"
#include "tools/common/shell_word.h"
#include "tools/common/whole_name.h"
#include "tools/send/campaign_journal.h"
#include "tools/send/campaign_record.h"
#include "tools/send/input_spool.h"
#include "tools/send/receipt_recovery.h"
#include "tools/send_command.h"

namespace salvo::tools {
namespace {

constexpr const char* kResumeFooter =
    R"(Goes on with a campaign that was stopped, crashed or killed, with the flags that it was begun with.
Of the variables that are set now only SALVO_ON_UNKNOWN and those of the logs count. Rows that were
settled are not sent again; those that were refused for now wait on for their retry, no longer than the
account file says now ([retry]). Rows whose fate is unknown - they left, and nobody knows whether they
arrived - are held, or sent again with --on-unknown resend: some people may get those twice. The
campaign file must not have changed: one that was only touched goes on when all of it had been read,
and its checksums say that it is the same. Of a pipe, what it had brought is read again. All bad rows
of the campaign count once more: what was stopped by them needs a higher --max-bad-rows.

Exit codes as of salvo send; 3 the campaign was changed, 10 no such journal, 11 it is in use.)";

constexpr const char* kStatusFooter =
    R"(Tells what the journal knows; changes nothing, and may be asked while the campaign is under way: what
has left and waits for its answer is told apart then from what is unknown.
Exit codes: 0, 10 no such journal, 14 it is damaged.)";

constexpr const char* kReceiptsFooter =
    R"(Binds to the accounts that the campaign was sent with, as a receiver, and takes the receipts that
have not come yet: into the journal, and into the receipt columns of the results file. Sends nothing.
After a crash or a kill, too; rows that are left are for 'salvo resume', and so are those of unknown fate:
their receipts are waited for where submit_sm carry a reference, and settle them there. Receipts of another
campaign of the account come as well, are acknowledged and not kept for it. Ctrl-C ends the waiting.

Exit codes: 0 all receipts are in, 2 usage or account file, 3 the folder in which the campaign was begun
is gone, 4 cannot connect, 5 bind refused, 7 some are still outstanding, 10 no such journal, 11 it is in
use, 12 the platform lacks something, 14 a file cannot be read or written, 130 interrupted twice.)";

constexpr size_t kMostUnknownShown = 20;

std::optional<CampaignRecord> ReadRecord(const char* command, const std::string& directory,
                                         int* exit_code) {
  auto record = CampaignRecord::Read(directory);
  if (!record.ok()) {
    *exit_code = Fail(command, kExitDisk, record.status());
    return std::nullopt;
  }
  if (!*record) {
    *exit_code = Fail(command, kExitNoJournal, "'" + directory + "' is no journal of a campaign");
  }
  return *std::move(record);
}

int GoOnFromItsFolder(const char* command, GoOnOptions& options) {
  int exit_code = kExitOk;
  const auto record = ReadRecord(command, options.journal, &exit_code);
  if (!record) return exit_code;
  std::error_code error;
  std::string fault = MakeWhole(&options.journal);
  if (fault.empty()) fault = options.logs.MakeAbsolute();
  if (!fault.empty()) return Fail(command, kExitUsage, fault);
  options.arguments = record->arguments;
  options.spooled = record->spooled;
  std::filesystem::current_path(record->folder, error);
  if (error) {
    return Fail(
        command, kExitCampaign,
        "cannot go to '" + record->folder + "', where the campaign was begun: " + error.message());
  }
  return GoOn(options);
}

std::string StateText(const CampaignRecord& record, const Journal& journal) {
  if (journal.in_use()) return "under way";
  if (record.state == CampaignRecord::State::kBegun) return "killed: nobody ended it";
  return std::string(NameOf(record.state));
}

void PrintStatus(const std::string& directory, const CampaignRecord& record,
                 const Journal& journal) {
  const JournalCounts counts = journal.counts();
  std::printf("campaign '%s': %s\n", record.campaign.c_str(), StateText(record, journal).c_str());
  if (const auto input = FindKeptInput(directory)) {
    std::printf("kept of the pipe: %s octets%s\n", WithCommas(input->octets).c_str(),
                input->ended ? "" : "; it has not ended");
  }
  const std::string under_way =
      journal.in_use() ? ", " + WithCommas(counts.under_way) + " under way" : "";
  std::printf("%s accepted, %s rejected, %s unknown, %s begun%s\n",
              WithCommas(counts.accepted).c_str(), WithCommas(counts.rejected).c_str(),
              WithCommas(counts.unknown).c_str(), WithCommas(counts.begun).c_str(),
              under_way.c_str());
  if (counts.delivered + counts.undelivered + counts.receipts_waiting > 0) {
    std::printf("receipts of segments: %s delivered, %s undelivered, %s waiting\n",
                WithCommas(counts.delivered).c_str(), WithCommas(counts.undelivered).c_str(),
                WithCommas(counts.receipts_waiting).c_str());
  }
  if (counts.without_id > 0) {
    std::printf("accepted without a message id, so that no receipt can be matched: %s\n",
                Counted(counts.without_id, "segment").c_str());
  }
  const std::vector<uint64_t> unknown = journal.Unknown();
  if (!unknown.empty()) {
    std::string rows;
    for (size_t i = 0; i < std::min(unknown.size(), kMostUnknownShown); ++i) {
      rows += " " + std::to_string(unknown[i]);
    }
    if (unknown.size() > kMostUnknownShown) rows += " ...";
    std::printf("rows whose fate is unknown:%s\n", rows.c_str());
  }
  if (!journal.in_use() && record.state != CampaignRecord::State::kFinished) {
    std::printf("go on with: salvo resume %s\n", ShellWord(directory).c_str());
  }
  if (!journal.in_use() && counts.receipts_waiting > 0) {
    std::printf("collect receipts with: salvo receipts %s\n", ShellWord(directory).c_str());
  }
}

void PrintStatusJson(const std::string& directory, const CampaignRecord& record,
                     const Journal& journal) {
  const JournalCounts counts = journal.counts();
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "journal");
  line.Add("schema", 1);
  AddAnyText(line, "campaign", record.campaign);
  line.Add("state", journal.in_use() ? "running" : NameOf(record.state));
  line.Add("runs", journal.earlier_runs());
  line.Add("accepted", counts.accepted);
  line.Add("rejected", counts.rejected);
  line.Add("unknown", counts.unknown);
  line.Add("begun", counts.begun);
  line.Add("under_way", counts.under_way);
  line.Add("delivered", counts.delivered);
  line.Add("undelivered", counts.undelivered);
  line.Add("receipts_waiting", counts.receipts_waiting);
  line.Add("accepted_without_id", counts.without_id);
  line.Add("unknown_rows", journal.Unknown());
  if (const auto input = FindKeptInput(directory)) {
    line.Add("input_octets", input->octets);
    line.Add("input_ended", input->ended);
  }
  line.End();
  std::fputs(text.c_str(), stdout);
}

int ShowStatus(const std::string& directory, bool json) {
  int exit_code = kExitOk;
  const auto record = ReadRecord("status", directory, &exit_code);
  if (!record) return exit_code;
  JournalOptions options;
  options.directory = directory;
  options.read_only = true;
  options.receipts = ReceiptsOf(*record);
  std::unique_ptr<Journal> journal;
  const Status status = OpenBegun(options, &journal);
  if (!status.ok()) return Fail("status", kExitDisk, status.message());
  if (json) {
    PrintStatusJson(directory, *record, *journal);
  } else {
    PrintStatus(directory, *record, *journal);
  }
  return kExitOk;
}

void AddCommonFlags(CLI::App* command, GoOnOptions& options) {
  command->add_flag("--json", options.json, "JSON Lines on stdout; the last is the summary");
  command->add_option("--style", options.style, "How a terminal shows progress")
      ->type_name("auto|full|basic|nocolor")
      ->check(CLI::IsMember({"auto", "full", "basic", "nocolor"}).description(""));
  command->add_option("--stats", options.stats, "Time between lines of progress, and of JSON")
      ->type_name("TIME");
  DeclareLogFlags(*command, options.logs);
}

void AddReceiptsCommand(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<GoOnOptions>();
  options->only_receipts = true;
  options->wait_receipts = "10m";
  CLI::App* receipts =
      app.add_subcommand("receipts", "Collect the receipts of a campaign")->group("Commands");
  receipts->footer(kReceiptsFooter);
  receipts->add_option("DIR", options->journal, "The campaign's journal")
      ->type_name("DIR")
      ->required();
  receipts->add_option("--wait", options->wait_receipts, "At most; default 10m")->type_name("TIME");
  receipts->add_flag("--transceiver", options->transceiver,
                     "Bind as a transceiver, where the provider takes no receiver");
  AddCommonFlags(receipts, *options);
  receipts->callback(
      [options, exit_code] { *exit_code = GoOnFromItsFolder("receipts", *options); });
}

}  // namespace

void AddJournalCommands(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<GoOnOptions>();
  CLI::App* resume = app.add_subcommand("resume", "Go on with a campaign")->group("Commands");
  resume->footer(kResumeFooter);
  resume->add_option("DIR", options->journal, "The campaign's journal")
      ->type_name("DIR")
      ->required();
  resume
      ->add_option("--on-unknown", options->on_unknown,
                   "What to do with unknown rows; default as it was begun, or hold")
      ->type_name("hold|resend")
      ->envname("SALVO_ON_UNKNOWN")
      ->check(CLI::IsMember({"hold", "resend"}).description(""));
  resume
      ->add_option("--max-bad-rows", options->max_bad_rows,
                   "Stop when the campaign has more; default as it was begun")
      ->type_name("N")
      ->check(Whole(0, UINT64_MAX));
  AddCommonFlags(resume, *options);
  resume->callback([options, exit_code] { *exit_code = GoOnFromItsFolder("resume", *options); });
  AddReceiptsCommand(app, exit_code);

  auto directory = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* status = app.add_subcommand("status", "Tell how a campaign stands")->group("Commands");
  status->footer(kStatusFooter);
  status->add_option("DIR", *directory, "The campaign's journal")->type_name("DIR")->required();
  status->add_flag("--json", *json, "One JSON object instead");
  status->callback([=] { *exit_code = ShowStatus(*directory, *json); });
}

}  // namespace salvo::tools
