#include "tools/doctor/steps/bind.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "pdu/decode.h"
#include "pdu/print.h"
#include "tools/doctor/steps/neighbours.h"
#include "tools/doctor/steps/probe.h"
#include "tools/doctor/steps/tls.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

using pdu::CommandId;
using pdu::CommandStatus;

// Longer than that nobody should be kept from leaving.
constexpr io::Nanos kUnbindPatience = 5 * io::kNanosPerSecond;

// What a bind says of itself.
struct Login {
  CommandId command = CommandId::kBindTransceiver;
  std::string system_type;
  InterfaceVersion version = InterfaceVersion::k34;
};

Login LoginOf(const AccountOptions& account, CommandId command) {
  return {command, account.system_type, account.interface_version};
}

std::optional<Received> Ask(const Context& context, const Login& login, Session& session) {
  pdu::BindRequest request;
  request.system_id = context.account.system_id;
  request.password = context.account.password;
  request.system_type = login.system_type;
  request.interface_version = static_cast<uint8_t>(login.version);
  const uint32_t sequence = session.dialogue->Ask(login.command, request);
  session.command = login.command;
  session.answer =
      session.dialogue->Await(sequence, context.Deadline(context.account.bind_timeout));
  return session.answer;
}

// A nack that claims success is none.
bool IsBound(const std::optional<Received>& answer) {
  return answer && pdu::IsBindResp(answer->header.command_id) &&
         answer->header.command_status == CommandStatus::ESME_ROK;
}

CommandStatus StatusOf(const Received& answer) {
  const CommandStatus status = answer.header.command_status;
  return status == CommandStatus::ESME_ROK ? CommandStatus::ESME_RUNKNOWNERR : status;
}

// Another session may be in the way. 0x0B is what some guides call it.
bool IsOccupied(CommandStatus status) {
  return status == CommandStatus::ESME_RALYBND || status == CommandStatus::ESME_RINVDSTADR;
}

bool MayBeTheLogin(CommandStatus status) {
  return status == CommandStatus::ESME_RBINDFAIL || status == CommandStatus::ESME_RINVPASWD ||
         status == CommandStatus::ESME_RINVSYSID || status == CommandStatus::ESME_RINVSYSTYP;
}

// One further attempt in another way; what it would show, if it works.
struct Trial {
  Login login;
  Symptom shows = Symptom::kSystemType;
  std::string way;  // "without system_type"
};

std::optional<Trial> TrialAfter(const AccountOptions& account, CommandId command,
                                CommandStatus status) {
  Trial trial;
  trial.login = LoginOf(account, command);
  if (MayBeTheLogin(status) && !account.system_type.empty()) {
    trial.login.system_type.clear();
    trial.way = "without system_type";
    return trial;
  }
  const bool is_unknown = status == CommandStatus::ESME_RINVCMDID;
  if (is_unknown && command == CommandId::kBindTransceiver) {
    trial.login.command = CommandId::kBindTransmitter;
    trial.shows = Symptom::kNoTransceiver;
    trial.way = "as a transmitter";
    return trial;
  }
  const bool may_be_version = is_unknown || status == CommandStatus::ESME_RINVCMDLEN ||
                              status == CommandStatus::ESME_RBINDFAIL;
  if (may_be_version && account.interface_version == InterfaceVersion::k50) {
    trial.login.version = InterfaceVersion::k34;
    trial.shows = Symptom::kOtherVersion;
    trial.way = "with interface_version 3.4";
    return trial;
  }
  return std::nullopt;
}

void TryInAnotherWay(const Context& context, const Trial& trial, const Session& refused,
                     StepResult* step) {
  const std::unique_ptr<Session> another = OpenAnother(context, refused);
  if (another == nullptr) return;
  const std::optional<Received> answer = Ask(context, trial.login, *another);
  if (IsBound(answer)) {
    LeaveInOrder(context, {another.get()});
    step->found.push_back("tried once more " + trial.way + ": bound");
    return step->Fail(trial.shows);
  }
  step->found.push_back("tried once more " + trial.way +
                        ": refused, too; nothing else was tried, "
                        "for some SMSCs lock an account after a few wrong logins");
}

// A limit of binds hides behind many statuses; a status that speaks of it makes it the cause.
void NameNeighbours(const Session& session, CommandStatus status, StepResult* step) {
  const std::vector<std::string> others = OthersConnectedTo(session.connected.address);
  if (others.empty()) return;
  std::string names;
  for (const std::string& other : others) names += (names.empty() ? "" : ", ") + other;
  step->found.push_back("connected to the same SMSC from this machine: " + names);
  if (IsOccupied(status)) step->Fail(Symptom::kSecondClient);
}

