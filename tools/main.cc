#include <cstdio>

#include "tools/common/exit_code.h"
#include "tools/send_command.h"
#include "tools/sim_command.h"

int main(int argc, char** argv) {
  using namespace salvo::tools;
  CLI::App app("Salvo sends campaigns of short messages over SMPP.", "salvo");
  app.set_version_flag("--version", "salvo " SALVO_VERSION);
  app.require_subcommand(1);
  int exit_code = kExitOk;
  AddSendCommand(app, &exit_code);
  AddSimCommand(app, &exit_code);
  std::string topic;
  CLI::App* help = app.add_subcommand("help", "Explain a command");
  help->add_option("COMMAND", topic, "Which one")->check(CLI::IsMember({"send", "sim"}));
  help->callback([&] {
    const CLI::App& of = topic.empty() ? app : *app.get_subcommand(topic);
    std::fputs(of.help().c_str(), stdout);
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return exit_code;
}
