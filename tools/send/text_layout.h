// Lines of a terminal: how wide they are, and how what does not fit is laid out. Escape sequences
// of colours take no room; every other character is taken for one column.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace salvo::tools {

// In characters, each taken for a column.
size_t WidthOf(std::string_view line);

// The line in so many columns, an ellipsis where it was cut. All escape sequences are kept, so that
// no colour runs on.
std::string Cut(std::string_view line, size_t columns);

// The items one behind the other in as many lines as they need, three blanks between two of them;
// the first line begins with `indent`, those below with two blanks. None is cut.
std::vector<std::string> Pack(std::string_view indent, const std::vector<std::string>& items,
                              size_t columns);

}  // namespace salvo::tools