void Refuse(const Context& context, const Session& session, StepResult* step) {
  const CommandStatus status = StatusOf(*session.answer);
  const std::optional<Trial> trial = TrialAfter(context.account, session.command, status);
  step->found.push_back("the SMSC saw the bind come from " +
                        session.connected.transport->local_name() +
                        ", or from the router before it");
  NameNeighbours(session, status, step);
  if (trial && !Interrupted()) TryInAnotherWay(context, *trial, session, step);
  step->Fail(ExplainStatus(static_cast<uint32_t>(status)));
}

// A session that ended, or stayed silent, in place of an answer.
void NoAnswer(const Context& context, const Session& session, StepResult* step) {
  const Transport& transport = *session.connected.transport;
  const Dialogue& dialogue = *session.dialogue;
  const tools::ExitCode cannot_connect = ExitCodeOf(StepId::kConnect);
  const bool is_silent = dialogue.is_alive();
  step->AddRaw(InPlaceOfAnAnswer(context, session));
  const std::span<const uint8_t> first = transport.first_octets();
  if (context.tls == nullptr) step->AddRaw(context.transcript.Shown(first));
  if (IsCertificateRefusal(context, transport, step)) return;
  if (dialogue.framer().error() == pdu::FrameError::kTls) {
    return step->Fail(ExplainSymptom(Symptom::kTlsPort), cannot_connect);
  }
  if (dialogue.is_no_smsc()) return step->Fail(ExplainSymptom(Symptom::kNotSmpp), cannot_connect);
  io::TlsFacts facts;
  const bool may_be_tls = context.tls == nullptr && first.empty() && !Interrupted();
  if (may_be_tls && SpeaksTls(context, session.connected.address, &facts)) {
    step->found.push_back("asked with TLS, the port answers in " +
                          (facts.version.empty() ? "TLS" : facts.version));
    for (const auto& certificate : facts.chain)
      step->raw.push_back(DescribeCertificate(certificate));
    return step->Fail(ExplainSymptom(Symptom::kTlsPort), cannot_connect);
  }
  step->Fail(is_silent ? Symptom::kBindUnanswered : Symptom::kClosedAtOnce);
  if (is_silent || !transport.is_closed()) return;
  const auto error = static_cast<uint32_t>(transport.reason().error_number);
  if (const Explanation* e = FindExplanation(Topic::kErrno, error)) step->explanations.push_back(e);
}

// Tries again until the SMSC lets us in: with the account's own pauses, which grow.
void WaitToBeLetIn(const Context& context, const Login& login, std::unique_ptr<Session>* session,
                   StepResult* step) {
  const io::Nanos start = context.Now();
  const io::Nanos deadline = io::Later(start, context.options.wait);
  io::Nanos pause = io::ToNanos(context.account.reconnect.initial);
  int attempts = 1;
  const auto tell = [&](const char* what, const char* count) {
    const double seconds = static_cast<double>(context.Now() - start) / 1e9;
    step->found.push_back(absl::StrFormat("%s %.1f s, %s %d", what, seconds, count, attempts));
  };
  while (!Interrupted()) {
    const io::Nanos next = io::Later(context.Now(), pause);
    pause = std::min(2 * pause, io::ToNanos(context.account.reconnect.max));
    if (next >= deadline) break;
    TurnUntil(context.loop, next, [] { return false; });
    std::unique_ptr<Session> another = OpenAnother(context, **session);
    if (another == nullptr) continue;
    ++attempts;
    Ask(context, login, *another);
    if (!another->answer) continue;
    *session = std::move(another);
    if (IsBound((*session)->answer)) {
      tell("let in after", "at attempt");
      return step->Warn(Symptom::kDeadSessions);
    }
    if (!IsOccupied(StatusOf(*(*session)->answer))) {
      return tell("the SMSC had another reason after", "at attempt");
    }
  }
  tell("not let in within", "attempts:");
  step->found.push_back("what holds the account is alive, or is forgotten later");
}

void DescribeBound(const Received& answer, StepResult* step) {
  pdu::BindResponse body;
  if (!pdu::DecodeBody(pdu::Octets(answer.octets), &body).ok()) return;
  std::string name;
  pdu::AppendEscaped(body.system_id, &name);
  step->found.push_back("bound; the SMSC calls itself '" + name + "'");
}

}  // namespace

