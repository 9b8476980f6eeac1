// Explanations as people read them, and as JSON Lines. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "salvo/explain.h"
#include "tools/common/page.h"

namespace salvo::tools {

// What salvo explain takes for this entry and no other: "errno 111", "0x58", "no receipts arrive".
std::string HandleOf(const Explanation& explanation);

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
