#include "tools/common/page.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

constexpr size_t kMostColumns = 100;  // longer lines are hard to read
constexpr size_t kLeastColumns = 40;

int CodeOf(Ink ink) {
  switch (ink) {
    case Ink::kBold:
      return 1;
    case Ink::kRed:
      return 31;
    case Ink::kGreen:
      return 32;
    case Ink::kYellow:
      return 33;
  }
  return 0;
}

}  // namespace

PageStyle StyleOfStdout() {
  PageStyle style;
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0) return style;
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  style.columns = std::clamp<size_t>(known ? size.ws_col : 80, kLeastColumns, kMostColumns);
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  style.colours = !dumb && std::getenv("NO_COLOR") == nullptr;
  return style;
}

std::string Paragraph(std::string_view first, std::string_view text, const PageStyle& style) {
  std::string out(first);
  size_t column = first.size();
  bool at_start = true;
  while (!text.empty()) {
    const size_t size = std::min(text.find(' '), text.size());
    const bool breaks = style.columns > 0 && !at_start && column + 1 + size > style.columns;
    if (breaks) {
      out += '\n';
      out.append(first.size(), ' ');
      column = first.size();
    } else if (!at_start) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, size);
    column += size;
    at_start = false;
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return out + "\n";
}

std::string Inked(Ink ink, std::string_view text, const PageStyle& style) {
  if (!style.colours) return std::string(text);
  return absl::StrFormat("\x1B[%dm%s\x1B[0m", CodeOf(ink), text);
}

}  // namespace salvo::tools
