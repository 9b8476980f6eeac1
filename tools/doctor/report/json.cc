#include "tools/doctor/report/json.h"

#include "tools/common/json_line.h"
#include "tools/doctor/report/text.h"
#include "tools/inspect/explanation_text.h"

namespace salvo::doctor {
namespace {

std::string ExplanationsJson(const StepResult& step) {
  std::string array = "[";
  for (const Explanation* e : step.explanations) {
    std::string object = tools::ExplanationJson(*e);
    object.pop_back();  // its line break
    array += (array.size() == 1 ? "" : ",") + object;
  }
  return array + "]";
}

}  // namespace

std::string StepJson(int number, const StepResult& step) {
  std::string text;
  tools::JsonLine line(&text);
  line.Add("message_type", "step");
  line.Add("schema", 1);
  line.Add("number", number);
  line.Add("step", NameOf(step.id));
  line.Add("title", step.title);
  line.Add("host", step.host);
  line.Add("verdict", NameOf(step.verdict));
  line.Add("tried", step.tried);
  line.Add("took_ms", static_cast<double>(step.took) / 1e6);
  line.Add("raw", step.raw);
  line.Add("found", step.found);
  line.AddJson("explanations", ExplanationsJson(step));
  if (step.verdict == Verdict::kFailed) {
    line.Add("exit_code", static_cast<int>(step.exit_code));
  } else {
    line.AddNull("exit_code");
  }
  line.End();
  return text;
}

std::string SummaryJson(const Summary& summary) {
  std::string text;
  tools::JsonLine line(&text);
  line.Add("message_type", "summary");
  line.Add("schema", 1);
  line.Add("account", summary.account);
  line.Add("steps", summary.steps);
  line.Add("warnings", summary.warnings);
  if (summary.failure != nullptr) {
    line.Add("failed_step", NameOf(summary.failure->id));
    line.Add("cause", CauseOf(*summary.failure));
  } else {
    line.AddNull("failed_step");
    line.AddNull("cause");
  }
  line.Add("exit_code", summary.exit_code);
  line.Add("elapsed_s", summary.elapsed_s);
  line.End();
  return text;
}

}  // namespace salvo::doctor
