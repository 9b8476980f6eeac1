// What the models say in the same words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace salvo::test {

// Of one kind.
inline constexpr size_t kMostFindings = 5;

inline std::string Of(uint64_t key) { return ", message " + std::to_string(key); }

// An outcome's message_ids.
inline std::multiset<std::string> SplitIds(std::string_view ids) {
  std::multiset<std::string> split;
  std::istringstream words{std::string(ids)};
  for (std::string id; words >> id;) split.insert(id);
  return split;
}

}  // namespace salvo::test
