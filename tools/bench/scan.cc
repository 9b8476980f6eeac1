#include "tools/bench/scan.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "tools/common/parse.h"

namespace salvo::bench {
namespace {

// `understand` makes a value of a word, or an error.
template <class Value, class Understand>
absl::StatusOr<std::vector<Value>> ParseList(std::string_view text, Understand understand) {
  std::vector<Value> values;
  for (;;) {
    const size_t comma = text.find(',');
    const absl::StatusOr<Value> value = understand(text.substr(0, comma));
    if (!value.ok()) return value.status();
    if (std::find(values.begin(), values.end(), *value) == values.end()) values.push_back(*value);
    if (comma == std::string_view::npos) return values;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

absl::StatusOr<std::vector<uint32_t>> ParseNumbers(std::string_view text, uint32_t most) {
  return ParseList<uint32_t>(text, [&](std::string_view word) -> absl::StatusOr<uint32_t> {
    const std::string fault = tools::FaultOfWhole(word, 1, most);
    if (!fault.empty()) return absl::InvalidArgumentError(fault);
    return static_cast<uint32_t>(std::stoul(std::string(word)));
  });
}

absl::StatusOr<std::vector<bool>> ParseSwitches(std::string_view text) {
  return ParseList<bool>(text, [](std::string_view word) -> absl::StatusOr<bool> {
    if (word == "on" || word == "off") return word == "on";
    return absl::InvalidArgumentError(absl::StrFormat("'%s' is neither on nor off", word));
  });
}

absl::StatusOr<std::vector<plan::JournalLevel>> ParseLevels(std::string_view text) {
  using Level = plan::JournalLevel;
  return ParseList<Level>(text, [](std::string_view word) -> absl::StatusOr<Level> {
    if (const auto level = plan::JournalLevelOf(word)) return *level;
    return absl::InvalidArgumentError(
        absl::StrFormat("'%s' is none of off, process and power", word));
  });
}

absl::StatusOr<std::vector<io::Nanos>> ParseDelays(std::string_view text) {
  return ParseList<io::Nanos>(text, [](std::string_view word) -> absl::StatusOr<io::Nanos> {
    return tools::ParseTime(word);
  });
}

std::vector<Setting> Combine(const Scan& scan) {
  std::vector<Setting> settings = {{}};
  // Every setting so far with every value.
  const auto by = [&](const auto& values, auto put) {
    std::vector<Setting> more;
    for (const Setting& setting : settings) {
      for (const auto value : values) {
        more.push_back(setting);
        put(more.back(), value);
      }
    }
    settings = std::move(more);
  };
  by(scan.delays, [](Setting& s, io::Nanos delay) { s.delay = delay; });
  by(scan.tls, [](Setting& s, bool tls) { s.tls = tls; });
  by(scan.journals, [](Setting& s, plan::JournalLevel level) { s.journal = level; });
  by(scan.text_octets, [](Setting& s, uint32_t octets) { s.text_octets = octets; });
  by(scan.binds, [](Setting& s, uint32_t binds) { s.binds = binds; });
  by(scan.shards, [](Setting& s, uint32_t shards) { s.shards = shards; });
  by(scan.windows, [](Setting& s, uint32_t window) { s.window = window; });
  std::erase_if(settings, [](const Setting& s) { return s.shards > s.binds; });
  return settings;
}

}  // namespace salvo::bench
