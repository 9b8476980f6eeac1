// An examination for programs: JSON Lines. Pure functions.
#pragma once

#include <string>

#include "tools/doctor/step.h"

namespace salvo::doctor {

// message_type "step": number, step, host, verdict, title, tried, took_ms, raw, found,
// explanations (objects as salvo explain --json has them), exit_code (null unless it failed).
std::string StepJson(int number, const StepResult& step);

struct Summary {
  std::string account;  // its name; "": none was read
  int steps = 0;
  int warnings = 0;
  const StepResult* failure = nullptr;
  int exit_code = 0;
  double elapsed_s = 0;
};

// message_type "summary", the last line: account, steps, warnings, failed_step, cause, exit_code,
// elapsed_s.
std::string SummaryJson(const Summary& summary);

}  // namespace salvo::doctor
