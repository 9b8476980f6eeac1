#include "tools/send_command.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tools/account/account_file.h"
#include "tools/command_line.h"
#include "tools/common/descriptor_name.h"
#include "tools/common/exit_code.h"
#include "tools/common/parse.h"
#include "tools/common/whole_name.h"
#include "tools/send/collect.h"
#include "tools/send/run.h"

namespace salvo::tools {
namespace {

constexpr const char* kSendFooter =
    R"(CAMPAIGN is a file with a header and fields between commas, semicolons or tabs, or JSON Lines;
plain, .gz or .zst; - for the standard input. Columns: to, text (or --text), optionally from and
tlv:0x1400; any other may stand in --text:
  salvo send offer.csv --account provider.toml --text 'Hello {name}, your code is {code}'

Results have a line a row, but for bad ones: row,to,outcome,segments,status,status_name,message_ids,
attempts,submitted_at,answered_at,receipt_state,receipt_error,receipt_at. Outcomes: accepted,
rejected, unknown (it left and no answer came), unsent. Bad rows, and why, are in the rejects.

Receipts are matched to their rows: with --wait-receipts 10m the binds stay up for them, and ctrl-C
ends that; 'salvo receipts' collects what comes later. The receipt columns are filled when the run
ends, in a copy of the results that replaces them: 16 octets of memory a row until then. A pipe or a
device cannot be replaced: as JSON Lines it gets a line for each receipt (message_type receipt), as
CSV nothing. DELIVERED, UNDELIVERABLE, EXPIRED, DELETED, REJECTED, SKIPPED are final; a row with
several segments is DELIVERED when all are, and has the state of the first that failed.

What the SMSC refuses for now is sent again later: 'salvo help retries'. When it says that this is
too fast, the account slows down by itself and comes back.

What was sent is remembered in CAMPAIGN.journal: 'salvo resume' goes on after a stop, a crash or a
kill, and sends nothing again that was settled. With --sync power this outlasts a loss of power,
too: nothing leaves and nothing is shown before it is on the disk. --sync off does without. A pipe
has a journal when --journal names one: what it brings is kept there.

--connector-log and --pdu-log write down what passes between you and the SMSC, without passwords;
what a slow disk has no time for is dropped and counted in the log. docs/logs.md explains the lines.

--style full is a live view in colour, nocolor the same without, basic plain lines; auto is basic
off a terminal or where TERM is dumb, nocolor where NO_COLOR is set, else full.

Ctrl-C stops in order and says what is left; a second one leaves at once. SIGHUP reads [retry] and
rate of the account file anew, and opens the logs anew.
Every flag can be given as a variable: SALVO_RATE=50 for --rate 50.

Exit codes: 0 all accepted, 2 usage or configuration, 3 campaign unreadable or too many bad rows,
4 cannot connect, 5 bind refused, 6 some rejected, 7 not all was sent, 9 nothing to do,
10 no such journal, 11 journal in use, 12 the platform lacks something, 13 unknown messages,
14 a file cannot be written, 130 interrupted, 1 anything else.)";

struct SendFlags {
  SendOptions options;
  std::string campaign;
  std::string account;
  std::string text;
  std::string stats = "5s";
  std::string style = "auto";
  std::string brake_share = "90%";
  std::string sync = "process";
  std::string on_unknown = "hold";
  std::string wait_receipts = "0";
  LogFlags logs;
  bool transceiver = false;  // salvo receipts: not as a receiver
  bool dry_run = false;
  const CLI::App* command = nullptr;
  const CLI::Option* text_given = nullptr;
};

const char* NameOf(const SendOptions& options) {
  if (options.only_receipts) return "receipts";
  return options.goes_on ? "resume" : "send";
}

int Refuse(const SendOptions& options, const std::string& sentence) {
  return Fail(NameOf(options), kExitUsage, sentence);
}

// SALVO_MAX_BAD_ROWS for max-bad-rows.
std::string VariableOf(std::string name) {
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return "SALVO_" + name;
}

// The flags as they were given, by whatever way, for those who go on with the campaign.
std::vector<std::string> Arguments(const SendFlags& flags) {
  const std::set<std::string> others = {"journal", "again", "help"};
  std::vector<std::string> arguments;
  for (const CLI::Option* option : flags.command->get_options()) {
    if (option->count() == 0) continue;
    if (option->get_lnames().empty()) continue;
    const std::string& name = option->get_lnames().front();
    if (others.contains(name)) continue;
    for (const std::string& value : option->results()) {
      // The parser takes what follows for the value of "--name=".
      arguments.push_back("--" + name + (value.empty() ? "" : "=" + value));
      if (value.empty()) arguments.emplace_back();
    }
  }
  if (flags.campaign.empty()) return arguments;
  // Its name may begin with a dash.
  arguments.emplace_back("--");
  arguments.push_back(flags.campaign);
  return arguments;
}

// Whether the campaign is what can be read only once: whoever goes on with it has other
// descriptors.
bool IsPipe(const std::string& campaign) {
  if (campaign == "-" || NamesADescriptor(campaign)) return true;
  std::error_code ignored;
  const auto kind = std::filesystem::status(campaign, ignored).type();
  return kind == std::filesystem::file_type::fifo ||
         kind == std::filesystem::file_type::character ||
         kind == std::filesystem::file_type::socket;
}

// Where bad rows go unless it is said: beside the campaign.
std::string DefaultRejects(const std::string& campaign) {
  const bool has_place = !campaign.empty() && !IsPipe(campaign);
  return has_place ? campaign + ".rejects.csv" : "salvo.rejects.csv";
}

// Where the journal of a campaign is unless it is said: beside it.
std::string DefaultJournal(const SendFlags& flags) {
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(flags.campaign, ignored);
  return is_file && !IsPipe(flags.campaign) ? flags.campaign + ".journal" : "";
}

// What a new journal is to know of the campaign; why it cannot, or "".
std::string PrepareJournal(SendFlags& flags) {
  SendOptions& options = flags.options;
  if (flags.sync == "off" && !options.journal.empty() && !options.goes_on) {
    return "--sync off keeps no journal: leave out --journal, or --sync";
  }
  if (!options.goes_on && (flags.sync == "off" || flags.dry_run)) {
    options.journal.clear();
    return "";
  }
  options.sync = flags.sync == "power" ? Sync::kPower : Sync::kProcess;
  options.on_unknown = flags.on_unknown == "resend" ? OnUnknown::kResend : OnUnknown::kHold;
  if (options.goes_on) return "";
  // A shell that completes a folder's name adds a slash, behind which no other name can be made.
  while (options.journal.size() > 1 && options.journal.ends_with('/')) options.journal.pop_back();
  options.record.spooled = IsPipe(flags.campaign);
  if (options.journal.empty()) options.journal = DefaultJournal(flags);
  options.lacks_journal = options.journal.empty() && options.record.spooled;
  if (options.journal.empty()) return "";
  options.record.arguments = Arguments(flags);
  if (const std::string fault = FindFolder(&options.record.folder); !fault.empty()) {
    return fault + ", and a journal has to know it: go to one that is there, or give --sync off";
  }
  options.record.campaign = flags.campaign;
  if (flags.campaign.empty() || options.record.spooled) return "";
  const auto fingerprint = Fingerprint::Of(flags.campaign);
  if (fingerprint.ok()) options.record.fingerprint = *fingerprint;
  return "";
}

// salvo receipts: what is not of sending, and is not looked at again.
int Collect(SendFlags& flags) {
  for (AccountOptions& account : flags.options.accounts)
    account.bind_type = flags.transceiver ? BindType::kTransceiver : BindType::kReceiver;
  return CollectReceipts(flags.options);
}

int RunSend(SendFlags& flags) {
  SendOptions& options = flags.options;
  if (flags.text_given->count() > 0) {
    auto text = TextTemplate::Parse(flags.text);
    if (!text.ok()) return Refuse(options, "--text has " + TextOf(text.status()));
    options.text = *std::move(text);
  }
  if (flags.account.empty()) return Refuse(options, "give the account file with --account");
  if (options.to.empty() == flags.campaign.empty()) {
    return Refuse(options, "give a campaign file (or -), or --to with one number");
  }
  if (!options.to.empty() && !options.text) return Refuse(options, "--to needs --text");
  if (!options.to.empty() && !options.text->columns().empty()) {
    return Refuse(
        options, "--to has no columns, and --text names '" + options.text->columns().front() + "'");
  }
  options.campaign = flags.campaign;
  if (options.rejects.empty()) options.rejects = DefaultRejects(flags.campaign);
  const auto stats = ParseTime(flags.stats);
  if (!stats.ok()) return Refuse(options, "--stats: " + TextOf(stats.status()));
  options.stats_s = static_cast<double>(*stats) / io::kNanosPerSecond;
  options.style = ChooseStyle(flags.style);
  const auto brake_share = ParseShare(flags.brake_share);
  if (!brake_share.ok()) {
    return Refuse(options, "--brake-share: " + TextOf(brake_share.status()));
  }
  options.brake_share = *brake_share;
  const auto wait = ParseTime(flags.wait_receipts);
  if (!wait.ok()) return Refuse(options, "--wait-receipts: " + TextOf(wait.status()));
  options.wait_receipts = std::chrono::milliseconds(*wait / io::kNanosPerMilli);
  if (std::string fault = UnderstandLogFlags(flags.logs, &options.log); !fault.empty()) {
    return Refuse(options, fault);
  }
  // A share of nothing is always reached.
  if (options.brake_share == 0) options.brake_count = 0;
  options.account_file = flags.account;
  if (const std::string fault = PrepareJournal(flags); !fault.empty())
    return Refuse(options, fault);
  std::vector<std::string> warnings;
  std::vector<PasswordOrigin> origins;
  auto accounts = ReadAccountFile(flags.account, &warnings, &origins);
  if (!accounts.ok()) return Refuse(options, TextOf(accounts.status()));
  options.accounts = *std::move(accounts);
  options.account_files = FilesOf(flags.account, options.accounts, origins);
  for (const AccountOptions& a : options.accounts) options.record.accounts.push_back(a.name);
  for (const std::string& warning : warnings) {
    Warn(NameOf(options), warning);
  }
  if (options.only_receipts) return Collect(flags);
  return flags.dry_run ? RunDry(options) : RunSend(options);
}

// A flag and the variable of its name.
class Declare {
 public:
  explicit Declare(CLI::App* command) : command_(command) {}

