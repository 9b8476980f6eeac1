#include "tools/send/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tools/send/text_layout.h"

namespace salvo::tools {
namespace {

size_t TerminalColumns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

Style ChooseStyle(std::string_view name) {
  if (name == "full") return Style::kFull;
  if (name == "nocolor") return Style::kNoColor;
  if (name == "basic") return Style::kBasic;
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  if (isatty(STDERR_FILENO) == 0 || dumb) return Style::kBasic;
  return std::getenv("NO_COLOR") != nullptr ? Style::kNoColor : Style::kFull;
}

size_t Console::columns() const { return TerminalColumns() - 1; }

std::string Console::Wrap(const char* code, std::string_view text) const {
  if (style_ != Style::kFull) return std::string(text);
  return "\x1B[" + std::string(code) + "m" + std::string(text) + "\x1B[0m";
}

void Console::Erase(std::string* out) {
  if (shown_.empty()) return;
  *out += "\x1B[" + std::to_string(shown_.size()) + "A\r\x1B[J";
}

void Console::Note(std::string_view line) {
  const std::lock_guard lock(mutex_);
  std::string out;
  Erase(&out);
  out.append(line).append("\n");
  for (const std::string& shown : shown_) out += shown + "\n";
  std::fputs(out.c_str(), stderr);
}

void Console::Show(const std::vector<std::string>& lines) {
  if (!live()) return;
  const std::lock_guard lock(mutex_);
  std::string out;
  Erase(&out);
  const size_t most = columns();
  shown_.clear();
  for (const std::string& line : lines) {
    shown_.push_back(Cut(line, most));
    out += shown_.back() + "\n";
  }
  std::fputs(out.c_str(), stderr);
}

void Console::Finish() {
  const std::lock_guard lock(mutex_);
  shown_.clear();
}

}  // namespace salvo::tools
