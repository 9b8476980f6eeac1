// UTF-8 for tests, written apart from the code that is tested.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/random.h"

namespace salvo::test {

// The character in UTF-8, whatever it is: surrogates and values beyond Unicode too.
std::string Utf8(char32_t code_point);

// What a text is made of, for RandomText.
enum class Script {
  kAscii,      // letters, digits, spaces
  kGsm7,       // any character of the GSM 7-bit alphabet, the escaped ones as often as the others
  kLatin1,     // U+0020 to U+00FF
  kBasic,      // any character of one UTF-16 unit
  kEverything  // any character, half of them of two UTF-16 units
};

std::u32string RandomText(Random& random, Script script, size_t characters);

std::string Utf8(std::u32string_view text);

}  // namespace salvo::test
