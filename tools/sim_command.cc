#include "tools/sim_command.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "io/uring/uring_loop.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/parse.h"
#include "tools/common/signals.h"
#include "tools/sim/server.h"
#include "tools/sim_receipt_flags.h"

namespace salvo::tools {
namespace {

constexpr const char* kFooter = R"(Destinations with a meaning, by their last four digits (--magic):
  9NNN  command_status NNN in decimal: 9088 is ESME_RTHROTTLED, 9011 ESME_RINVDSTADR
  8NNN  answered after NNN x 10 ms
  7000  never answered
  6NNN  accepted, the receipt says state NNN: 2 delivered, 3 expired, 5 undeliverable, 8 rejected
  6999  accepted, no receipt

The ledger has one JSON object a line for each submission, written before its answer leaves:
  t_ns, system_id, bind, seq, source, dest, data_coding, esm_class, message_hex, message_id, status

Ctrl-C stops it: it prints what it counted.)";

// The flags as written, before they are understood.
struct Flags {
  std::string listen = "127.0.0.1:2775";
  std::vector<std::string> accounts = {"demo:demo"};
  std::string tls_cert;
  std::string tls_key;
  uint32_t tps = 0;
  std::string tps_kind = "second";
  uint32_t max_binds = 0;
  uint32_t window = 0;
  std::string delay = "0";
  std::vector<std::string> errors;
  bool magic = false;
  SimReceiptFlags receipts;
  std::string id = "dec";
  std::string ledger;
  uint64_t seed = 1;
  std::string stats;
  bool json = false;
};

int Fail(int code, const std::string& sentence) {
  std::fprintf(stderr, "salvo sim: %s\n", sentence.c_str());
  return code;
}

int Fail(int code, const absl::Status& status) { return Fail(code, std::string(status.message())); }

absl::StatusOr<sim::Options> Understand(const Flags& flags) {
  sim::Options options;
  options.accounts.clear();
  for (const std::string& account : flags.accounts) {
    auto login = sim::ParseLogin(account);
    if (!login.ok()) return login.status();
    options.accounts.push_back(*std::move(login));
  }
  for (const std::string& error : flags.errors) {
    auto share = sim::ParseErrorShare(error);
    if (!share.ok()) return share.status();
    options.errors.push_back(*share);
  }
  absl::Status shares = sim::CheckErrorShares(options.errors);
  if (!shares.ok()) return shares;
  auto delay = sim::DelayDistribution::Parse(flags.delay);
  if (!delay.ok()) return delay.status();
  options.delay = *std::move(delay);
  options.tps = flags.tps;
  options.tps_kind = flags.tps_kind == "sliding"  ? sim::TpsKind::kSliding
                     : flags.tps_kind == "bucket" ? sim::TpsKind::kBucket
                                                  : sim::TpsKind::kSecond;
  options.max_binds = flags.max_binds;
  options.window = flags.window;
  options.magic = flags.magic;
  options.id_format = flags.id == "hex"    ? sim::IdFormat::kHex
                      : flags.id == "uuid" ? sim::IdFormat::kUuid
                                           : sim::IdFormat::kDecimal;
  options.seed = flags.seed;
  const absl::Status receipts = UnderstandReceipts(flags.receipts, &options);
  if (!receipts.ok()) return receipts;
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
  server.CloseAll();
  const io::Nanos give_up = loop.now() + io::kNanosPerSecond;
  while (server.connections() > 0 && loop.now() < give_up) {
    loop.Turn(loop.now() + 10 * io::kNanosPerMilli);
  }
}

absl::Status SyncLedger(io::Loop& loop, sim::Server& server) {
  if (!server.ledger().enabled()) return absl::OkStatus();
  bool done = false;
  absl::Status result;
  server.ledger().Sync([&](absl::Status status) {
    done = true;
    result = std::move(status);
  });
  while (!done) loop.Turn(loop.now() + 100 * io::kNanosPerMilli);
  return result;
}

int Run(const Flags& flags) {
  auto options = Understand(flags);
  if (!options.ok()) return Fail(kExitUsage, options.status());
  const auto endpoint = io::ParseEndpoint(flags.listen);
  if (!endpoint.ok()) return Fail(kExitUsage, endpoint.status());
  const auto addresses = io::ResolveBlocking(*endpoint);
  if (!addresses.ok()) return Fail(kExitUsage, addresses.status());
  io::Nanos stats = 0;
  if (!flags.stats.empty()) {
    const auto time = ParseTime(flags.stats);
    if (!time.ok()) return Fail(kExitUsage, time.status());
    stats = *time;
  }
  std::shared_ptr<const io::TlsContext> tls;
  if (!flags.tls_cert.empty()) {
    io::TlsServerOptions server_options;
    server_options.cert_file = flags.tls_cert;
    server_options.key_file = flags.tls_key.empty() ? flags.tls_cert : flags.tls_key;
    auto context = io::TlsContext::ForServer(server_options);
    if (!context.ok()) return Fail(kExitUsage, context.status());
    tls = *std::move(context);
  }
  auto loop = io::UringLoop::Create({});
  if (!loop.ok()) return Fail(kExitPlatform, loop.status());
  std::unique_ptr<io::File> ledger;
  if (!flags.ledger.empty()) {
    const absl::Status cut = sim::CutUnfinishedLine(flags.ledger);
    if (!cut.ok()) return Fail(kExitDisk, cut);
    auto file = (*loop)->OpenForAppend(flags.ledger);
    if (!file.ok()) return Fail(kExitDisk, file.status());
    ledger = *std::move(file);
  }
  running_loop = loop->get();
  WatchStopSignals([](int /*count*/) { running_loop->Wake(); });

  sim::Server server(**loop, *std::move(options), std::move(ledger), std::move(tls));
  absl::Status failure;
  bool failed = false;
  server.OnFailure([&](absl::Status status) {
    failure = std::move(status);
    failed = true;
  });
  const auto taken = server.Listen(addresses->front());
  if (!taken.ok()) return Fail(kExitCannotConnect, taken.status());
  std::fprintf(stderr, "salvo sim: listening on %s\n", taken->ToString().c_str());

  RunUntilStopped(**loop, server, stats, failed);
  if (!failed) failure = SyncLedger(**loop, server);
  std::fprintf(stderr, "salvo sim: %s\n", server.counters().Describe().c_str());
  if (flags.json) std::fputs(server.counters().ToJson().c_str(), stdout);
  return failure.ok() ? kExitOk : Fail(kExitDisk, failure);
}

CLI::Validator Count() {
  return {[](const std::string& text) { return FaultOfWhole(text, 0, UINT32_MAX); }, ""};
}

}  // namespace

