// A scenario: what the simulator does when. A TOML file whose keys are the settings, which are the
// flags of `salvo sim`:
//
//   tps = 100                     # from the start, unless a flag says otherwise
//
//   [[at]]
//   time = "10s"                  # after the start; or after_bind: after the first bind
//   every = "5s"                  # and again, every so often
//   tps = 50
//   error = ["ESME_RSYSERR=5%"]   # in place of what it was; false: as if it had never been set
//   do = ["unbind=50%", "mo"]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sim/settings/setting.h"

namespace salvo::sim {

// A setting and its values; none: its default.
struct SettingChange {
  const Setting* setting = nullptr;
  std::vector<std::string> values;
};

// What is done to bound sessions, or for them.
struct ScenarioAction {
  Fault fault = Fault::kNone;  // kNone: an MO message to every account
  Portion portion;
};

struct ScenarioStep {
  enum class Clock : uint8_t { kStart, kFirstBind };

  Clock clock = Clock::kStart;
  io::Nanos time = 0;   // after that
  io::Nanos every = 0;  // 0: once
  std::vector<SettingChange> changes;
  std::vector<ScenarioAction> actions;
  // For people, without passwords: "tps = 50, do = unbind".
  std::string description;
};

struct Scenario {
  std::vector<SettingChange> at_start;
  std::vector<ScenarioStep> steps;

  // Errors name the file and the line.
  static absl::StatusOr<Scenario> Load(const std::string& path);
  // `path` is for errors alone.
  static absl::StatusOr<Scenario> Parse(std::string_view text, const std::string& path);

  // Whether all of it can be used with these options from the start on, taken in the file's order.
  absl::Status Check(Options options) const;
};

// Takes them in order.
absl::Status Apply(const std::vector<SettingChange>& changes, Options* options);

}  // namespace salvo::sim
