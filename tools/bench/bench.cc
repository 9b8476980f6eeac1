#include "tools/bench/bench.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_format.h"
#include "io/cores.h"
#include "tools/bench/machine/child.h"
#include "tools/bench/machine/cores.h"
#include "tools/bench/machine/noise.h"
#include "tools/bench/peers.h"
#include "tools/bench/report/json.h"
#include "tools/bench/report/out_file.h"
#include "tools/bench/report/table.h"
#include "tools/bench/runs/floor.h"
#include "tools/bench/runs/load.h"
#include "tools/common/cannot.h"
#include "tools/common/exit_code.h"
#include "tools/common/human.h"
#include "tools/common/signals.h"

namespace salvo::bench {
namespace {

int Fail(int code, std::string_view sentence) {
  std::fprintf(stderr, "salvo bench: %s\n", std::string(sentence).c_str());
  return code;
}

// A folder that is gone with everything in it when this is.
class WorkFolder {
 public:
  absl::Status Make(const std::string& below) {
    std::string name = below + "/salvo-bench-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      return absl::UnavailableError(tools::Cannot("make a folder in", below));
    }
    path_ = name;
    return absl::OkStatus();
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A message is to cost no more than a message costs.
void SwitchRetriesOff(RetryOptions* retry) {
  constexpr std::chrono::milliseconds kNever{0};
  retry->schedule.max_age = kNever;
  for (StatusRetry& status : retry->statuses) status.max_age = kNever;
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        settings_(Combine(options.scan)),
        cores_(ShareOut(io::AllowedCores())),
        out_(options.out) {}

  int Execute();

 private:
  absl::StatusOr<Figures> Measure(const Setting& setting);
  absl::Status MeasureRound(const Setting& setting, Round* round);
  absl::StatusOr<Sample> MeasureFloor(const Setting& setting);
  absl::StatusOr<Sample> MeasureLoad(const Setting& setting, double per_second);
  absl::StatusOr<AccountOptions> AccountFor(const Setting& setting);
  absl::StatusOr<Sample> Checked(absl::StatusOr<Sample> sample);
  // Until answers have come for a while.
  double WarmUpSeconds(const Setting& setting) const {
    return options_.warm_up_s + static_cast<double>(setting.delay) / io::kNanosPerSecond;
  }
  MachineFacts LookAtMachine() const;
  Method HowMeasured() const;
  void Announce() const;
  int Conclude(const MachineFacts& machine, const Table& table, const absl::Status& status);

  const Options& options_;
  const std::vector<Setting> settings_;
  const CoreShares cores_;
  OutFile out_;
  WorkFolder folder_;
  std::optional<Peers> peers_;  // gone before the folder is
  std::vector<Figures> figures_;
  int fault_code_ = tools::kExitOther;  // of what went wrong
};

MachineFacts Bench::LookAtMachine() const {
  MachineFacts facts;
  facts.processor = ProcessorName();
  utsname names{};
  if (uname(&names) == 0) facts.kernel = names.release;
  facts.sender_cores = cores_.sender;
  facts.peer_cores = cores_.peer;
  facts.load_average = LoadAverage();
  facts.version = options_.version;
  return facts;
}

Method Bench::HowMeasured() const {
  Method method;
  if (options_.account) method.host = options_.account->hosts.front().name;
  method.repeats = options_.repeats;
  method.warm_up_s = options_.warm_up_s;
  method.time_s = options_.time_s;
  method.load_share = options_.rate > 0 ? 0 : options_.load_share;
  method.rate = options_.rate;
  method.spin = options_.spin;
  return method;
}

// How long it will be silent.
void Bench::Announce() const {
  const double runs = options_.rate > 0 ? 2 : 3;
  double rounds = 0;
  for (const Setting& setting : settings_) {
    rounds += runs * (WarmUpSeconds(setting) + options_.time_s + 0.1);
  }
  const double all = rounds * options_.repeats;
  std::fprintf(stderr, "salvo bench: %s x %s: about %s\n",
               tools::Counted(settings_.size(), "setting").c_str(),
               tools::Counted(options_.repeats, "round").c_str(), tools::HumanTime(all).c_str());
}

absl::StatusOr<Sample> Bench::Checked(absl::StatusOr<Sample> sample) {
  if (!sample.ok() || sample->exit_code == 0) return sample;
  fault_code_ = sample->exit_code;
  return absl::UnavailableError(sample->fault.data());
}

absl::StatusOr<Sample> Bench::MeasureFloor(const Setting& setting) {
  const auto peer = peers_->PeerFor(setting.delay, /*tls=*/false);
  if (!peer.ok()) return peer.status();
  RawConnection::Options raw;
  raw.port = peer->port;
  raw.system_id = Simulator::kSystemId;
  raw.password = Simulator::kPassword;
  raw.window = setting.window;
  constexpr uint32_t kOneSegment = 160;
  raw.text_octets = std::min(setting.text_octets, kOneSegment);
  return Checked(FromChild<Sample>(cores_.sender, [&] {
    return RunFloor(raw, setting.binds, WarmUpSeconds(setting), options_.time_s);
  }));
}

absl::StatusOr<AccountOptions> Bench::AccountFor(const Setting& setting) {
  if (options_.account) {
    AccountOptions account = *options_.account;
    account.window = setting.window;
    account.binds = setting.binds;
    SwitchRetriesOff(&account.retry);
    return account;
  }
  const auto peer = peers_->PeerFor(setting.delay, setting.tls);
  if (!peer.ok()) return peer.status();
  AccountOptions account;
  account.hosts = {{"127.0.0.1", peer->port}};
  account.system_id = Simulator::kSystemId;
  account.password = Simulator::kPassword;
  account.source_addr = "SALVO";
  account.registered_delivery = 0;
  account.window = setting.window;
  account.binds = setting.binds;
  account.reconnect.bind_interval = std::chrono::milliseconds(1);
  account.tls.enabled = setting.tls;
  account.tls.ca_file = peer->ca_file;
  return account;
}

// 0 a second: as fast as it goes.
absl::StatusOr<Sample> Bench::MeasureLoad(const Setting& setting, double per_second) {
  const auto account = AccountFor(setting);
  if (!account.ok()) return account.status();
  Load load;
  load.account = *account;
  load.to = options_.to;
  load.setting = setting;
  load.spin = options_.spin;
  load.journal_folder = folder_.path() + "/journal";
  load.warm_up_s = WarmUpSeconds(setting);
  load.time_s = options_.time_s;
  load.most_messages = options_.most_messages;
  auto sample = Checked(FromChild<Sample>(
      cores_.sender, [&] { return per_second > 0 ? RunPaced(load, per_second) : RunFull(load); }));
  std::error_code ignored;
  std::filesystem::remove_all(load.journal_folder, ignored);
  return sample;
}

absl::Status Bench::MeasureRound(const Setting& setting, Round* round) {
  const ProcessorTimes before = ReadProcessorTimes();
  auto floor = MeasureFloor(setting);
  if (!floor.ok()) return floor.status();
  round->floor = *floor;
  double per_second = options_.rate;
  if (per_second == 0) {
    const auto full = MeasureLoad(setting, 0);
    if (!full.ok()) return full.status();
    round->full = *full;
    per_second = full->messages_per_s * options_.load_share;
  }
  const auto paced = MeasureLoad(setting, per_second);
  if (!paced.ok()) return paced.status();
  round->paced = *paced;
  round->stolen_percent = StolenPercent(before, ReadProcessorTimes());
  return absl::OkStatus();
}

absl::StatusOr<Figures> Bench::Measure(const Setting& setting) {
  std::vector<Round> rounds(options_.repeats);
  for (Round& round : rounds) {
    const absl::Status status = MeasureRound(setting, &round);
    if (!status.ok()) return status;
  }
  return Summarize(setting, rounds, options_.rate > 0, options_.noise);
}

int Bench::Execute() {
  tools::WatchStopSignals([](int count) {
    if (count > 1) _exit(tools::kExitInterrupted);
  });
  absl::Status status = folder_.Make(options_.folder);
  if (!status.ok())
    return Fail(tools::kExitDisk, {status.message().data(), status.message().size()});
  status = out_.Try();
  if (!status.ok())
    return Fail(tools::kExitDisk, {status.message().data(), status.message().size()});
  peers_.emplace(cores_.peer, folder_.path());
  const MachineFacts machine = LookAtMachine();
  const Table table(settings_, HowMeasured(), machine);
  Announce();
  const auto show = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) std::printf("%s\n", line.c_str());
  };
  if (!options_.json) {
    show(table.Preface());
    show(table.Heading());
  }
  for (const Setting& setting : settings_) {
    std::fflush(stdout);
    auto figures = Measure(setting);
    status = figures.status();
    if (!figures.ok()) break;
    figures_.push_back(*std::move(figures));
    std::fputs(
        (options_.json ? CaseJson(figures_.back()) : table.Row(figures_.back()) + "\n").c_str(),
        stdout);
  }
  return Conclude(machine, table, status);
}

int Bench::Conclude(const MachineFacts& machine, const Table& table, const absl::Status& status) {
  const std::string summary = SummaryJson(figures_, HowMeasured(), machine);
  if (options_.json) {
    std::fputs(summary.c_str(), stdout);
  } else {
    for (const std::string& line : table.Epilogue(figures_)) std::printf("%s\n", line.c_str());
  }
  // However it ended.
  const absl::Status kept = figures_.empty() ? absl::OkStatus() : out_.Keep(summary);
  if (absl::IsCancelled(status)) {
    return Fail(tools::kExitInterrupted,
                absl::StrFormat("stopped: %d of %s were measured", figures_.size(),
                                tools::Counted(settings_.size(), "setting")));
  }
  if (!status.ok()) return Fail(fault_code_, {status.message().data(), status.message().size()});
  if (kept.ok()) return tools::kExitOk;
  return Fail(tools::kExitDisk, {kept.message().data(), kept.message().size()});
}

}  // namespace

int RunBench(const Options& options) { return Bench(options).Execute(); }

}  // namespace salvo::bench
