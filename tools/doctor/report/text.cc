#include "tools/doctor/report/text.h"

#include "absl/strings/str_format.h"
#include "tools/common/human.h"
#include "tools/inspect/explanation_text.h"

namespace salvo::doctor {
namespace {

using tools::Ink;
using tools::PageStyle;

std::string TimeText(io::Nanos took) {
  constexpr io::Nanos kLong = 10 * io::kNanosPerSecond;
  if (took >= kLong) return tools::HumanTime(static_cast<double>(took) / 1e9);
  return absl::StrFormat("%.1f ms", static_cast<double>(took) / 1e6);
}

std::string VerdictText(Verdict verdict, const PageStyle& style) {
  // Padded before it is coloured, so that what follows stands in a column.
  const std::string padded = absl::StrFormat("%-8s", NameOf(verdict));
  switch (verdict) {
    case Verdict::kOk:
      return tools::Inked(Ink::kGreen, padded, style);
    case Verdict::kWarning:
      return tools::Inked(Ink::kYellow, padded, style);
    case Verdict::kFailed:
      return tools::Inked(Ink::kRed, padded, style);
    case Verdict::kSkipped:
      return padded;
  }
  return padded;
}

// "     tried      text", the label once.
std::string Labelled(std::string_view label, std::string_view text, const PageStyle& style) {
  return tools::Paragraph(absl::StrFormat("    %-10s ", label), text, style);
}

template <class Lines>
std::string Labelled(std::string_view label, const Lines& lines, std::string_view bullet,
                     const PageStyle& style) {
  std::string out;
  for (const auto& line : lines) {
    if (line.empty()) continue;
    const std::string_view shown = out.empty() ? label : std::string_view();
    out += tools::Paragraph(absl::StrFormat("    %-10s %s", shown, bullet), line, style);
  }
  return out;
}

std::string NameAndTitle(const Explanation& e) {
  if (e.topic == Topic::kSymptom) return std::string(e.name);
  return absl::StrFormat("%s (%s): %s", e.name, tools::HandleOf(e), e.title);
}

std::string ExplanationText(const StepResult& step, const PageStyle& style) {
  std::string out;
  for (const Explanation* e : step.explanations) {
    if (e != step.explanations.front()) {
      out += Labelled(
          "also",
          absl::StrFormat("%s; see salvo explain %s", NameAndTitle(*e), tools::HandleOf(*e)),
          style);
      continue;
    }
    out += Labelled("means", NameAndTitle(*e), style);
    out += Labelled("", e->meaning, style);
    out += Labelled("causes", e->causes, "- ", style);
    out += Labelled("do", e->actions, "- ", style);
    if (!e->mix_up.empty()) out += Labelled("beware", e->mix_up, style);
  }
  return out;
}

}  // namespace

std::string StepText(int number, const StepResult& step, const PageStyle& style) {
  constexpr size_t kTitleColumns = 46;
  std::string title = step.title;
  title.resize(std::max(title.size(), kTitleColumns), ' ');
  std::string out = absl::StrFormat("%2d  %s %s", number, tools::Inked(Ink::kBold, title, style),
                                    VerdictText(step.verdict, style));
  if (step.took > 0) out += " " + TimeText(step.took);
  while (out.ends_with(' ')) out.pop_back();
  out += "\n";
  if (!step.tried.empty()) out += Labelled("tried", step.tried, style);
  out += Labelled("came back", step.raw, "", style);
  out += Labelled("found", step.found, "", style);
  return out + ExplanationText(step, style);
}

std::string CauseOf(const StepResult& step) {
  if (!step.explanations.empty()) return NameAndTitle(*step.explanations.front());
  return step.found.empty() ? step.title : step.found.front();
}

std::string ConclusionText(const Outcome& outcome, const PageStyle& style) {
  if (const StepResult* failure = outcome.failure; failure != nullptr) {
    return tools::Paragraph(tools::Inked(Ink::kRed, "The cause", style) + ": ",
                            absl::StrFormat("%s. (%s, exit code %d)", CauseOf(*failure),
                                            failure->title, failure->exit_code),
                            style);
  }
  if (outcome.is_interrupted) {
    return tools::Inked(Ink::kYellow, "Interrupted", style) + ": the rest was not tried.\n";
  }
  if (outcome.warnings == 0) return tools::Inked(Ink::kGreen, "All is well.", style) + "\n";
  return tools::Inked(Ink::kYellow, "It works", style) + ", with " +
         tools::Counted(static_cast<uint64_t>(outcome.warnings), "warning") + ".\n";
}

}  // namespace salvo::doctor
