#include "tools/sim_command.h"

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/uring/uring_loop.h"
#include "tools/command_line.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/parse.h"
#include "tools/common/signals.h"
#include "tools/sim/firewall.h"
#include "tools/sim/scenario/director.h"
#include "tools/sim/scenario/scenario.h"
#include "tools/sim/server.h"
#include "tools/sim/settings/setting.h"
#include "tools/sim_help.h"

namespace salvo::tools {
namespace {

// At a time; more are closed when they come. The ring's completion queue is made for so many.
constexpr uint32_t kMostConnections = 4096;

// The flags as written, before they are understood.
struct SimFlags {
  // By name; what was not given has no values.
  std::map<std::string, std::vector<std::string>> settings;
  std::string listen = "127.0.0.1:2775";
  std::string scenario;
  std::string ledger;
  uint64_t seed = 1;
  std::string stats;
  bool json = false;
  bool drop_connects = false;
};

// The scenario's settings, then those of the flags.
absl::StatusOr<sim::Options> Understand(const SimFlags& flags, const sim::Scenario& scenario) {
  sim::Options options;
  absl::Status status = sim::Apply(scenario.at_start, &options);
  if (!status.ok()) return status;
  for (const sim::Setting& setting : sim::AllSettings()) {
    const std::vector<std::string>& values = flags.settings.at(setting.name);
    if (values.empty()) continue;
    status = sim::Take(setting, values, &options);
    if (!status.ok()) return absl::InvalidArgumentError("--" + std::string(status.message()));
    // What a scenario may still set is not missed.
    const bool misses = !setting.needs.empty() && flags.settings.at(setting.needs).empty();
    if (misses && flags.scenario.empty()) {
      return absl::InvalidArgumentError("--" + setting.name + " needs --" + setting.needs);
    }
  }
  options.seed = flags.seed;
  status = scenario.Check(options);
  if (!status.ok()) return status;
  return options;
}

// The loop of the process, for the signal handler to wake.
io::Loop* running_loop = nullptr;

void RunUntilStopped(io::Loop& loop, sim::Server& server, io::Nanos stats, const bool& failed) {
  io::Nanos next = stats > 0 ? loop.now() + stats : io::kNever;
  uint64_t before = 0;
  while (StopSignals() == 0 && !failed) {
    loop.Turn(next);
    if (loop.now() < next) continue;
    const uint64_t submits = server.counters().submits;
    const double rate = static_cast<double>(submits - before) * 1e9 / static_cast<double>(stats);
    std::fprintf(stderr, "salvo sim: %s, %s, %s/s\n",
                 Counted(server.connections(), "connection").c_str(),
                 Counted(submits, "submit").c_str(), HumanRate(rate).c_str());
    before = submits;
    next = loop.now() + stats;
  }
}

// The loop must know of no connection when the server goes, which handles them.
void EndConnections(io::Loop& loop, sim::Server& server) {
  server.CloseAll();
  const io::Nanos give_up = loop.now() + io::kNanosPerSecond;
  while (server.connections() > 0 && loop.now() < give_up) loop.Turn(give_up);
  server.AbortAll();
  while (server.connections() > 0) loop.Turn(loop.now() + io::kNanosPerSecond);
}

absl::Status SyncLedger(io::Loop& loop, sim::Server& server) {
  bool done = false;
  absl::Status result;
  server.ledger().Sync([&](absl::Status status) {
    done = true;
    result = std::move(status);
  });
  while (!done) loop.Turn(loop.now() + 100 * io::kNanosPerMilli);
  return result;
}

absl::StatusOr<std::unique_ptr<io::File>> OpenLedger(io::Loop& loop, const std::string& path) {
  if (path.empty()) return nullptr;
  const absl::Status cut = sim::CutUnfinishedLine(path);
  if (!cut.ok()) return cut;
  return loop.OpenForAppend(path);
}

void Announce(const std::string& line) { std::fprintf(stderr, "salvo sim: %s\n", line.c_str()); }

// Everything that the flags say is known by now to make sense.
struct SimPlan {
  sim::Scenario scenario;
  sim::Options options;
  sim::Tls tls;
  io::SocketAddress address;
  io::Nanos stats = 0;
};

absl::StatusOr<SimPlan> MakeSimPlan(const SimFlags& flags) {
  SimPlan plan;
  if (!flags.scenario.empty()) {
    auto scenario = sim::Scenario::Load(flags.scenario);
    if (!scenario.ok()) return scenario.status();
    plan.scenario = *std::move(scenario);
  }
  auto options = Understand(flags, plan.scenario);
  if (!options.ok()) return options.status();
  plan.options = *std::move(options);
  absl::Status status = plan.tls.Use(plan.options.tls);
  if (!status.ok()) return status;
  const auto endpoint = io::ParseEndpoint(flags.listen);
  if (!endpoint.ok()) return OfFlag("--listen", endpoint.status());
  const auto addresses = io::ResolveBlocking(*endpoint);
  if (!addresses.ok()) return addresses.status();
  plan.address = addresses->front();
  const auto stats = ParseTime(flags.stats.empty() ? "0" : flags.stats);
  if (!stats.ok()) return OfFlag("--stats", stats.status());
  plan.stats = *stats;
  return plan;
}

int RunFirewall(const io::SocketAddress& address, io::Loop& loop) {
  const auto firewall = sim::Firewall::At(address);
  if (!firewall.ok()) return Fail("sim", kExitCannotConnect, firewall.status());
  Announce("whoever connects hears nothing");
  Announce("listening on " + firewall->address().ToString());
  while (StopSignals() == 0) loop.Turn(io::kNever);
  return kExitOk;
}

int RunSim(const SimFlags& flags) {
  auto plan = MakeSimPlan(flags);
  if (!plan.ok()) return Fail("sim", kExitUsage, plan.status());
  io::UringLoopOptions loop_options;
  loop_options.max_streams = kMostConnections;
  auto loop = io::UringLoop::Create(loop_options);
  if (!loop.ok()) return Fail("sim", kExitPlatform, loop.status());
  auto ledger = OpenLedger(**loop, flags.ledger);
  if (!ledger.ok()) return Fail("sim", kExitDisk, ledger.status());
  const bool syncs = sim::IsOnDisk(flags.ledger);
  running_loop = loop->get();
  WatchStopSignals([](int /*count*/) { running_loop->Wake(); });
  if (flags.drop_connects) return RunFirewall(plan->address, **loop);

  sim::Server server(**loop, std::move(plan->options), *std::move(ledger), std::move(plan->tls));
  absl::Status failure;
  bool failed = false;
  server.OnFailure([&](absl::Status status) {
    failure = std::move(status);
    failed = true;
  });
  const auto taken = server.Listen(plan->address);
  if (!taken.ok()) return Fail("sim", kExitCannotConnect, taken.status());
  std::fprintf(stderr, "salvo sim: listening on %s\n", taken->ToString().c_str());
  const sim::Director director(server, std::move(plan->scenario), Announce);

  RunUntilStopped(**loop, server, plan->stats, failed);
  EndConnections(**loop, server);
  if (!failed && syncs) failure = SyncLedger(**loop, server);
  std::fprintf(stderr, "salvo sim: %s\n", server.counters().Describe().c_str());
  if (flags.json) std::fputs(server.counters().ToJson().c_str(), stdout);
  return failure.ok() ? kExitOk : Fail("sim", kExitDisk, failure);
}

const char* TitleOf(sim::SettingGroup group) {
  switch (group) {
    case sim::SettingGroup::kConnections:
      return "Connections";
    case sim::SettingGroup::kBinds:
      return "Binds";
    case sim::SettingGroup::kSubmissions:
      return "Submissions";
    case sim::SettingGroup::kReceipts:
      return "Receipts";
    case sim::SettingGroup::kMo:
      return "Messages of subscribers (MO)";
  }
  return "";
}

void AddSetting(CLI::App& sim, const sim::Setting& setting, std::vector<std::string>* values) {
  const std::string name = "--" + setting.name;
  CLI::Option* option = nullptr;
  if (setting.is_switch()) {
    option = sim.add_flag_callback(
        name, [values] { *values = {"true"}; }, setting.help);
  } else if (setting.repeatable) {
    option = sim.add_option(name, *values, setting.help);
  } else {
    option = sim.add_option_function<std::string>(
        name, [values](const std::string& text) { *values = {text}; }, setting.help);
  }
  if (!setting.is_switch()) option->type_name(setting.value);
  option->group(TitleOf(setting.group));
}

}  // namespace

void AddSimCommand(CLI::App& app, int* exit_code) {
  auto flags = std::make_shared<SimFlags>();
  CLI::App* sim = app.add_subcommand("sim", "Simulate an SMSC to send to")->group("Commands");
  sim->footer([] { return SimHelp(); });
  sim->add_option("--listen", flags->listen,
                  "Where; port 0 takes a free one; default 127.0.0.1:2775")
      ->type_name("ADDRESS:PORT");
  sim->add_option("--scenario", flags->scenario, "What changes when, see below")->type_name("FILE");
  sim->add_option("--ledger", flags->ledger, "Append every submission to this file")
      ->type_name("FILE");
  sim->add_option("--seed", flags->seed, "Of everything random; default 1")
      ->type_name("N")
      ->check(Whole(0, UINT32_MAX));
  sim->add_option("--stats", flags->stats, "Print a line every so often, such as 5s")
      ->type_name("TIME");
  sim->add_flag("--json", flags->json, "Print the final counters as JSON on stdout");
  sim->add_flag("--drop-connects", flags->drop_connects,
                "Take no connection and refuse none, like a firewall that drops");
  for (const sim::Setting& setting : sim::AllSettings()) {
    AddSetting(*sim, setting, &flags->settings[setting.name]);
  }
  sim->callback([flags, exit_code] { *exit_code = RunSim(*flags); });
}

}  // namespace salvo::tools
