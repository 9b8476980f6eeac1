// The figures for programs, `salvo plan --from` among them. Pure.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/figures.h"
#include "tools/bench/report/machine_facts.h"

namespace salvo::bench {

// A line: message_type "case".
std::string CaseJson(const Figures& figures);

// A line: message_type "summary", with the machine, the method, and all cases as a list.
std::string SummaryJson(const std::vector<Figures>& all, const Method& method,
                        const MachineFacts& machine);

}  // namespace salvo::bench
