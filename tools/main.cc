#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench_command.h"
#include "tools/common/exit_code.h"
#include "tools/decode_command.h"
#include "tools/doctor_command.h"
#include "tools/explain_command.h"
#include "tools/journal_commands.h"
#include "tools/plan_command.h"
#include "tools/retry_help.h"
#include "tools/send_command.h"
#include "tools/sim_command.h"

namespace {

using namespace salvo::tools;

// The layout of all help texts.
class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat() {
    constexpr size_t kColumn = 36;
    column_width(kColumn);
    label("SUBCOMMAND", "COMMAND");
  }

  // Without the names of variables, which would fold every line: a footer says how they are made.
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    const bool repeatable = option->get_expected_max() == CLI::detail::expected_max_vector_size;
    return " " + option->get_type_name() + (repeatable ? " ..." : "");
  }

  // One empty line between groups of flags, where the library has two.
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    for (size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
    return text;
  }
};

// What was typed that no flag, command or campaign can be; "" when that is not the error.
std::string Unexpected(const CLI::App& app, const CLI::Error& error) {
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return "";
  const std::vector<std::string> words = app.remaining(true);
  return words.empty() ? "" : words.front();
}

std::string Complaint(const CLI::App* app, const CLI::Error& error) {
  const auto commands = app->get_subcommands();
  const bool has_help = !commands.empty() && commands.front()->get_name() != "help";
  const std::string command = has_help ? " " + commands.front()->get_name() : "";
  std::string sentence = error.what();
  if (const std::string word = Unexpected(*app, error); !word.empty()) {
    const bool is_command = commands.empty() && !word.starts_with('-');
    sentence = is_command ? "there is no command '" + word + "'" : "'" + word + "' is not expected";
  }
  return "salvo" + command + ": " + sentence + " (see 'salvo help" + command + "')\n";
}

// Whoever reads it would take what was cut off for the whole.
int CodeAfterOutput(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  std::fputs("salvo: the standard output cannot be written: it is not whole\n", stderr);
  return exit_code == kExitOk ? static_cast<int>(kExitDisk) : exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Salvo sends campaigns of short messages over SMPP.", "salvo");
  app.set_version_flag("--version", "salvo " SALVO_VERSION);
  app.require_subcommand(0, 1);
  app.formatter(std::make_shared<HelpFormat>());
  app.footer("salvo help COMMAND explains one; salvo help retries, what becomes of refusals.");
  app.failure_message(Complaint);
  int exit_code = kExitOk;
  AddSendCommand(app, &exit_code);
  AddJournalCommands(app, &exit_code);
  AddSimCommand(app, &exit_code);
  AddPlanCommand(app, &exit_code);
  AddBenchCommand(app, &exit_code);
  AddDoctorCommand(app, &exit_code);
  AddExplainCommand(app, &exit_code);
  AddDecodeCommand(app, &exit_code);
  AddEncodeCommand(app, &exit_code);
  std::string topic;
  CLI::App* help = app.add_subcommand("help", "Explain a command")->group("Commands");
  help->add_option("TOPIC", topic, "Which one, or how refusals are retried")
      ->type_name("send|resume|receipts|status|sim|plan|bench|doctor|explain|decode|encode|retries")
      ->check(CLI::IsMember({"send", "resume", "receipts", "status", "sim", "plan", "bench",
                             "doctor", "explain", "decode", "encode", "retries"})
                  .description(""));
  help->callback([&] {
    if (topic == "retries") {
      std::fputs(RetryHelp().c_str(), stdout);
      return;
    }
    const CLI::App* of = topic.empty() ? &app : app.get_subcommand(topic);
    const std::string name = topic.empty() ? "salvo" : "salvo " + topic;
    const auto mode = CLI::AppFormatMode::Normal;
    std::fputs(of->get_formatter()->make_help(of, name, mode).c_str(), stdout);
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return CodeAfterOutput(app.exit(error) == 0 ? kExitOk : kExitUsage);
  }
  if (!app.get_subcommands().empty()) return CodeAfterOutput(exit_code);
  std::fputs(
      "salvo: give a command: send, resume, receipts, status, sim, plan, bench, doctor, explain, "
      "decode, encode or help\n",
      stderr);
  return kExitUsage;
}
