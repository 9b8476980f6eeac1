#include "tools/explain_command.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "salvo/explain.h"
#include "tools/common/exit_code.h"
#include "tools/inspect/explanation_text.h"

namespace salvo::tools {
namespace {

constexpr const char* kExplainFooter =
    R"(WHAT is a number, a name or a part of one, words of an error message, or a symptom:

  salvo explain 0x58            salvo explain ESME_RTHROTTLED     salvo explain throttled
  salvo explain errno 111       salvo explain ECONNREFUSED        salvo explain Connection refused
  salvo explain stat:UNDELIV    salvo explain err 012             salvo explain no receipts
  salvo explain alert 40        salvo explain certificate 20      salvo explain hostname mismatch

With 0x it is a command_status; a decimal number may be several things, and all are named.
Exit codes: 0 something was found, 1 nothing was, 2 usage.)";

struct ExplainOptions {
  std::vector<std::string> words;
  bool list = false;
  bool json = false;
};

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void Print(const std::string& text) { std::fputs(text.c_str(), stdout); }

int Explain(const ExplainOptions& options) {
  const PageStyle style = StyleOfStdout();
  if (options.list) {
    if (!options.json) {
      Print(ExplanationIndex(style));
      return kExitOk;
    }
    for (const Explanation& e : AllExplanations()) Print(ExplanationJson(e));
    return kExitOk;
  }
  const std::string words = Joined(options.words);
  if (words.empty()) {
    std::fputs("salvo explain: say what, or --list (see 'salvo help explain')\n", stderr);
    return kExitUsage;
  }
  const std::vector<const Explanation*> found = FindExplanations(words);
  if (found.empty()) {
    std::fprintf(stderr, "salvo explain: nothing is known as '%s' (salvo explain --list has all)\n",
                 words.c_str());
    return kExitOther;
  }
  if (options.json) {
    for (const Explanation* e : found) Print(ExplanationJson(*e));
  } else if (found.size() == 1) {
    Print(ExplanationPage(*found.front(), style));
  } else {
    Print(CandidateList(words, found, style));
  }
  return kExitOk;
}

}  // namespace

void AddExplainCommand(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* explain =
      app.add_subcommand("explain", "Tell what a status, an error or a symptom means")
          ->group("Commands");
  explain->footer(kExplainFooter);
  explain->add_option("WHAT", options->words, "What to explain")->type_name("WHAT");
  explain->add_flag("--list", options->list, "Everything that can be explained, a line each");
  explain->add_flag("--json", options->json, "JSON Lines instead");
  explain->callback([options, exit_code] { *exit_code = Explain(*options); });
}

}  // namespace salvo::tools
