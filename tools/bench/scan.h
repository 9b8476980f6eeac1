// What is measured: comma lists, and their combinations.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/bench/setting.h"

namespace salvo::bench {

struct Scan {
  std::vector<uint32_t> windows = {10, 100, 1000};
  std::vector<uint32_t> binds = {1};
  std::vector<uint32_t> shards = {1};
  std::vector<uint32_t> text_octets = {100};
  std::vector<bool> tls = {false};
  std::vector<plan::JournalLevel> journals = {plan::JournalLevel::kProcess};
  std::vector<io::Nanos> delays = {0};
};

// "10,100,1000"; "off,on"; "off,process,power"; "0,5ms". The error names the word at fault; a word
// that stands twice is one.
absl::StatusOr<std::vector<uint32_t>> ParseNumbers(std::string_view text, uint32_t most);
absl::StatusOr<std::vector<bool>> ParseSwitches(std::string_view text);
absl::StatusOr<std::vector<plan::JournalLevel>> ParseLevels(std::string_view text);
absl::StatusOr<std::vector<io::Nanos>> ParseDelays(std::string_view text);

// Every combination, the windows turning fastest; more shards than binds would have nothing to do
// and are left out.
std::vector<Setting> Combine(const Scan& scan);

}  // namespace salvo::bench
