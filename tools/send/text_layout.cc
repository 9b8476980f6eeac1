#include "tools/send/text_layout.h"

#include <cstdint>

namespace salvo::tools {
namespace {

// Octets of the escape sequence or the character that begins there; `*columns`: what it takes.
size_t StepAt(std::string_view line, size_t at, size_t* columns) {
  if (line[at] == '\x1B') {
    const size_t end = line.find('m', at);
    *columns = 0;
    return (end == std::string_view::npos ? line.size() : end + 1) - at;
  }
  const auto continues = [&](size_t i) {
    return i < line.size() && (static_cast<uint8_t>(line[i]) & 0xC0) == 0x80;
  };
  size_t octets = 1;
  while (continues(at + octets)) ++octets;
  *columns = 1;
  return octets;
}

}  // namespace

size_t WidthOf(std::string_view line) {
  size_t width = 0;
  size_t columns = 0;
  for (size_t at = 0; at < line.size(); width += columns) at += StepAt(line, at, &columns);
  return width;
}

std::string Cut(std::string_view line, size_t columns) {
  constexpr std::string_view kEllipsis = "…";
  if (WidthOf(line) <= columns) return std::string(line);
  std::string cut;
  size_t width = 0;
  size_t takes = 0;
  for (size_t at = 0, octets = 0; at < line.size(); at += octets) {
    octets = StepAt(line, at, &takes);
    width += takes;
    if (takes == 0 || width < columns) cut += line.substr(at, octets);
    if (takes > 0 && width == columns) cut += kEllipsis;
  }
  return cut;
}

std::vector<std::string> Pack(std::string_view indent, const std::vector<std::string>& items,
                              size_t columns) {
  constexpr std::string_view kGap = "   ";
  constexpr std::string_view kIndentBelow = "  ";
  std::vector<std::string> lines;
  for (const std::string& item : items) {
    if (lines.empty()) {
      lines.push_back(std::string(indent) + item);
    } else if (WidthOf(lines.back()) + kGap.size() + WidthOf(item) <= columns) {
      lines.back().append(kGap).append(item);
    } else {
      lines.push_back(std::string(kIndentBelow) + item);
    }
  }
  return lines;
}

}  // namespace salvo::tools
