#include "tools/send_command.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tools/common/exit_code.h"
#include "tools/common/parse.h"
#include "tools/send/account_file.h"
#include "tools/send/run.h"

namespace salvo::tools {
namespace {

constexpr const char* kFooter = R"(
CAMPAIGN is a CSV or TSV file with a header, or JSON Lines; plain, .gz or .zst; - for the standard
input. Columns: to, text (or --text), optionally from and tlv:0x1400; any other may stand in --text:
  salvo send offer.csv --account provider.toml --text 'Hello {name}, your code is {code}'

Results have a line a row: row,to,outcome,segments,status,status_name,message_ids,attempts,
submitted_at,answered_at,receipt_state,receipt_error,receipt_at. Outcomes: accepted, rejected,
unknown (it left and no answer came), unsent.

Ctrl-C stops in order and says what is left; a second one leaves at once.
Every flag can be given as a variable: SALVO_RATE=50 for --rate 50.

Exit codes: 0 all accepted, 2 usage or configuration, 3 campaign unreadable or too many bad rows,
4 cannot connect, 5 bind refused, 6 some rejected, 7 stopped with a rest, 9 nothing to do,
12 the platform lacks something, 13 unknown messages, 14 a file cannot be written, 130 interrupted,
1 anything else.)";

struct Flags {
  SendOptions options;
  std::string campaign;
  std::string account;
  std::string text;
  std::string stats = "5s";
  std::string style = "auto";
  std::string limit;
  bool dry_run = false;
  const CLI::Option* text_given = nullptr;
};

int Fail(const std::string& sentence) {
  std::fprintf(stderr, "salvo send: %s\n", sentence.c_str());
  return kExitUsage;
}

// Where bad rows go unless it is said: beside the campaign.
std::string DefaultRejects(const std::string& campaign) {
  return campaign == "-" || campaign.empty() ? "salvo.rejects.csv" : campaign + ".rejects.csv";
}

int Run(Flags& flags) {
  SendOptions& options = flags.options;
  if (flags.text_given->count() > 0) options.text = flags.text;
  if (options.to.empty() == flags.campaign.empty()) {
    return Fail("give a campaign file (or -), or --to with one number");
  }
  if (!options.to.empty() && !options.text) return Fail("--to needs --text");
  options.campaign = flags.campaign;
  if (options.rejects.empty()) options.rejects = DefaultRejects(flags.campaign);
  const auto stats = ParseTime(flags.stats);
  if (!stats.ok()) return Fail("--stats: " + std::string(stats.status().message()));
  options.stats_s = static_cast<double>(*stats) / io::kNanosPerSecond;
  options.style = ChooseStyle(flags.style);
  std::vector<std::string> warnings;
  auto accounts = ReadAccountFile(flags.account, &warnings);
  if (!accounts.ok()) return Fail(std::string(accounts.status().message()));
  options.accounts = *std::move(accounts);
  for (const std::string& warning : warnings) {
    std::fprintf(stderr, "salvo send: warning: %s\n", warning.c_str());
  }
  return flags.dry_run ? RunDry(options) : RunSend(options);
}

}  // namespace

void AddSendCommand(CLI::App& app, int* exit_code) {
  auto flags = std::make_shared<Flags>();
  SendOptions& options = flags->options;
  CLI::App* send = app.add_subcommand("send", "Send a campaign");
  send->footer(kFooter);
  send->add_option("CAMPAIGN", flags->campaign, "File with a row a message, or -");
  send->add_option("--account", flags->account, "TOML file with the account or accounts")
      ->required()
      ->envname("SALVO_ACCOUNT");
  send->add_option("--rate", options.rate, "Segments a second over all accounts")
      ->check(CLI::Range(0.0, 1e8))
      ->envname("SALVO_RATE");
  send->add_option("--shards", options.shards, "Threads that send; default one a core")
      ->check(CLI::Range(1, 1024))
      ->envname("SALVO_SHARDS");
  flags->text_given =
      send->add_option("--text", flags->text, "Text with {columns} of the campaign in it")
          ->envname("SALVO_TEXT");
  send->add_option("--to", options.to, "Send one message to this number")->envname("SALVO_TO");
  send->add_option("--from", options.from, "Sender of rows that have none")->envname("SALVO_FROM");
  send->add_option("--limit", options.limit, "Stop after so many rows")->envname("SALVO_LIMIT");
  send->add_flag("--dry-run", flags->dry_run, "Tell rows, segments and time; send nothing")
      ->envname("SALVO_DRY_RUN");
  send->add_option("--results", options.results, "A line a row: CSV, or JSON Lines if named .jsonl")
      ->envname("SALVO_RESULTS");
  send->add_option("--rejects", options.rejects, "Bad rows and why; default beside the campaign")
      ->envname("SALVO_REJECTS");
  send->add_option("--max-bad-rows", options.max_bad_rows, "Stop when there are more")
      ->capture_default_str()
      ->envname("SALVO_MAX_BAD_ROWS");
  send->add_flag("--json", options.json, "JSON Lines on stdout; the last is the summary")
      ->envname("SALVO_JSON");
  send->add_option("--style", flags->style, "Of what is shown on the terminal")
      ->check(CLI::IsMember({"auto", "full", "basic", "nocolor"}))
      ->capture_default_str()
      ->envname("SALVO_STYLE");
  send->add_option("--stats", flags->stats, "How often progress is told off a terminal")
      ->capture_default_str()
      ->envname("SALVO_STATS");
  send->callback([flags, exit_code] { *exit_code = Run(*flags); });
}

}  // namespace salvo::tools