std::vector<CommandId> BindCommands(BindType type) {
  switch (type) {
    case BindType::kTransceiver:
      return {CommandId::kBindTransceiver};
    case BindType::kTransmitterAndReceiver:
      return {CommandId::kBindTransmitter, CommandId::kBindReceiver};
    case BindType::kTransmitter:
      return {CommandId::kBindTransmitter};
    case BindType::kReceiver:
      return {CommandId::kBindReceiver};
  }
  return {};
}

std::string_view RoleOf(CommandId command) {
  switch (command) {
    case CommandId::kBindTransmitter:
      return "transmitter";
    case CommandId::kBindReceiver:
      return "receiver";
    default:
      return "transceiver";
  }
}

std::vector<std::string> InPlaceOfAnAnswer(const Context& context, const Session& session) {
  std::vector<std::string> lines;
  for (const Received& stray : session.dialogue->strays()) {
    const std::vector<std::string> shown = context.transcript.Shown(stray.octets);
    lines.insert(lines.end(), shown.begin(), shown.end());
  }
  const Dialogue& dialogue = *session.dialogue;
  if (!dialogue.is_alive()) {
    lines.push_back(dialogue.Ending());
  } else if (!dialogue.unsent().empty()) {
    lines.push_back("it was not sent: " + dialogue.unsent());
  }
  if (lines.empty()) lines.push_back("nothing");
  return lines;
}

std::unique_ptr<Session> MakeSession(const Context& context, const Host& host,
                                     Connected connected) {
  auto session = std::make_unique<Session>();
  session->host = host;
  session->connected = std::move(connected);
  session->dialogue = std::make_unique<Dialogue>(&context.loop, session->connected.transport.get(),
                                                 &context.transcript, session->connected.number);
  return session;
}

std::unique_ptr<Session> OpenAnother(const Context& context, const Session& like) {
  Connected connected = ConnectAgain(context, like.connected.address);
  if (connected.transport == nullptr) return nullptr;
  std::unique_ptr<Session> session = MakeSession(context, like.host, std::move(connected));
  const bool is_ready =
      ShakeHandsAgain(context, like.host, session->connected, session->dialogue->Reader());
  return is_ready ? std::move(session) : nullptr;
}

std::optional<CommandStatus> AskToBind(const Context& context, CommandId command,
                                       Session& session) {
  const std::optional<Received> answer = Ask(context, LoginOf(context.account, command), session);
  if (!answer) return std::nullopt;
  return IsBound(answer) ? CommandStatus::ESME_ROK : StatusOf(*answer);
}

std::vector<std::optional<Received>> LeaveInOrder(const Context& context,
                                                  const std::vector<Session*>& sessions) {
  std::vector<uint32_t> asked;
  for (Session* session : sessions) {
    asked.push_back(session->dialogue->Ask(CommandId::kUnbind));
  }
  const io::Nanos deadline = io::Later(
      context.Now(), std::min(context.Allowed(context.account.bind_timeout), kUnbindPatience));
  std::vector<std::optional<Received>> answers;
  for (size_t i = 0; i < sessions.size(); ++i) {
    // Whoever stopped us is kept waiting for this alone.
    answers.push_back(sessions[i]->dialogue->Await(asked[i], deadline, 1));
  }
  return answers;
}

StepResult Bind(const Context& context, CommandId command, std::unique_ptr<Session>* session) {
  const AccountOptions& account = context.account;
  StepResult step;
  step.id = StepId::kBind;
  step.host = io::Endpoint{(*session)->host.name, (*session)->host.port}.ToString();
  step.title = absl::StrFormat("bind as %s", RoleOf(command));
  step.tried = absl::StrFormat("%s as system_id '%s', system_type '%s', interface_version 0x%02x",
                               pdu::NameOf(command), account.system_id, account.system_type,
                               static_cast<unsigned>(account.interface_version));
  const Login login = LoginOf(account, command);
  const io::Nanos start = context.Now();
  Ask(context, login, **session);
  const bool has_to_wait = context.options.wait > 0 && (*session)->answer &&
                           !IsBound((*session)->answer) &&
                           IsOccupied(StatusOf(*(*session)->answer));
  if (has_to_wait) WaitToBeLetIn(context, login, session, &step);
  step.took = context.Now() - start;
  if ((*session)->answer) step.AddRaw(context.transcript.Shown((*session)->answer->octets));
  if (!(*session)->answer) {
    NoAnswer(context, **session, &step);
  } else if (IsBound((*session)->answer)) {
    DescribeBound(*(*session)->answer, &step);
  } else {
    Refuse(context, **session, &step);
  }
  return step;
}

}  // namespace salvo::doctor
