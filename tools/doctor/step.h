// What every step of an examination comes to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/clock.h"
#include "salvo/explain.h"
#include "tools/common/exit_code.h"

namespace salvo::doctor {

// In the order in which a person would look.
enum class StepId : uint8_t {
  kConfiguration,
  kResolve,
  kConnect,
  kTls,
  kBind,
  kVersion,
  kEnquireLink,
  kBinds,
  kIdle,
  kSubmit,
  kReceipt,
  kInbound,
  kThrottling,
  kUnbind,
  kMachine,
};

// "configuration", "resolve", "connect", "tls", "bind", "interface_version", "enquire_link",
// "binds", "idle", "submit", "receipt", "inbound", "throttling", "unbind", "machine"
std::string_view NameOf(StepId id);

// What the command exits with when this step fails.
tools::ExitCode ExitCodeOf(StepId id);

enum class Verdict : uint8_t {
  kOk,
  kWarning,  // it works, and something is likely not meant
  kFailed,
  kSkipped,  // not asked for, or there is nothing to try: `meaning` tells
};

// "ok", "warning", "failed", "skipped"
std::string_view NameOf(Verdict verdict);

struct StepResult {
  StepId id = StepId::kConfiguration;
  std::string title;  // "connect to 127.0.0.1:2775"
  std::string host;   // "smsc.example.com:2775"; "" where none is concerned
  Verdict verdict = Verdict::kOk;
  std::string tried;  // what was done, a clause
  io::Nanos took = 0;
  std::vector<std::string> raw;    // what came back, as it is: a line each
  std::vector<std::string> found;  // what that says about this account: a sentence each
  // The causes and what to do, the likeliest first: entries of salvo/explain.h, which has the
  // words.
  std::vector<const Explanation*> explanations;
  tools::ExitCode exit_code = tools::kExitOk;  // of kFailed alone

  void AddRaw(const std::vector<std::string>& lines) {
    raw.insert(raw.end(), lines.begin(), lines.end());
  }
  // A failure is not made a warning again.
  void Warn(const Explanation& explanation);
  void Fail(const Explanation& explanation) { Fail(explanation, ExitCodeOf(id)); }
  // What this step brought to light is the fault of another.
  void Fail(const Explanation& explanation, tools::ExitCode code);
  void Warn(Symptom symptom) { Warn(ExplainSymptom(symptom)); }
  void Fail(Symptom symptom) { Fail(ExplainSymptom(symptom)); }
};

// Who is told of each step as it ends.
class StepSink {
 public:
  virtual ~StepSink() = default;
  virtual void OnStep(const StepResult& step) = 0;
};

}  // namespace salvo::doctor
