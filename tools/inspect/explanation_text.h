// Explanations as people read them, and as JSON Lines. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "salvo/explain.h"

namespace salvo::tools {

struct PageStyle {
  size_t columns = 0;    // lines are broken at spaces so that they fit; 0: they are not
  bool colours = false;  // escape sequences for headings
};

// How pages suit the standard output: a pipe or a file gets plain, unbroken lines.
PageStyle StyleOfStdout();

// One entry in full.
std::string ExplanationPage(const Explanation& explanation, const PageStyle& style);

// Several entries that somebody may have meant who typed `words`, a line each.
std::string CandidateList(std::string_view words, const std::vector<const Explanation*>& candidates,
                          const PageStyle& style);

// All entries, a line each, under their topics.
std::string ExplanationIndex(const PageStyle& style);

// One line: a JSON object.
std::string ExplanationJson(const Explanation& explanation);

}  // namespace salvo::tools
