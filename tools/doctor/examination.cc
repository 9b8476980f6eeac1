#include "tools/doctor/examination.h"

#include <utility>

#include "tools/doctor/steps/binds.h"
#include "tools/doctor/steps/network.h"
#include "tools/doctor/steps/receipt.h"
#include "tools/doctor/steps/session.h"
#include "tools/doctor/steps/submit.h"
#include "tools/doctor/steps/throttling.h"
#include "tools/doctor/steps/tls.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {

// False when the step failed, or the user has stopped us: it is not a finding then.
bool Examination::Report(StepResult step) {
  if (Interrupted()) {
    is_over_ = true;
    return false;
  }
  sink_.OnStep(step);
  const bool failed = step.verdict == Verdict::kFailed;
  if (failed && !failure_) failure_ = std::move(step);
  return !failed;
}

std::unique_ptr<Session> Examination::Open(const Host& host) {
  std::vector<io::SocketAddress> addresses;
  if (!Report(Resolve(context_, host, &addresses))) return nullptr;
  Connected connected;
  if (!Report(Connect(context_, host, addresses, &connected))) return nullptr;
  std::unique_ptr<Session> session = MakeSession(context_, host, std::move(connected));
  const bool is_ready =
      Report(ShakeHands(context_, host, session->connected, session->dialogue->Reader()));
  return is_ready ? std::move(session) : nullptr;
}

bool Examination::BindSession(pdu::CommandId command, std::unique_ptr<Session>* session) {
  StepResult step = Bind(context_, command, session);
  // A connection that turned out to be none is the fault of this host alone.
  is_over_ = step.verdict == Verdict::kFailed && step.exit_code == ExitCodeOf(StepId::kBind);
  return Report(std::move(step));
}

std::unique_ptr<Session> Examination::OpenOnceMore(const Session& like) {
  std::unique_ptr<Session> session = OpenAnother(context_, like);
  if (session != nullptr) return session;
  StepResult step;
  step.id = StepId::kConnect;
  step.host = io::Endpoint{like.host.name, like.host.port}.ToString();
  step.title = "connect to " + step.host + " once more";
  step.tried = "a further connection, as the one before";
  step.Fail(Symptom::kUnreachable);
  Report(std::move(step));
  return nullptr;
}

bool Examination::BindAll(const Host& host) {
  for (const pdu::CommandId command : BindCommands(context_.account.bind_type)) {
    std::unique_ptr<Session> session =
        sessions_.empty() ? Open(host) : OpenOnceMore(*sessions_.front());
    if (session == nullptr || !BindSession(command, &session)) return false;
    sessions_.push_back(std::move(session));
  }
  return true;
}

Session* Examination::receiver() {
  const bool can_receive = sessions_.back()->command != pdu::CommandId::kBindTransmitter;
  return can_receive ? sessions_.back().get() : nullptr;
}

void Examination::End() {
  while (!sessions_.empty()) {
    if (sessions_.back()->dialogue->is_alive()) {
      sessions_.back()->dialogue->HoldDeliveries(false);
      const StepResult step = Unbind(context_, *sessions_.back());
      if (!is_over_) sink_.OnStep(step);
    }
    sessions_.pop_back();
  }
}

bool Examination::LookAtSession() {
  for (const std::unique_ptr<Session>& session : sessions_) {
    if (!Report(CompareVersions(context_, *session))) return false;
    if (!Report(EnquireLink(context_, *session))) return false;
  }
  return true;
}

bool Examination::LookAtBinds() {
  return !context_.options.all_binds || Report(BindTheOthers(context_, sender()));
}

// Sessions that the SMSC ended as expected are bound anew for what follows.
bool Examination::LookAtIdle() {
  if (context_.options.idle == 0) return true;
  if (!Report(StayIdle(context_, sender()))) return false;
  for (std::unique_ptr<Session>& session : sessions_) {
    if (session->dialogue->is_alive()) continue;
    std::unique_ptr<Session> again = OpenOnceMore(*session);
    if (again == nullptr || !BindSession(session->command, &again)) return false;
    session = std::move(again);
  }
  return true;
}

bool Examination::LookAtMessages() {
  const Options& options = context_.options;
  if (options.wait_inbound > 0 && !Report(AwaitInbound(context_, receiver()))) return false;
  if (options.to.empty()) return true;
  std::optional<Submitted> submitted;
  if (!Report(Submit(context_, sender(), receiver(), &submitted))) return false;
  if (options.wait_receipt > 0 && !Report(AwaitReceipt(context_, receiver(), *submitted))) {
    return false;
  }
  if (receiver() != nullptr) receiver()->dialogue->HoldDeliveries(false);
  return options.throttle == 0 || Report(FindThrottling(context_, sender()));
}

void Examination::Run() {
  bool looked = false;
  for (const Host& host : context_.account.hosts) {
    const bool is_bound = BindAll(host);
    if (is_bound && !looked) {
      looked = true;
      is_over_ = !LookAtSession() || !LookAtBinds() || !LookAtIdle() || !LookAtMessages();
    }
    End();
    if (is_over_ || Interrupted()) return;
  }
}

}  // namespace salvo::doctor