  template <class T>
  CLI::Option* Value(const std::string& name, T& value, const std::string& text) const {
    return command_->add_option("--" + name, value, text)->envname(VariableOf(name));
  }
  void Switch(const std::string& name, bool& value, const std::string& text) const {
    command_->add_flag("--" + name, value, text)->envname(VariableOf(name));
  }

 private:
  CLI::App* command_;
};

void DeclareSendingFlags(Declare declare, SendFlags* flags) {
  SendOptions& options = flags->options;
  declare.Value("account", flags->account, "TOML file with the account or accounts")
      ->type_name("FILE");
  declare.Value("rate", options.rate, "Segments a second over all accounts; default no limit")
      ->type_name("N")
      ->check(Number(kHighestRate));
  declare
      .Value("shards", options.shards, "Threads that send; default one a core, at most one a bind")
      ->type_name("N")
      ->check(Whole(1, 1024));
  declare.Switch("spin", options.spin, "Never sleep: faster, and a busy core a shard");
}

void DeclareMessageFlags(Declare declare, SendFlags* flags) {
  SendOptions& options = flags->options;
  flags->text_given =
      declare
          .Value("text", flags->text, "Text of every row; {name} is the column name, {{ a brace")
          ->type_name("TEMPLATE");
  declare.Value("to", options.to, "Send one message, of --text, to this number")
      ->type_name("NUMBER");
  declare.Value("from", options.from, "Sender of rows that have none; default that of the account")
      ->type_name("SENDER");
  declare.Value("limit", options.limit, "Stop after so many rows")
      ->type_name("N")
      ->check(Whole(1, UINT64_MAX));
  declare.Switch("dry-run", flags->dry_run, "Tell rows, segments and time; send nothing");
}

void DeclareResultFlags(Declare declare, SendFlags* flags) {
  SendOptions& options = flags->options;
  declare.Value("results", options.results, "A line a row: CSV, or JSON Lines if named .jsonl")
      ->type_name("FILE");
  declare.Value("rejects", options.rejects, "Bad rows and why; default CAMPAIGN.rejects.csv")
      ->type_name("FILE");
  declare.Value("max-bad-rows", options.max_bad_rows, "Stop when there are more; default 1000")
      ->type_name("N")
      ->check(Whole(0, UINT64_MAX));
  declare
      .Value("brake-count", options.brake_count,
             "First answers that the brake looks at; 0 for none; default 200")
      ->type_name("N")
      ->check(Whole(0, 1'000'000));
  declare
      .Value("brake-share", flags->brake_share,
             "Stop when so many of those are refusals; default 90%")
      ->type_name("SHARE");
}

void DeclareJournalFlags(Declare declare, SendFlags* flags) {
  SendOptions& options = flags->options;
  declare.Value("journal", options.journal, "Directory that remembers; default CAMPAIGN.journal")
      ->type_name("DIR");
  declare.Value("sync", flags->sync, "What the journal outlasts; off keeps none; default process")
      ->type_name("process|power|off")
      ->check(CLI::IsMember({"process", "power", "off"}).description(""));
  declare
      .Value("on-unknown", flags->on_unknown, "What resume does with unknown rows; default hold")
      ->type_name("hold|resend")
      ->check(CLI::IsMember({"hold", "resend"}).description(""));
  declare
      .Value("wait-receipts", flags->wait_receipts,
             "Stay bound so long for receipts after the last answer; default 0")
      ->type_name("TIME");
  declare
      .Value("max-waiting-receipts", options.max_waiting_receipts,
             "Segments whose receipts memory has room for; default 10000000")
      ->type_name("N")
      ->check(Whole(1, UINT32_MAX));
  declare.Switch("again", options.again, "Send a campaign that was finished once more");
}

void DeclareViewFlags(Declare declare, SendFlags* flags) {
  SendOptions& options = flags->options;
  declare.Switch("json", options.json, "JSON Lines on stdout; the last is the summary");
  declare.Value("style", flags->style, "How a terminal shows progress; default auto")
      ->type_name("auto|full|basic|nocolor")
      ->check(CLI::IsMember({"auto", "full", "basic", "nocolor"}).description(""));
  declare.Value("stats", flags->stats, "Time between lines of progress, and of JSON; default 5s")
      ->type_name("TIME");
}

void DeclareFlags(CLI::App* send, SendFlags* flags) {
  flags->command = send;
  send->add_option("CAMPAIGN", flags->campaign, "File with a row a message, or -")
      ->type_name("FILE");
  const Declare declare(send);
  DeclareSendingFlags(declare, flags);
  DeclareMessageFlags(declare, flags);
  DeclareResultFlags(declare, flags);
  DeclareJournalFlags(declare, flags);
  DeclareViewFlags(declare, flags);
  DeclareLogFlags(*send, flags->logs);
}

}  // namespace

