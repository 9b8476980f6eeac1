#include "tools/plan_command.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/account/one_account.h"
#include "tools/command_line.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/parse.h"
#include "tools/common/shell_word.h"
#include "tools/plan/measurements.h"
#include "tools/plan/plan.h"
#include "tools/plan/report.h"
#include "tools/send/look_through.h"

namespace salvo::tools {
namespace {

constexpr const char* kPlanFooter =
    R"(Tells when a campaign would be through, what holds it back, and what it takes of windows, binds,
disk and memory. Nothing is sent and no socket is opened.

What is to be sent: --messages, or a campaign file, whose segments are counted as send --dry-run
does. Over what: --rate, --window, --binds, or those of the account file, whose defaults hold as they
do for send. A flag stands in place of the account's key: what if. What is neither given nor in an
account file is not fixed, and the plan says what it has to be.

  salvo plan --messages 1000000 --rate 1000 --rtt 80ms
  salvo plan spring.csv --account provider.toml --rtt 80ms --hours 09:00-20:00 --deadline 18:00

A rate needs rate x round trip places: window x binds. A place is one of a submit_sm: of a segment, or
with concatenation "payload" of a message. Binds come up one after another, reconnect.bind_interval of
the account apart. With --sync power a submit_sm also holds its place until its intent is synced: one and
a half --sync-time on average, for the next sync covers it.
--rtt is from a submit_sm to its answer: salvo doctor --to and the live view of salvo send show it.

--deadline solves backwards: the rate, the window and the binds that would make it. --from takes what
salvo bench --out measured, at full speed against its own simulator: this machine is a limit then, too,
and its processor time is told.

Exit codes: 0, and 8 when the deadline would be missed; 2 usage or configuration, 3 campaign
unreadable.)";

constexpr uint64_t kMostMessages = 1'000'000'000'000;
constexpr double kMostReceipts = 100;
constexpr double kMostSegments = 255;
constexpr uint64_t kLongestId = 64;  // SMPP 3.4 section 5.2.23, without its end

// As they were given; "" and no value: not at all.
struct PlanFlags {
  std::string campaign;
  std::optional<uint64_t> messages;
  std::optional<double> segments_per_message;
  std::string account;
  std::string name;
  std::optional<std::string> text;
  std::optional<double> rate;
  std::optional<double> bind_rate;
  std::optional<uint32_t> window;
  std::optional<uint32_t> binds;
  std::string rtt;
  std::string start;
  std::string hours;
  std::string deadline;
  std::optional<double> receipts;
  std::string receipt_delay;
  std::optional<uint32_t> id_length;
  std::string sync = "process";
  std::string sync_time;
  bool no_results = false;
  bool tls = false;
  std::string from;
  bool json = false;
};

// Told to people with the code to exit with.
struct Fault {
  std::string sentence;
  int code = kExitUsage;
};
using MaybeFault = std::optional<Fault>;

MaybeFault TakeTime(const char* flag, const std::string& text, double* seconds) {
  if (text.empty()) return std::nullopt;
  const auto time = ParseTime(text);
  if (!time.ok()) return Fault{std::string(flag) + ": " + TextOf(time.status())};
  *seconds = static_cast<double>(*time) / io::kNanosPerSecond;
  return std::nullopt;
}

// The one that is planned for.
MaybeFault ChooseAccount(const PlanFlags& flags, AccountOptions* account) {
  if (flags.account.empty() && !flags.name.empty()) {
    return Fault{"--name needs --account, the file that has it"};
  }
  if (flags.account.empty()) return std::nullopt;
  std::vector<std::string> warnings;
  auto chosen = ReadOneAccount(flags.account, flags.name, &warnings);
  if (!chosen.ok()) return Fault{TextOf(chosen.status())};
  for (const std::string& warning : warnings) Warn("plan", warning);
  *account = *std::move(chosen);
  return std::nullopt;
}

// Seconds from a bind that sends to the next: every connection takes its turn.
double SendingBindInterval(const AccountOptions& account) {
  const std::chrono::duration<double> interval = account.reconnect.bind_interval;
  return account.bind_type == BindType::kTransmitterAndReceiver ? 2 * interval.count()
                                                                : interval.count();
}

// What the account fixes, and what the flags put in its place.
void TakeLimits(const PlanFlags& flags, const AccountOptions& account, plan::Demand* demand) {
  if (!flags.account.empty()) {
    if (account.rate > 0) demand->rate = account.rate;
    demand->bind_rate = account.bind_rate;
    demand->in_one = account.long_messages == LongMessages::kPayload;
    demand->window = account.window;
    demand->binds = account.binds;
    const bool gets_them = account.bind_type != BindType::kTransmitter;
    const bool wants_them = account.registered_delivery != 0;
    demand->receipts = gets_them && wants_them ? 1 : 0;
    if (wants_them && !gets_them) Warn("plan", "bind_type \"transmitter\" gets no receipts");
  }
  demand->bind_interval_s = SendingBindInterval(account);
  if (flags.id_length) demand->id_length = *flags.id_length;
  if (flags.rate) demand->rate = flags.rate;
  if (flags.bind_rate) demand->bind_rate = *flags.bind_rate;
  if (flags.window) demand->window = flags.window;
  if (flags.binds) demand->binds = flags.binds;
  demand->receipts = flags.receipts.value_or(demand->receipts);
  demand->journal = *plan::JournalLevelOf(flags.sync);
  demand->results = !flags.no_results;
}

MaybeFault CountCampaign(const PlanFlags& flags, const AccountOptions& account,
                         plan::Demand* demand) {
  CampaignOptions campaign;
  campaign.source.path = flags.campaign;
  if (flags.text) {
    auto text = TextTemplate::Parse(*flags.text);
    if (!text.ok()) return Fault{"--text has " + TextOf(text.status())};
    campaign.text_template = *std::move(text);
  }
  Rejects rejects("", UINT64_MAX);
  std::vector<DryRun> runs = {{account, 0}};
  const auto rows = LookThrough(campaign, &rejects, &runs);
  if (!rows.ok()) return Fault{TextOf(rows.status()), kExitCampaign};
  if (rejects.count() > 0) {
    Warn("plan", "without " + Counted(rejects.count(), "bad row") +
                     ", which cannot be sent; the first: " + rejects.FirstReason());
  }
  demand->messages = *rows - rejects.count();
  demand->segments = runs.front().segments();
  if (demand->segments > 0) return std::nullopt;
  return Fault{"'" + flags.campaign + "' has no row that can be sent", kExitCampaign};
}

MaybeFault TakeMessages(const PlanFlags& flags, const AccountOptions& account,
                        plan::Demand* demand) {
  if (flags.campaign.empty() == !flags.messages) {
    return Fault{"give a campaign file, or how many messages with --messages"};
  }
  if (!flags.campaign.empty()) {
    if (!flags.segments_per_message) return CountCampaign(flags, account, demand);
    return Fault{"--segments-per-message goes with --messages: a campaign's are counted"};
  }
  if (flags.text) return Fault{"--text goes with a campaign file"};
  if (flags.segments_per_message && *flags.segments_per_message < 1) {
    return Fault{"--segments-per-message: no message has less than one"};
  }
  demand->messages = *flags.messages;
  const double segments =
      static_cast<double>(demand->messages) * flags.segments_per_message.value_or(1);
  demand->segments = static_cast<uint64_t>(segments + 0.5);
  return std::nullopt;
}

// What --from says of a machine that sends like this.
MaybeFault TakeMachine(const PlanFlags& flags, bool tls, plan::Demand* demand) {
  if (flags.from.empty() && flags.tls) return Fault{"--tls says which run of --from is meant"};
  if (flags.from.empty()) return std::nullopt;
  const auto cases = plan::ReadMeasurements(flags.from);
  if (!cases.ok()) return Fault{"--from: " + TextOf(cases.status())};
  const auto fastest = plan::FastestCase(*cases, demand->journal, tls);
  if (!fastest) {
    const std::string how = "--journal " + flags.sync + (tls ? " --tls on" : " --tls off");
    return Fault{"--from: '" + flags.from +
                 "' has no run like this: measure one with salvo bench " + how + " --out " +
                 ShellWord(flags.from)};
  }
  if (fastest->noisy) Warn("plan", "the machine was noisy when '" + flags.from + "' was measured");
  demand->machine = plan::Machine{fastest->segments_per_s, fastest->cpu_ns, Describe(*fastest)};
  if (flags.sync_time.empty() && fastest->sync_s > 0) demand->sync_s = fastest->sync_s;
  return std::nullopt;
}

MaybeFault TakeMoments(const PlanFlags& flags, plan::Times* times) {
  times->zone = absl::LocalTimeZone();
  const absl::Time now = absl::Now();
  times->start = now;
  const auto take = [&](const char* flag, const std::string& text, absl::Time from,
                        absl::Time* moment) -> MaybeFault {
    const auto parsed = plan::ParseMoment(text, from, times->zone);
    if (!parsed.ok()) return Fault{std::string(flag) + ": " + TextOf(parsed.status())};
    *moment = *parsed;
    return std::nullopt;
  };
  if (!flags.start.empty()) {
    if (auto fault = take("--start", flags.start, now, &times->start)) return fault;
  }
  if (!flags.hours.empty()) {
    const auto hours = plan::ParseHours(flags.hours, times->start, times->zone);
    if (!hours.ok()) return Fault{"--hours: " + TextOf(hours.status())};
    times->hours = *hours;
  }
  if (flags.deadline.empty()) return std::nullopt;
  absl::Time deadline;
  if (auto fault = take("--deadline", flags.deadline, times->start, &deadline)) return fault;
  times->deadline = deadline;
  return std::nullopt;
}

MaybeFault Understand(const PlanFlags& flags, plan::Demand* demand, plan::Times* times) {
  constexpr double kUsualSync = 0.001;
  demand->sync_s = kUsualSync;
  AccountOptions account;
  if (auto fault = ChooseAccount(flags, &account)) return fault;
  TakeLimits(flags, account, demand);
  if (auto fault = TakeTime("--rtt", flags.rtt, &demand->round_trip_s)) return fault;
  if (auto fault = TakeTime("--receipt-delay", flags.receipt_delay, &demand->receipt_delay_s)) {
    return fault;
  }
  if (auto fault = TakeTime("--sync-time", flags.sync_time, &demand->sync_s)) return fault;
  if (auto fault = TakeMoments(flags, times)) return fault;
  if (auto fault = TakeMachine(flags, flags.tls || account.tls.enabled, demand)) return fault;
  return TakeMessages(flags, account, demand);
}

int RunPlan(const PlanFlags& flags) {
  plan::Demand demand;
  plan::Times times;
  if (const MaybeFault fault = Understand(flags, &demand, &times))
    return Fail("plan", fault->code, fault->sentence);
  const auto plan = plan::MakePlan(demand, times);
  if (!plan.ok()) return Fail("plan", kExitUsage, plan.status());
  if (flags.json) {
    std::fputs(plan::Json(*plan).c_str(), stdout);
  } else {
    for (const std::string& line : plan::Lines(*plan)) std::printf("%s\n", line.c_str());
  }
  return plan->missed.empty() ? kExitOk : kExitMissed;
}

void AddDemand(CLI::App* plan, PlanFlags* flags) {
  plan->add_option("CAMPAIGN", flags->campaign, "File with a row a message")->type_name("FILE");
  plan->add_option("--messages", flags->messages, "How many, in place of a campaign file")
      ->type_name("N")
      ->check(Whole(1, kMostMessages));
  plan->add_option("--segments-per-message", flags->segments_per_message,
                   "Of --messages, on average; default 1")
      ->type_name("N")
      ->check(Number(kMostSegments));
  plan->add_option("--text", flags->text, "Text of every row of the campaign, as for send")
      ->type_name("TEMPLATE");
  plan->add_option("--receipts", flags->receipts,
                   "Receipts of a submit_sm; default 1, or 0 where the account asks for none")
      ->type_name("N")
      ->check(Number(kMostReceipts));
  plan->add_option(
          "--id-length", flags->id_length,
          "Characters of the SMSC's message ids, which journal and results hold; default 10")
      ->type_name("N")
      ->check(Whole(1, kLongestId));
  plan->add_option("--receipt-delay", flags->receipt_delay,
                   "From an answer to its receipt; default: all come after the last answer")
      ->type_name("TIME")
      ->check(NotEmpty());
}

void AddLimits(CLI::App* plan, PlanFlags* flags) {
  plan->add_option("--account", flags->account, "TOML file with the account")
      ->type_name("FILE")
      ->check(NotEmpty());
  plan->add_option("--name", flags->name, "Which account, where the file has several")
      ->type_name("NAME")
      ->check(NotEmpty());
  plan->add_option("--rtt", flags->rtt, "From a submit_sm to its answer; always wanted")
      ->type_name("TIME")
      ->check(NotEmpty());
  plan->add_option("--rate", flags->rate, "Segments a second that the account allows")
      ->type_name("N")
      ->check(Number(kHighestRate));
  plan->add_option("--bind-rate", flags->bind_rate, "Segments a second of each bind")
      ->type_name("N")
      ->check(Number(kHighestRate));
  plan->add_option("--window", flags->window, "Unanswered submit_sm of each bind")
      ->type_name("N")
      ->check(Whole(1, plan::kMostWindow));
  plan->add_option("--binds", flags->binds, "Connections")
      ->type_name("N")
      ->check(Whole(1, plan::kMostBinds));
}

void AddCircumstances(CLI::App* plan, PlanFlags* flags) {
  plan->add_option("--start", flags->start,
                   "18:00, '2026-11-22 18:00', or 4h from now; default now")
      ->type_name("WHEN")
      ->check(NotEmpty());
  plan->add_option("--hours", flags->hours,
                   "When of every day may be sent: 09:00-20:00, or 8h from the start on")
      ->type_name("HOURS")
      ->check(NotEmpty());
  plan->add_option("--deadline", flags->deadline,
                   "When it has to be through: like --start, or 4h after it")
      ->type_name("WHEN")
      ->check(NotEmpty());
  plan->add_option("--sync", flags->sync, "Level of the journal; default process")
      ->type_name("process|power|off")
      ->check(CLI::IsMember({"process", "power", "off"}).description(""));
  plan->add_option("--sync-time", flags->sync_time,
                   "Of the disk, at level power; default that of --from, else 1ms")
      ->type_name("TIME")
      ->check(NotEmpty());
  plan->add_flag("--no-results", flags->no_results, "No results file will be written");
  plan->add_flag("--tls", flags->tls,
                 "Look in --from for a run over TLS, as for an account with it");
  plan->add_option("--from", flags->from, "What this machine can do: written by salvo bench --out")
      ->type_name("FILE")
      ->check(NotEmpty());
  plan->add_flag("--json", flags->json, "A JSON object on stdout");
}

}  // namespace

void AddPlanCommand(CLI::App& app, int* exit_code) {
  auto flags = std::make_shared<PlanFlags>();
  CLI::App* plan = app.add_subcommand("plan", "Tell what a campaign would take")->group("Commands");
  plan->footer(kPlanFooter);
  AddDemand(plan, flags.get());
  AddLimits(plan, flags.get());
  AddCircumstances(plan, flags.get());
  plan->callback([flags, exit_code] { *exit_code = RunPlan(*flags); });
}

}  // namespace salvo::tools
