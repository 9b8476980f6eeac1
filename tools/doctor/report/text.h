// An examination for people. Pure functions.
#pragma once

#include <string>

#include "tools/common/page.h"
#include "tools/doctor/step.h"

namespace salvo::doctor {

// One step, numbered: what was tried, how long it took and what came back, as it is; of a step that
// found something, what it means, the likely causes and what to do.
std::string StepText(int number, const StepResult& step, const tools::PageStyle& style);

// The last lines: that all is well, the first cause, or that the user ended it.
// `failure`: nullptr: there is none.
struct Outcome {
  const StepResult* failure = nullptr;
  int warnings = 0;
  bool is_interrupted = false;
};
std::string ConclusionText(const Outcome& outcome, const tools::PageStyle& style);

// What a step comes to in one clause: its first explanation, or the first thing it found.
std::string CauseOf(const StepResult& step);

}  // namespace salvo::doctor
