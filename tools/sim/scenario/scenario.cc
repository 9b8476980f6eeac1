#include "tools/sim/scenario/scenario.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <span>

#include "absl/strings/str_format.h"
#include "tools/common/cannot.h"
#include "tools/common/nearest.h"
#include "tools/common/parse.h"
#include "tools/common/toml_fault.h"

namespace salvo::sim {
namespace {

constexpr std::string_view kSteps = "at";
constexpr std::string_view kRootKeys[] = {kSteps};
constexpr std::string_view kStepKeys[] = {"time", "after_bind", "every", "do"};
constexpr std::string_view kMo = "mo";
// Whose values nobody is to see.
constexpr std::string_view kSecretSetting = "account";

// Keys of TOML are written with underscores as a rule, flags with dashes.
std::string NameOfKey(std::string_view key) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  absl::StatusOr<Scenario> Read(const toml::table& root);

 private:
  absl::Status Fault(const toml::node& node, std::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s, line %d: %s", path_, node.source().begin.line, what));
  }
  absl::Status ReadStep(const toml::node& node, ScenarioStep* step);
  // False when the key is none of a step's own.
  bool IsStepKey(std::string_view key) const;
  absl::Status ReadStepKey(std::string_view key, const toml::node& node, ScenarioStep* step);
  absl::Status ReadActions(const toml::node& node, ScenarioStep* step);
  // Beside settings there are `others`, which the caller reads.
  absl::StatusOr<SettingChange> ReadSetting(std::string_view key, const toml::node& node,
                                            std::span<const std::string_view> others);
  absl::Status ReadValues(const toml::node& node, std::vector<std::string>* values) const;
  absl::Status UnknownKey(std::string_view key, const toml::node& node,
                          std::span<const std::string_view> others) const;

  const std::string& path_;
};

// In the order of the file, which a table forgets.
std::vector<std::pair<std::string, const toml::node*>> InOrder(const toml::table& table) {
  std::vector<std::pair<std::string, const toml::node*>> nodes;
  for (const auto& [key, node] : table) nodes.emplace_back(key.str(), &node);
  const auto position = [](const toml::node& node) {
    const toml::source_position at = node.source().begin;
    return std::pair(at.line, at.column);
  };
  std::stable_sort(nodes.begin(), nodes.end(), [&](const auto& a, const auto& b) {
    return position(*a.second) < position(*b.second);
  });
  return nodes;
}

absl::StatusOr<Scenario> Reader::Read(const toml::table& root) {
  Scenario scenario;
  for (const auto& [key, node] : InOrder(root)) {
    if (key != kSteps) {
      if (IsStepKey(key))
        return Fault(*node, absl::StrFormat("%s is for steps: [[at]] goes before it", key));
      auto change = ReadSetting(key, *node, kRootKeys);
      if (!change.ok()) return change.status();
      scenario.at_start.push_back(*std::move(change));
      continue;
    }
    const toml::array* steps = node->as_array();
    if (steps == nullptr) return Fault(*node, "steps are written [[at]], with their keys below");
    for (const toml::node& step : *steps) {
      const absl::Status status = ReadStep(step, &scenario.steps.emplace_back());
      if (!status.ok()) return status;
    }
  }
  return scenario;
}

bool Reader::IsStepKey(std::string_view key) const {
  return std::find(std::begin(kStepKeys), std::end(kStepKeys), key) != std::end(kStepKeys);
}

absl::Status Reader::ReadStep(const toml::node& node, ScenarioStep* step) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return Fault(node, "steps are written [[at]], with their keys below");
  if (table->contains("time") == table->contains("after_bind")) {
    return Fault(node, "a step has either time or after_bind, such as time = \"10s\"");
  }
  for (const auto& [key, value] : InOrder(*table)) {
    if (IsStepKey(key)) {
      const absl::Status status = ReadStepKey(key, *value, step);
      if (!status.ok()) return status;
      continue;
    }
    auto change = ReadSetting(key, *value, kStepKeys);
    if (!change.ok()) return change.status();
    std::string values;
    if (change->setting->name != kSecretSetting) {
      for (const std::string& text : change->values) values += " " + text;
      if (change->values.empty()) values = " its default";
      values = " =" + values;
    }
    absl::StrAppendFormat(&step->description, "%s%s%s", step->description.empty() ? "" : ", ",
                          change->setting->name, values);
    step->changes.push_back(*std::move(change));
  }
  if (step->changes.empty() && step->actions.empty()) return Fault(node, "the step does nothing");
  return absl::OkStatus();
}

