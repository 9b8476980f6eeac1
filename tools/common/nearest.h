// Which known word somebody may have meant.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace salvo::tools {

// Insertions, removals and replacements from one word to the other.
inline size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

// REQUIRES: `known` is not empty.
inline std::string_view NearestWord(std::string_view word,
                                    std::span<const std::string_view> known) {
  return *std::min_element(known.begin(), known.end(), [&](auto a, auto b) {
    return EditDistance(word, a) < EditDistance(word, b);
  });
}

}  // namespace salvo::tools
