#include "tools/doctor/doctor.h"

#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "io/uring/uring_loop.h"
#include "tools/account/masked_account.h"
#include "tools/common/one_file.h"
#include "tools/common/signals.h"
#include "tools/doctor/examination.h"
#include "tools/doctor/report/bundle.h"
#include "tools/doctor/report/json.h"
#include "tools/doctor/report/text.h"
#include "tools/doctor/steps/configuration.h"
#include "tools/doctor/steps/machine.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

// The loop of the process, for the signal handler to wake.
io::Loop* running_loop = nullptr;

// Prints each step as it ends, and keeps all for the bundle. Secrets are gone before either.
class Report final : public StepSink {
 public:
  explicit Report(bool json) : json_(json), style_(tools::StyleOfStdout()) {}

  void SetSecrets(const Secrets* secrets) { secrets_ = secrets; }

  void OnStep(const StepResult& step) override {
    steps_.push_back(Masked(step));
    const StepResult& shown = steps_.back();
    const auto number = static_cast<int>(steps_.size());
    if (shown.verdict == Verdict::kWarning) ++warnings_;
    Print(json_ ? StepJson(number, shown) : StepText(number, shown, style_));
  }

  // No step follows; what the command exits with.
  int End() {
    is_interrupted_ = Interrupted();
    if (is_interrupted_) return tools::kExitInterrupted;
    return Failure() != nullptr ? Failure()->exit_code : tools::kExitOk;
  }

  // After End, as what follows it.
  void Conclude(const std::string& account, int exit_code, double elapsed_s) {
    if (json_) {
      return Print(SummaryJson(
          {account, static_cast<int>(steps_.size()), warnings_, Failure(), exit_code, elapsed_s}));
    }
    Print("\n" + Conclusion(style_));
  }

  const std::vector<StepResult>& steps() const { return steps_; }
  std::string Conclusion(const tools::PageStyle& style) const {
    return ConclusionText({Failure(), warnings_, is_interrupted_}, style);
  }
  const StepResult* Failure() const {
    for (const StepResult& step : steps_) {
      if (step.verdict == Verdict::kFailed) return &step;
    }
    return nullptr;
  }

 private:
  StepResult Masked(StepResult step) const {
    if (secrets_ == nullptr) return step;
    for (std::vector<std::string>* lines : {&step.raw, &step.found}) {
      for (std::string& line : *lines) line = secrets_->Masked(std::move(line));
    }
    step.tried = secrets_->Masked(std::move(step.tried));
    return step;
  }

  static void Print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  bool json_;
  tools::PageStyle style_;
  const Secrets* secrets_ = nullptr;  // unowned; nullptr: none are known
  std::vector<StepResult> steps_;
  int warnings_ = 0;
  bool is_interrupted_ = false;
};

std::string MaskedFile(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return in ? tools::MaskedAccounts(text.str()) : "(it cannot be read)\n";
}

int Complain(const absl::Status& fault, tools::ExitCode exit_code) {
  std::fprintf(stderr, "salvo doctor: %s\n", std::string(fault.message()).c_str());
  return exit_code;
}

}  // namespace

int Diagnose(const Options& options, const std::string& salvo_version) {
  const io::Nanos start = io::SystemClock().Monotonic();
  Report report(options.json);
  Configuration configuration = ReadConfiguration(options);
  const std::string fault = tools::FaultOfWriting("--bundle", options.bundle, configuration.files);
  if (!fault.empty()) return Complain(absl::InvalidArgumentError(fault), tools::kExitUsage);
  BundleFile file;
  const absl::Status opened = options.bundle.empty() ? absl::OkStatus() : file.Open(options.bundle);
  if (!opened.ok()) return Complain(opened, tools::kExitDisk);
  const Secrets secrets(configuration.all);
  report.SetSecrets(&secrets);
  configuration.step.took = io::SystemClock().Monotonic() - start;
  report.OnStep(configuration.step);

  const MachineFacts machine = ReadMachineFacts();
  auto loop = io::UringLoop::Create();
  std::optional<Transcript> transcript;
  if (configuration.account && loop.ok()) {
    running_loop = loop->get();
    tools::WatchStopSignals([](int /*count*/) { running_loop->Wake(); });
    transcript.emplace(&secrets, &(*loop)->clock());
    const Context context = {options, *configuration.account, configuration.tls, **loop,
                             *transcript};
    Examination(context, &report).Run();
  }
  const bool may_go_on = configuration.account && report.Failure() == nullptr && !Interrupted();
  if (may_go_on) report.OnStep(JudgeMachine(machine, loop.status(), *configuration.account));

  int exit_code = report.End();
  if (!options.bundle.empty()) {
    const Bundle bundle = {salvo_version,        DescribeMachine(machine),
                           options.account_file, MaskedFile(options.account_file),
                           report.steps(),       report.Conclusion({})};
    const absl::Status written =
        file.Write(BundleText(bundle, transcript ? &*transcript : nullptr));
    if (!written.ok()) exit_code = Complain(written, tools::kExitDisk);
  }
  const double elapsed_s = static_cast<double>(io::SystemClock().Monotonic() - start) / 1e9;
  report.Conclude(configuration.account ? configuration.account->name : "", exit_code, elapsed_s);
  return exit_code;
}

}  // namespace salvo::doctor
