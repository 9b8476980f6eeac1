#include "tools/doctor/step.h"

namespace salvo::doctor {
namespace {

struct StepFacts {
  std::string_view name;
  tools::ExitCode exit_code;
};

constexpr StepFacts kSteps[] = {
    {"configuration", tools::kExitUsage},
    {"resolve", tools::kExitCannotConnect},
    {"connect", tools::kExitCannotConnect},
    {"tls", tools::kExitCannotConnect},
    {"bind", tools::kExitBindRefused},
    {"interface_version", tools::kExitOther},
    {"enquire_link", tools::kExitEnquireLink},
    {"binds", tools::kExitBindRefused},
    {"idle", tools::kExitIdle},
    {"submit", tools::kExitSubmit},
    {"receipt", tools::kExitReceipt},
    {"inbound", tools::kExitInbound},
    {"throttling", tools::kExitThrottled},
    {"unbind", tools::kExitOther},
    {"machine", tools::kExitPlatform},
};

const StepFacts& FactsOf(StepId id) { return kSteps[static_cast<size_t>(id)]; }

}  // namespace

std::string_view NameOf(StepId id) { return FactsOf(id).name; }
tools::ExitCode ExitCodeOf(StepId id) { return FactsOf(id).exit_code; }

std::string_view NameOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kWarning:
      return "warning";
    case Verdict::kFailed:
      return "failed";
    case Verdict::kSkipped:
      return "skipped";
  }
  return "";
}

void StepResult::Warn(const Explanation& explanation) {
  if (verdict != Verdict::kFailed) verdict = Verdict::kWarning;
  explanations.push_back(&explanation);
}

void StepResult::Fail(const Explanation& explanation, tools::ExitCode code) {
  verdict = Verdict::kFailed;
  exit_code = code;
  explanations.push_back(&explanation);
}

}  // namespace salvo::doctor
