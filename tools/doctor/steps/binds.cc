#include "tools/doctor/steps/binds.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "tools/common/human.h"
#include "tools/doctor/steps/neighbours.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

using pdu::CommandStatus;

void NameNeighbours(const Session& first, StepResult* step) {
  for (const std::string& other : OthersConnectedTo(first.connected.address)) {
    step->found.push_back(other + " is connected to the same SMSC, and may count");
  }
}

// The next bind, kept in `sessions` when it is up; nullopt: no answer came.
std::optional<CommandStatus> OneMore(const Context& context, pdu::CommandId command,
                                     const Session& first,
                                     std::vector<std::unique_ptr<Session>>* sessions,
                                     StepResult* step) {
  std::unique_ptr<Session> session = OpenAnother(context, first);
  if (session == nullptr) {
    step->raw.push_back("no further connection");
    return std::nullopt;
  }
  const std::optional<CommandStatus> status = AskToBind(context, command, *session);
  if (status == CommandStatus::ESME_ROK) {
    sessions->push_back(std::move(session));
  } else if (status) {
    step->AddRaw(context.transcript.Shown(session->answer->octets));
  } else {
    step->AddRaw(InPlaceOfAnAnswer(context, *session));
  }
  return status;
}

}  // namespace

StepResult BindTheOthers(const Context& context, const Session& first) {
  const std::vector<pdu::CommandId> commands = BindCommands(context.account.bind_type);
  const size_t asked_for = context.account.binds * commands.size();
  StepResult step;
  step.id = StepId::kBinds;
  step.host = io::Endpoint{first.host.name, first.host.port}.ToString();
  step.title = absl::StrFormat("%d binds", asked_for);
  step.tried = "as many sessions at the same time as the account has binds";
  const io::Nanos start = context.Now();
  std::vector<std::unique_ptr<Session>> sessions;
  std::optional<CommandStatus> status = CommandStatus::ESME_ROK;
  size_t up = commands.size();
  while (up < asked_for && status == CommandStatus::ESME_ROK && !Interrupted()) {
    status = OneMore(context, commands[up % commands.size()], first, &sessions, &step);
    if (status == CommandStatus::ESME_ROK) ++up;
  }
  step.took = context.Now() - start;
  if (up < asked_for) {
    NameNeighbours(first, &step);
    step.Fail(Symptom::kTooManyBinds);
    if (status) step.Fail(ExplainStatus(static_cast<uint32_t>(*status)));
  }
  step.found.push_back(absl::StrFormat("%d of %d came up", up, asked_for));
  std::vector<Session*> leaving;
  for (const std::unique_ptr<Session>& session : sessions) leaving.push_back(session.get());
  LeaveInOrder(context, leaving);
  return step;
}

}  // namespace salvo::doctor
