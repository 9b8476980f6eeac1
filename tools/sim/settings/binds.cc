// Settings of binds: who may bind, what is answered, how a session ends.

#include "tools/sim/settings/make.h"
#include "tools/sim/settings/parse.h"

namespace salvo::sim {
namespace {

Words<uint8_t> Versions() {
  return {{"3.3", pdu::kVersion33}, {"3.4", pdu::kVersion34}, {"5.0", pdu::kVersion50}};
}

Words<ToldVersion> ToldVersions() {
  return {{"none", ToldVersion::kNone},
          {"3.3", ToldVersion::k33},
          {"3.4", ToldVersion::k34},
          {"5.0", ToldVersion::k50}};
}

absl::Status AddLogin(std::string_view text, std::vector<Login>* logins) {
  auto login = ParseLogin(text);
  if (login.ok()) logins->push_back(*std::move(login));
  return login.status();
}

absl::Status AddVersion(std::string_view text, std::vector<uint8_t>* versions) {
  const auto version = Versions()(text);
  if (version.ok()) versions->push_back(*version);
  return version.status();
}

absl::Status AddRequestFault(std::string_view text, Rules<Fault>* faults) {
  return AddFault(text, FaultPlace::kRequest, faults);
}

std::vector<Setting> AdmissionSettings() {
  return {
      Many({"account", "SYSTEM_ID:PASSWORD", "Who may bind; default demo:demo"}, AddLogin,
           Field(&Options::accounts)),
      Many({"max-binds", "[SYSTEM_ID=]N", "Binds of an account; more are refused"}, AddLimit,
           Field(&Options::max_binds)),
      One({"linger", "TIME", "A session that dies without unbind counts so long as bound"},
          ParseSomeTime, Field(&Options::linger)),
      Many({"allow", "[SYSTEM_ID=]ADDRESS[/BITS]", "From where; binds from elsewhere are refused"},
           AddAllowed, Field(&Options::allow)),
      One({"lock-after", "N", "So many wrong passwords in a row lock an account"}, ParseCount,
          Field(&Options::lock_after)),
      One({"system-type", "TEXT", "Binds with another system_type are refused"}, ParseText,
          Field(&Options::system_type)),
      Many({"accept-version", "3.3|3.4|5.0", "Binds of other interface_versions are refused"},
           AddVersion, Field(&Options::accept_versions)),
      Many({"refuse-with", "REASON=STATUS", "Another status for a reason, see below"}, AddRefusal,
           Field(&Options::refuse_with)),
  };
}

}  // namespace

std::vector<Setting> BindSettings() {
  std::vector<Setting> settings = AdmissionSettings();
  settings.push_back(One(
      {"sc-version", "none|3.3|3.4|5.0", "sc_interface_version of responses; default as asked for"},
      ToldVersions(), Field(&Options::sc_version)));
  settings.push_back(Many({"bind-error", "STATUS[=WHEN]", "Refuse binds, such as ESME_RBINDFAIL"},
                          AddError, Field(&Options::bind_errors)));
  settings.push_back(One({"bind-delay", "TIMES", "Of responses to binds, as in --delay"},
                         DelayDistribution::Parse, Field(&Options::bind_delay)));
  settings.push_back(Many({"bind-fault", "FAULT[=WHEN]", "Of responses to binds, see below"},
                          AddRequestFault, Field(&Options::bind_faults)));
  settings.push_back(Many({"enquire-link-fault", "FAULT[=WHEN]", "Of responses to enquire_link"},
                          AddRequestFault, Field(&Options::enquire_link_faults)));
  settings.push_back(Many({"unbind-fault", "FAULT[=WHEN]", "Of responses to unbind"},
                          AddRequestFault, Field(&Options::unbind_faults)));
  return settings;
}

}  // namespace salvo::sim
