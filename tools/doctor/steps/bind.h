// The bind: what each answer means, and what can be tried further without harm.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/steps/network.h"
#include "tools/doctor/talk/dialogue.h"

namespace salvo::doctor {

// A connection with its session.
struct Session {
  Connected connected;
  std::unique_ptr<Dialogue> dialogue;
  Host host;
  pdu::CommandId command = pdu::CommandId::kBindTransceiver;
  std::optional<Received> answer;  // to the bind
};

// The commands that the account's bind_type asks for: one, or two on a session each.
std::vector<pdu::CommandId> BindCommands(BindType type);
// "transceiver"
std::string_view RoleOf(pdu::CommandId command);

// What came in place of an answer: answers to nothing that was asked, the end, or nothing; or why
// nothing could come.
std::vector<std::string> InPlaceOfAnAnswer(const Context& context, const Session& session);

// Prepares a session on a connection that is up.
std::unique_ptr<Session> MakeSession(const Context& context, const Host& host, Connected connected);
// Another connection to the same address, as far as a bind; nullptr when it does not come about.
std::unique_ptr<Session> OpenAnother(const Context& context, const Session& like);

// Binds and waits for the answer: its status, or nullopt when none came.
std::optional<pdu::CommandStatus> AskToBind(const Context& context, pdu::CommandId command,
                                            Session& session);
// Unbinds all of them, and waits a few seconds at most for what answers each; nullopt: nothing did.
std::vector<std::optional<Received>> LeaveInOrder(const Context& context,
                                                  const std::vector<Session*>& sessions);

// Binds, on a session that is ready for it. A refusal is looked into with at most one further
// attempt, on a connection of its own, and only where that cannot count as a wrong login more than
// the first did. With Options::wait, a refusal because of another session is tried again until
// the SMSC lets us in; `session` is the one that is bound then.
StepResult Bind(const Context& context, pdu::CommandId command, std::unique_ptr<Session>* session);

}  // namespace salvo::doctor