absl::Status Reader::ReadStepKey(std::string_view key, const toml::node& node, ScenarioStep* step) {
  if (key == "do") return ReadActions(node, step);
  const auto* text = node.as_string();
  const auto time = tools::ParseTime(text == nullptr ? "" : text->get());
  if (text == nullptr || !time.ok()) {
    return Fault(node, absl::StrFormat("%s takes a time in quotes, such as \"30s\"", key));
  }
  if (key == "every") {
    if (*time == 0) return Fault(node, "every takes a time above 0");
    step->every = *time;
    return absl::OkStatus();
  }
  step->time = *time;
  step->clock = key == "time" ? ScenarioStep::Clock::kStart : ScenarioStep::Clock::kFirstBind;
  return absl::OkStatus();
}

absl::Status Reader::ReadActions(const toml::node& node, ScenarioStep* step) {
  std::vector<std::string> texts;
  const absl::Status status = ReadValues(node, &texts);
  if (!status.ok()) return Fault(node, absl::StrFormat("do: %s", status.message()));
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    const std::string word = text.substr(0, equals);
    const FaultWord* fault = FindFault(word);
    const bool known = word == kMo || (fault != nullptr && fault->CanBe(FaultPlace::kSession));
    if (!known) {
      return Fault(node, absl::StrFormat("do: '%s' is none of close, reset, unbind, garbage, "
                                         "stop-reading, mo",
                                         word));
    }
    ScenarioAction action;
    if (fault != nullptr) action.fault = fault->fault;
    if (word == kMo && equals != std::string::npos) {
      return Fault(node, "do: mo is for every account, and takes nothing behind it");
    }
    if (equals != std::string::npos) {
      const auto portion = Portion::Parse(std::string_view(text).substr(equals + 1));
      if (!portion.ok()) {
        return Fault(node, absl::StrFormat("do: %s", portion.status().message()));
      }
      action.portion = *portion;
    }
    step->actions.push_back(action);
    absl::StrAppendFormat(&step->description, "%sdo = %s", step->description.empty() ? "" : ", ",
                          text);
  }
  return absl::OkStatus();
}

absl::StatusOr<SettingChange> Reader::ReadSetting(std::string_view key, const toml::node& node,
                                                  std::span<const std::string_view> others) {
  SettingChange change{FindSetting(NameOfKey(key)), {}};
  if (change.setting == nullptr) return UnknownKey(key, node, others);
  absl::Status status = ReadValues(node, &change.values);
  // The values alone: whether they go together with others is seen later.
  Options options;
  if (status.ok()) status = change.setting->take(change.values, &options);
  if (!status.ok()) return Fault(node, absl::StrFormat("%s: %s", key, status.message()));
  return change;
}

// As a flag would have them: true is "true", false is nothing at all.
absl::Status Reader::ReadValues(const toml::node& node, std::vector<std::string>* values) const {
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& element : *list) {
      if (element.is_array()) return absl::InvalidArgumentError("takes no list within a list");
      absl::Status status = ReadValues(element, values);
      if (!status.ok()) return status;
    }
  } else if (const auto* text = node.as_string()) {
    values->push_back(text->get());
  } else if (const auto* whole = node.as_integer()) {
    values->push_back(absl::StrFormat("%d", whole->get()));
  } else if (const auto* real = node.as_floating_point()) {
    values->push_back(absl::StrFormat("%g", real->get()));
  } else if (const auto* flag = node.as_boolean()) {
    if (flag->get()) values->push_back("true");
  } else {
    return absl::InvalidArgumentError("takes a text, a number, true, false or a list of texts");
  }
  return absl::OkStatus();
}

absl::Status Reader::UnknownKey(std::string_view key, const toml::node& node,
                                std::span<const std::string_view> others) const {
  std::vector<std::string_view> known(others.begin(), others.end());
  for (const Setting& setting : AllSettings()) known.push_back(setting.name);
  return Fault(node, absl::StrFormat("unknown key '%s'; the nearest known one is '%s'", key,
                                     tools::NearestWord(NameOfKey(key), known)));
}

}  // namespace

absl::StatusOr<Scenario> Scenario::Load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  std::array<char, 4096> some;
  while (in.good()) {
    in.read(some.data(), some.size());
    text.append(some.data(), static_cast<size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad()) {
    return absl::InvalidArgumentError(tools::Cannot("read the scenario", path));
  }
  return Parse(text, path);
}

absl::StatusOr<Scenario> Scenario::Parse(std::string_view text, const std::string& path) {
  try {
    return Reader(path).Read(toml::parse(text, path));
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(absl::StrFormat("%s, line %d: %s", path,
                                                      error.source().begin.line,
                                                      tools::SyntaxFault(error.description())));
  }
}

absl::Status Scenario::Check(Options options) const {
  absl::Status status = sim::Check(options);
  for (const ScenarioStep& step : steps) {
    if (status.ok()) status = Apply(step.changes, &options);
    if (status.ok()) status = sim::Check(options);
  }
  return status;
}

absl::Status Apply(const std::vector<SettingChange>& changes, Options* options) {
  for (const SettingChange& change : changes) {
    absl::Status status = Take(*change.setting, change.values, options);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace salvo::sim
