// What came and belongs to no row, and what receipts cannot be told of, for the end of a run.
#pragma once

#include <string>
#include <vector>

#include "salvo/engine.h"

namespace salvo::tools {

// Nothing where there is nothing to say.
void AddStrayLines(const Stats& stats, std::vector<std::string>* lines);

}  // namespace salvo::tools
