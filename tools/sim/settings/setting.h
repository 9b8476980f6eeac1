// The settings of the simulator: each is a flag of `salvo sim` and, under the same name, a key of
// a scenario file. Whoever reads either takes texts and hands them over here.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "tools/sim/options/options.h"

namespace salvo::sim {

enum class SettingGroup : uint8_t { kConnections, kBinds, kSubmissions, kReceipts, kMo };

using Values = std::span<const std::string>;

struct Setting {
  std::string name;   // "max-binds"
  std::string value;  // what it takes, for people: "TIME"; "": it is on or off
  std::string help;
  bool repeatable = false;
  std::string needs = {};  // another setting without which it does nothing; "": none
  SettingGroup group = SettingGroup::kConnections;
  // Sets the field anew; to its default where there are no values. "true" switches on what takes
  // no value. The error does not name the setting. After one the options are good for nothing.
  std::function<absl::Status(Values values, Options* options)> take = {};

  bool is_switch() const { return value.empty(); }
};

// All, group by group. Any thread.
const std::vector<Setting>& AllSettings();
// nullptr when there is none of that name.
const Setting* FindSetting(std::string_view name);

// Takes the values of a setting; an error names it.
absl::Status Take(const Setting& setting, Values values, Options* options);
// Whether settings that go together do.
absl::Status Check(const Options& options);

}  // namespace salvo::sim
