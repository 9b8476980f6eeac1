#include "tools/bench_command.h"

#include <memory>
#include <string>
#include <vector>

#include "io/address.h"
#include "salvo/preview.h"
#include "tools/account/one_account.h"
#include "tools/bench/bench.h"
#include "tools/command_line.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/parse.h"

namespace salvo::tools {
namespace {

constexpr const char* kBenchFooter =
    R"(Sends messages from memory over the library, as a program that embeds it does, to a simulator of
its own on another core, and tells how many a second were answered, at what processor time and memory,
and how long answers took. Lists separated by commas are scanned in all combinations:

  salvo bench --window 10,100,1000 --journal off,process,power --out bench.json
  salvo plan --messages 1000000 --rtt 80ms --from bench.json   # or from what --json printed

Every round of a setting is three runs, each in a process of its own: the floor, a raw client that
only pushes encoded octets over plain TCP with the same window to the same simulator; the sender at
full speed; and the sender at a share of that speed (--load), for the latency. There, messages are due
at fixed times, in a group every millisecond where they are more, and latency counts from when a
message was due, so that what waits behind a slow answer is counted, too. Figures are medians of the
rounds; the share of the floor is that of each round's own floor, for machines change their mind:
compare shares, not rates. It can be above 1 where the window is small: the floor hands it on as a
whole and waits, the sender in bites, so that both sides work at once.

CPU us is the sender's processor time a segment, and floors how many times the floor's that is.

A setting whose rounds differ by more than --max-spread, or whose processors the hypervisor took away,
is marked as noisy, in the JSON, too.

A real SMSC: --account FILE, or --host ADDRESS:PORT with the account demo:demo of a salvo sim that runs
elsewhere. It is sent real messages that cost what messages cost: --to and a rate, --rate or the
account's, are wanted, and --messages limits each run, of which there is one a round. What is refused is
not sent again, and where everything is, the bench ends with its status. The floor stays that of this machine.

Exit codes: 0, 2 usage or configuration, 4 cannot connect, 5 bind refused, 12 the platform lacks
something, 14 a file cannot be written, 130 interrupted, 1 anything else.)";

constexpr uint32_t kMostText = 1600;
constexpr uint32_t kMostBinds = 1000;
constexpr uint32_t kMostShards = 1024;
constexpr size_t kMostSettings = 500;

// As they were given.
struct BenchFlags {
  bench::Options options;
  std::string window;
  std::string binds;
  std::string shards;
  std::string text_length;
  std::string tls;
  std::string journal;
  std::string delay;
  std::string time;
  std::string warm_up;
  std::string load;
  std::string max_spread;
  std::string to;
  std::string account;
  std::string name;
  std::string host;
};

// Understands a flag that was given; what is wrong with it, with its name, or "".
template <class Value, class Parse>
std::string Take(const char* flag, const std::string& text, Parse parse, Value* value) {
  if (text.empty()) return "";
  auto parsed = parse(text);
  if (!parsed.ok()) return std::string(flag) + ": " + TextOf(parsed.status());
  *value = *std::move(parsed);
  return "";
}

auto UpTo(uint32_t most) {
  return [=](const std::string& text) { return bench::ParseNumbers(text, most); };
}

absl::StatusOr<double> ParseSeconds(const std::string& text) {
  const auto time = ParseTime(text);
  if (!time.ok()) return time.status();
  return static_cast<double>(*time) / io::kNanosPerSecond;
}

absl::StatusOr<double> ParsePercent(const std::string& text) {
  const auto share = ParseShare(text);
  if (!share.ok()) return share.status();
  return 100 * *share;
}

std::string TakeScan(const BenchFlags& flags, bench::Scan* scan) {
  const std::string faults[] = {
      Take("--window", flags.window, UpTo(plan::kMostWindow), &scan->windows),
      Take("--binds", flags.binds, UpTo(kMostBinds), &scan->binds),
      Take("--shards", flags.shards, UpTo(kMostShards), &scan->shards),
      Take("--text-length", flags.text_length, UpTo(kMostText), &scan->text_octets),
      Take("--tls", flags.tls, bench::ParseSwitches, &scan->tls),
      Take("--journal", flags.journal, bench::ParseLevels, &scan->journals),
      Take("--delay", flags.delay, bench::ParseDelays, &scan->delays),
  };
  for (const std::string& fault : faults) {
    if (!fault.empty()) return fault;
  }
  return "";
}

std::string TakeTimes(const BenchFlags& flags, bench::Options* options) {
  const std::string faults[] = {
      Take("--time", flags.time, ParseSeconds, &options->time_s),
      Take("--warm-up", flags.warm_up, ParseSeconds, &options->warm_up_s),
      Take("--load", flags.load, ParseShare, &options->load_share),
      Take("--max-spread", flags.max_spread, ParsePercent, &options->noise.spread_percent),
  };
  for (const std::string& fault : faults) {
    if (!fault.empty()) return fault;
  }
  if (options->time_s <= 0) return "--time: nothing can be measured in no time";
  if (options->load_share <= 0) return "--load: give a share above 0, such as 50%";
  if (!flags.load.empty() && options->rate > 0) return "--load: there is no full speed with --rate";
  // Fewer answers of each place of a window, and its rate would be a matter of chance.
  constexpr double kLeastDelays = 10;
  const io::Nanos longest = std::ranges::max(options->scan.delays);
  const double least = kLeastDelays * static_cast<double>(longest) / io::kNanosPerSecond;
  if (options->time_s < least) {
    return "--delay: " + HumanTime(static_cast<double>(longest) / io::kNanosPerSecond) +
           " needs --time of " + HumanTime(least) + " or more, ten times as long";
  }
  return "";
}

// The account of --account and --host.
absl::StatusOr<AccountOptions> RealAccount(const BenchFlags& flags) {
  AccountOptions account;
  account.system_id = account.password = "demo";
  account.source_addr = "SALVO";
  if (!flags.account.empty()) {
    std::vector<std::string> warnings;
    auto chosen = ReadOneAccount(flags.account, flags.name, &warnings);
    if (!chosen.ok()) return chosen.status();
    for (const std::string& warning : warnings) Warn("bench", warning);
    account = *std::move(chosen);
  }
  if (flags.host.empty()) return account;
  const auto endpoint = io::ParseEndpoint(flags.host);
  if (!endpoint.ok()) return OfFlag("--host", endpoint.status());
  account.hosts = {{endpoint->host, endpoint->port}};
  return account;
}

// Whom messages go to, where it is not our own simulator.
std::string TakeTarget(const BenchFlags& flags, bench::Options* options) {
  if (flags.account.empty() && flags.host.empty()) {
    return flags.name.empty() && flags.to.empty()
               ? ""
               : "--name and --to go with --account or --host: the simulator needs neither";
  }
  for (const auto& [flag, text] : {std::pair{"--tls", &flags.tls}, {"--delay", &flags.delay}}) {
    if (text->empty()) continue;
    return std::string(flag) + " is of the simulator: the account says how its SMSC is reached";
  }
  auto account = RealAccount(flags);
  if (!account.ok()) return TextOf(account.status());
  if (flags.to.empty()) return "give the number that all messages go to with --to: they are real";
  Message message;
  message.to = flags.to;
  message.text = "x";
  const MessagePreview preview = Preview(*account, message);
  if (preview.fault) return "--to '" + flags.to + "': " + std::string(preview.fault->reason);
  options->to = flags.to;
  if (options->rate == 0) options->rate = account->rate;
  if (options->rate == 0) {
    return "give --rate: a real SMSC is not sent to without a limit, and the account has none";
  }
  bench::Scan& scan = options->scan;
  if (flags.window.empty()) scan.windows = {account->window};
  if (flags.binds.empty()) scan.binds = {account->binds};
  scan.tls = {account->tls.enabled};
  options->account = *std::move(account);
  return "";
}

std::string Understand(BenchFlags& flags) {
  bench::Options& options = flags.options;
  if (std::string fault = TakeScan(flags, &options.scan); !fault.empty()) return fault;
  if (std::string fault = TakeTimes(flags, &options); !fault.empty()) return fault;
  if (std::string fault = TakeTarget(flags, &options); !fault.empty()) return fault;
  const size_t settings = bench::Combine(options.scan).size();
  if (settings == 0) return "--shards: there is nothing to do for more of them than --binds";
  if (settings > kMostSettings) {
    return "these are " + std::to_string(settings) + " settings: scan fewer values at a time";
  }
  return "";
}

int RunBench(BenchFlags& flags) {
  if (const std::string fault = Understand(flags); !fault.empty()) {
    return Fail("bench", kExitUsage, fault);
  }
  flags.options.version = SALVO_VERSION;
  return bench::RunBench(flags.options);
}

void AddScans(CLI::App* bench, BenchFlags* flags) {
  const auto add = [&](const char* name, std::string& value, const char* type, const char* help) {
    bench->add_option(name, value, help)->type_name(type)->group("Scanned, lists with commas");
  };
  add("--window", flags->window, "N,N", "Unanswered submit_sm of a bind; default 10,100,1000");
  add("--binds", flags->binds, "N,N", "Connections; default 1");
  add("--shards", flags->shards, "N,N", "Threads that send, at most one a bind; default 1");
  add("--text-length", flags->text_length, "N,N", "Characters of a message; default 100");
  add("--tls", flags->tls, "off,on", "TLS to the simulator; default off");
  add("--journal", flags->journal, "off,process,power", "What is kept; default process");
  add("--delay", flags->delay, "TIME,TIME", "How late the simulator answers; default 0");
}

void AddMethod(CLI::App* bench, BenchFlags* flags) {
  bench::Options& options = flags->options;
  bench->add_option("--repeats", options.repeats, "Rounds of each setting; default 3")
      ->type_name("N")
      ->check(Whole(1, 1000));
  bench->add_option("--time", flags->time, "Measured of each run; default 2s")->type_name("TIME");
  bench->add_option("--warm-up", flags->warm_up, "Of each run, before; default 500ms")
      ->type_name("TIME");
  bench->add_option("--load", flags->load, "Share of full speed for the latency; default 50%")
      ->type_name("SHARE");
  bench->add_option("--rate", options.rate, "Messages a second, in place of full speed")
      ->type_name("N")
      ->check(Number(kHighestRate));
  bench->add_option("--messages", options.most_messages, "Of each run, at most; default no limit")
      ->type_name("N")
      ->check(Whole(1, UINT64_MAX));
  bench
      ->add_option("--max-spread", flags->max_spread,
                   "Rounds that differ by more are noisy; default 15%")
      ->type_name("SHARE");
  bench->add_flag("--spin", options.spin, "Shards never sleep, as of send --spin");
  bench
      ->add_option("--folder", options.folder,
                   "On whose disk journals are while they are measured; default the current one")
      ->type_name("DIR");
}

void AddTarget(CLI::App* bench, BenchFlags* flags) {
  bench->add_option("--account", flags->account, "Send to the SMSC of this account file")
      ->type_name("FILE");
  bench->add_option("--name", flags->name, "Which account, where the file has several")
      ->type_name("NAME");
  bench->add_option("--host", flags->host, "Send to this one, in place of the account's")
      ->type_name("ADDRESS:PORT");
  bench->add_option("--to", flags->to, "The number that all messages go to")->type_name("NUMBER");
}

}  // namespace

void AddBenchCommand(CLI::App& app, int* exit_code) {
  auto flags = std::make_shared<BenchFlags>();
  CLI::App* bench =
      app.add_subcommand("bench", "Measure what this machine can send")->group("Commands");
  bench->footer(kBenchFooter);
  AddScans(bench, flags.get());
  AddMethod(bench, flags.get());
  AddTarget(bench, flags.get());
  bench->add_option("--out", flags->options.out, "Write the figures there, for plan --from")
      ->type_name("FILE");
  bench->add_flag("--json", flags->options.json, "JSON Lines on stdout; the last is the summary");
  bench->callback([flags, exit_code] { *exit_code = RunBench(*flags); });
}

}  // namespace salvo::tools
