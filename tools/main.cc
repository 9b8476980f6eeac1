#include <cstdio>

#include "tools/common/exit_code.h"
#include "tools/send/retry_help.h"
#include "tools/send_command.h"
#include "tools/sim_command.h"

namespace {

std::string Complaint(const CLI::App* app, const CLI::Error& error) {
  const auto commands = app->get_subcommands();
  const bool has_help = !commands.empty() && commands.front()->get_name() != "help";
  const std::string command = has_help ? " " + commands.front()->get_name() : "";
  return "salvo" + command + ": " + error.what() + " (see 'salvo help" + command + "')\n";
}

}  // namespace

int main(int argc, char** argv) {
  using namespace salvo::tools;
  CLI::App app("Salvo sends campaigns of short messages over SMPP.", "salvo");
  app.set_version_flag("--version", "salvo " SALVO_VERSION);
  app.require_subcommand(0, 1);
  app.failure_message(Complaint);
  int exit_code = kExitOk;
  AddSendCommand(app, &exit_code);
  AddSimCommand(app, &exit_code);
  std::string topic;
  CLI::App* help = app.add_subcommand("help", "Explain a command");
  help->add_option("COMMAND", topic, "Which one, or retries")->check(CLI::IsMember({"send", "sim", "retries"}));
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
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  if (!app.get_subcommands().empty()) return exit_code;
  std::fputs("salvo: give a command: send, sim or help\n", stderr);
  return kExitUsage;
}