void AddSendCommand(CLI::App& app, int* exit_code) {
  auto flags = std::make_shared<SendFlags>();
  CLI::App* send = app.add_subcommand("send", "Send a campaign")->group("Commands");
  send->footer(kSendFooter);
  DeclareFlags(send, flags.get());
  send->callback([flags, exit_code] { *exit_code = RunSend(*flags); });
}

int GoOn(const GoOnOptions& go_on) {
  SendFlags flags;
  SendOptions& options = flags.options;
  options.goes_on = true;
  options.only_receipts = go_on.only_receipts;
  options.record.spooled = go_on.spooled;
  CLI::App send;
  DeclareFlags(&send, &flags);
  // The campaign was begun with those of its time.
  for (CLI::Option* option : send.get_options()) option->envname("");
  std::vector<std::string> arguments = go_on.arguments;
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    send.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return Refuse(options, "the journal '" + go_on.journal +
                               "' has flags of another version: " + error.what());
  }
  options.journal = go_on.journal;
  if (!go_on.on_unknown.empty()) flags.on_unknown = go_on.on_unknown;
  if (go_on.max_bad_rows) options.max_bad_rows = *go_on.max_bad_rows;
  flags.transceiver = go_on.transceiver;
  if (go_on.only_receipts) flags.wait_receipts = go_on.wait_receipts;
  flags.logs.Override(go_on.logs);
  if (go_on.json) options.json = true;
  if (!go_on.style.empty()) flags.style = go_on.style;
  if (!go_on.stats.empty()) flags.stats = go_on.stats;
  return RunSend(flags);
}

}  // namespace salvo::tools
