#include "tools/plan/demand.h"

namespace salvo::plan {

std::string_view NameOf(JournalLevel level) {
  switch (level) {
    case JournalLevel::kOff:
      return "off";
    case JournalLevel::kProcess:
      return "process";
    case JournalLevel::kPower:
      return "power";
  }
  return "";
}

std::optional<JournalLevel> JournalLevelOf(std::string_view name) {
  for (const auto level : {JournalLevel::kOff, JournalLevel::kProcess, JournalLevel::kPower}) {
    if (name == NameOf(level)) return level;
  }
  return std::nullopt;
}

}  // namespace salvo::plan
