// Numbers and times for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace salvo::tools {

// "1,234,567"
std::string WithCommas(uint64_t number);
// "1 row", "1,234 rows"; `noun` in the singular, its plural ending in s.
std::string Counted(uint64_t number, std::string_view noun);
// "0.0167": rounded to so many digits that count, without an exponent or zeros at the end.
// REQUIRES: not negative.
std::string Digits(double number, int digits);
// "1,234,567" a second, and below a hundred "12.5", "0.0167": with three digits that count.
std::string HumanRate(double per_second);
// "1 segment", "12.5 segments" a second.
std::string CountedRate(double per_second, std::string_view noun);
// "850 ms", "12.3 s", "4 min 05 s", "2 h 03 min"
std::string HumanTime(double seconds);
// "850 octets", "17.2 MB", "1.5 GB": thousands, not 1024s.
std::string HumanOctets(uint64_t octets);

}  // namespace salvo::tools