void AddSimCommand(CLI::App& app, int* exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* sim = app.add_subcommand("sim", "Simulate an SMSC to send to")->group("Commands");
  sim->footer(std::string(kSimReceiptHelp) + "\n\n" + kFooter);
  sim->add_option("--listen", flags->listen,
                  "Where; port 0 takes a free one; default 127.0.0.1:2775")
      ->type_name("ADDRESS:PORT");
  sim->add_option("--account", flags->accounts, "Who may bind; repeatable; default demo:demo")
      ->type_name("SYSTEM_ID:PASSWORD");
  CLI::Option* cert =
      sim->add_option("--tls-cert", flags->tls_cert, "PEM certificate chain: speak TLS")
          ->type_name("FILE");
  sim->add_option("--tls-key", flags->tls_key, "PEM key, where it is not in the --tls-cert file")
      ->type_name("FILE")
      ->needs(cert);
  sim->add_option("--tps", flags->tps, "Messages a second of an account; more are throttled")
      ->type_name("N")
      ->check(Count());
  sim->add_option("--tps-kind", flags->tps_kind, "How they are counted; default second")
      ->type_name("second|sliding|bucket")
      ->check(CLI::IsMember({"second", "sliding", "bucket"}).description(""));
  sim->add_option("--max-binds", flags->max_binds, "Binds of an account; more are refused")
      ->type_name("N")
      ->check(Count());
  sim->add_option("--window", flags->window, "Unanswered submissions of a bind; more are throttled")
      ->type_name("N")
      ->check(Count());
  sim->add_option("--delay", flags->delay,
                  "Of answers: 5ms, uniform:1ms,20ms or mix:80%10ms,15%100ms,5%1s")
      ->type_name("TIMES");
  sim->add_option("--error", flags->errors, "Such as ESME_RSYSERR=2%; repeatable")
      ->type_name("STATUS=SHARE");
  sim->add_flag("--magic", flags->magic, "Destinations with a meaning, see below");
  AddSimReceiptFlags(*sim, flags->receipts);
  sim->add_option("--id", flags->id, "Form of message ids; default dec")
      ->type_name("dec|hex|uuid")
      ->check(CLI::IsMember({"dec", "hex", "uuid"}).description(""));
  sim->add_option("--ledger", flags->ledger, "Append every submission to this file")
      ->type_name("FILE");
  sim->add_option("--seed", flags->seed, "Of everything random; default 1")
      ->type_name("N")
      ->check(Count());
  sim->add_option("--stats", flags->stats, "Print a line every so often, such as 5s")
      ->type_name("TIME");
  sim->add_flag("--json", flags->json, "Print the final counters as JSON on stdout");
  sim->callback([flags, exit_code] { *exit_code = Run(*flags); });
}

}  // namespace salvo::tools
