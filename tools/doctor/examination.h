// The steps on one account, in the order in which a person would try them, up to the first cause.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tools/doctor/context.h"
#include "tools/doctor/step.h"
#include "tools/doctor/steps/bind.h"

namespace salvo::doctor {

// One thread; drives the loop until it is through.
class Examination {
 public:
  // All must outlive it.
  Examination(const Context& context, StepSink* sink) : context_(context), sink_(*sink) {}

  // Resolves, connects, shakes hands and binds, host by host; over the first that lets us in, what
  // else was asked for. What fails below the bind leaves the other hosts to be tried; a refused
  // bind, or anything after it, ends the examination.
  void Run();

  // The first failure; nullptr: there was none.
  const StepResult* failure() const { return failure_ ? &*failure_ : nullptr; }

 private:
  bool Report(StepResult step);
  std::unique_ptr<Session> Open(const Host& host);
  // A session as that one, as far as a bind; nullptr, and reported, when it does not come about.
  std::unique_ptr<Session> OpenOnceMore(const Session& like);
  bool BindSession(pdu::CommandId command, std::unique_ptr<Session>* session);
  // Both binds of the account where it has two; false: the examination is over.
  bool BindAll(const Host& host);
  bool LookAtSession();
  bool LookAtBinds();
  bool LookAtIdle();
  bool LookAtMessages();
  void End();
  Session& sender() { return *sessions_.front(); }
  Session* receiver();

  const Context& context_;
  StepSink& sink_;
  std::vector<std::unique_ptr<Session>> sessions_;  // the sender first
  std::optional<StepResult> failure_;
  bool is_over_ = false;
};

}  // namespace salvo::doctor
