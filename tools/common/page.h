// Texts as pages: lines that fit a terminal, headings, colours. Pure functions, but for the one
// that looks at the standard output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace salvo::tools {

struct PageStyle {
  size_t columns = 0;    // lines are broken at spaces so that they fit; 0: they are not
  bool colours = false;  // escape sequences
};

// How pages suit the standard output: a pipe or a file gets plain, unbroken lines.
PageStyle StyleOfStdout();

// `text` behind `first`, its further lines behind as many spaces. ASCII.
std::string Paragraph(std::string_view first, std::string_view text, const PageStyle& style);

enum class Ink : uint8_t { kBold, kRed, kGreen, kYellow };

// `text` itself, where the page has no colours.
std::string Inked(Ink ink, std::string_view text, const PageStyle& style);

}  // namespace salvo::tools
