// Numbers and times for people.
#pragma once

#include <cstdint>
#include <string>

namespace salvo::tools {

// "1,234,567"
std::string WithCommas(uint64_t number);
// "850 ms", "12.3 s", "4 min 05 s", "2 h 03 min"
std::string HumanTime(double seconds);

}  // namespace salvo::tools
