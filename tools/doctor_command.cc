#include "tools/doctor_command.h"

#include <memory>
#include <string>

#include "tools/command_line.h"
#include "tools/common/exit_code.h"
#include "tools/common/parse.h"
#include "tools/doctor/doctor.h"

namespace salvo::tools {
namespace {

constexpr const char* kDoctorFooter =
    R"(Looks for what keeps an account from working, in the order in which a person would: configuration
and secrets, resolve, connect, TLS, bind, interface version, enquire_link, unbind, this machine;
and, where it is asked for, all binds at once, silence, a message from a phone, a test message, its
receipt, throttling. Of each step it says what was tried, how long it took and what came back; of
the first that fails, what that means and what to do. A host that cannot be reached leaves the
others to be tried.

Without --all-binds it binds once, and after a refusal at most once more in another way: no SMSC
locks an account for that. Receipts and messages that are not its own are answered ESME_RX_T_APPN,
so that the SMSC keeps them for whoever they are for. --to sends one message, --throttle about twice
its number: they cost what messages cost.

The bundle is a text with all steps, versions, the account file, every PDU and the explanations:
read it, then give it to the provider. Passwords are masked in all of it; addresses, numbers and
texts are not. Its file is opened before anything is tried, and may be none that is read.

Exit codes: 0 nothing failed, or the first failure: 2 configuration, 4 resolve, connect or TLS,
5 a bind, 20 enquire_link, 21 idle, 22 submit, 23 receipt, 24 message from a phone, 25 throttling,
12 this machine; 14 the bundle cannot be written, 130 interrupted.)";

constexpr uint64_t kHighestThrottle = 1000;

// Times as they were written.
struct DoctorFlags {
  doctor::Options options;
  std::string wait;
  std::string wait_receipt;
  std::string wait_inbound;
  std::string idle;
  std::string timeout;
};

int RunDoctor(DoctorFlags& flags) {
  doctor::Options& options = flags.options;
  struct Time {
    const char* flag;
    const std::string& text;
    io::Nanos* to;
  };
  const Time times[] = {{"--wait", flags.wait, &options.wait},
                        {"--wait-receipt", flags.wait_receipt, &options.wait_receipt},
                        {"--wait-inbound", flags.wait_inbound, &options.wait_inbound},
                        {"--idle", flags.idle, &options.idle},
                        {"--timeout", flags.timeout, &options.timeout}};
  for (const Time& time : times) {
    if (time.text.empty()) continue;
    const auto parsed = ParseTime(time.text);
    if (!parsed.ok())
      return Fail("doctor", kExitUsage, std::string(time.flag) + ": " + TextOf(parsed.status()));
    *time.to = *parsed;
  }
  return doctor::Diagnose(options, SALVO_VERSION);
}

}  // namespace

void AddDoctorCommand(CLI::App& app, int* exit_code) {
  auto flags = std::make_shared<DoctorFlags>();
  doctor::Options& options = flags->options;
  CLI::App* doctor =
      app.add_subcommand("doctor", "Find out why an account does not work")->group("Commands");
  doctor->footer(kDoctorFooter);
  doctor->add_option("--account", options.account_file, "The account file")
      ->type_name("FILE")
      ->required();
  doctor->add_option("--name", options.name, "Which account, where the file has several")
      ->type_name("NAME");
  doctor
      ->add_option("--host", options.host, "Which host, where the account has several; default all")
      ->type_name("HOST");
  doctor->add_option("--wait", flags->wait, "Try again so long when the account is already bound")
      ->type_name("TIME");
  doctor->add_flag("--all-binds", options.all_binds,
                   "Make as many binds as the account has, and see whether it may");
  doctor
      ->add_option("--idle", flags->idle, "Say nothing so long, and see whether the session lives")
      ->type_name("TIME");
  doctor
      ->add_option("--wait-inbound", flags->wait_inbound,
                   "Wait so long for a message that you send from a phone")
      ->type_name("TIME");
  CLI::Option* to = doctor->add_option("--to", options.to, "Send one test message to this number")
                        ->type_name("NUMBER");
  doctor->add_option("--text", options.text, "Its text, of one segment")
      ->type_name("TEXT")
      ->needs(to);
  doctor->add_option("--from", options.from, "Its sender, in place of the account's")
      ->type_name("SENDER")
      ->needs(to);
  doctor->add_option("--wait-receipt", flags->wait_receipt, "Wait so long for its receipt")
      ->type_name("TIME")
      ->needs(to);
  doctor
      ->add_option("--throttle", options.throttle,
                   "Find where throttling begins, up to so many messages a second")
      ->type_name("MAX_RATE")
      ->check(Whole(1, kHighestThrottle))
      ->needs(to);
  doctor
      ->add_option("--timeout", flags->timeout,
                   "Of each connection and answer, in place of the account's")
      ->type_name("TIME");
  doctor->add_flag("--json", options.json, "JSON Lines instead; the last is the summary");
  doctor->add_option("--bundle", options.bundle, "Write all of it to this file, for the provider")
      ->type_name("FILE");
  doctor->callback([flags, exit_code] { *exit_code = RunDoctor(*flags); });
}

}  // namespace salvo::tools
