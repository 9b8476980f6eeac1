// Plays a scenario: changes the server's options and makes its sessions suffer when it is time.
// One thread, the loop's.
#pragma once

#include <functional>
#include <string>

#include "tools/sim/scenario/scenario.h"
#include "tools/sim/schedule.h"
#include "tools/sim/server.h"

namespace salvo::sim {

class Director {
 public:
  // Begins to play. `server` is not owned and must outlive it. `announce` is told each step that
  // is taken: "10s: tps = 50", and why one could not be.
  Director(Server& server, Scenario scenario, std::function<void(const std::string&)> announce);

 private:
  void Begin(ScenarioStep::Clock clock);
  void OnTimer();
  void Play(const ScenarioStep& step);

  Server& server_;
  const Scenario scenario_;
  std::function<void(const std::string&)> announce_;
  io::Nanos started_;
  Schedule<size_t> due_;  // indices of steps
  io::Timer timer_;
};

}  // namespace salvo::sim
