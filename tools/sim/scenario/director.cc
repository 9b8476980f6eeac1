#include "tools/sim/scenario/director.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "tools/common/human.h"

namespace salvo::sim {

Director::Director(Server& server, Scenario scenario,
                   std::function<void(const std::string&)> announce)
    : server_(server),
      scenario_(std::move(scenario)),
      announce_(std::move(announce)),
      started_(server.loop().now()),
      timer_(server.loop().timers(), [this] { OnTimer(); }) {
  Begin(ScenarioStep::Clock::kStart);
  server_.OnFirstBind([this] { Begin(ScenarioStep::Clock::kFirstBind); });
}

void Director::Begin(ScenarioStep::Clock clock) {
  const io::Nanos now = server_.loop().now();
  for (size_t i = 0; i < scenario_.steps.size(); ++i) {
    const ScenarioStep& step = scenario_.steps[i];
    if (step.clock == clock) due_.Add(io::Later(now, step.time), i);
  }
  timer_.Set(due_.next());
}

void Director::OnTimer() {
  const io::Nanos now = server_.loop().now();
  while (due_.next() <= now) {
    const io::Nanos at = due_.next();
    const size_t index = due_.Take();
    const ScenarioStep& step = scenario_.steps[index];
    Play(step);
    // After a pause of this process what was missed is not made up for.
    if (step.every > 0) due_.Add(io::Later(std::max(at, now - step.every), step.every), index);
  }
  timer_.Set(due_.next());
}

void Director::Play(const ScenarioStep& step) {
  const double seconds = static_cast<double>(server_.loop().now() - started_) / io::kNanosPerSecond;
  std::string line = absl::StrFormat("%.1f s: %s", seconds, step.description);
  if (!step.changes.empty()) {
    Options options = server_.options();
    absl::Status status = Apply(step.changes, &options);
    if (status.ok()) status = Check(options);
    if (status.ok()) status = server_.Change(std::move(options));
    if (!status.ok()) absl::StrAppendFormat(&line, ": not done: %s", status.message());
  }
  for (const ScenarioAction& action : step.actions) {
    if (action.fault == Fault::kNone) {
      server_.mo().SendToAll();
    } else {
      server_.Strike(action.fault, action.portion);
    }
  }
  announce_(line);
}

}  // namespace salvo::sim
