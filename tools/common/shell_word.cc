#include "tools/common/shell_word.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

// What means nothing to a shell wherever it stands; what is no ASCII is of letters.
bool IsPlain(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || (c >= '0' && c <= '9') || static_cast<uint8_t>(c) >= 0x80 ||
         std::string_view("_-./,:@%+=").find(c) != std::string_view::npos;
}

bool IsControl(char c) { return static_cast<uint8_t>(c) < ' ' || c == '\x7F'; }

// $'...': the way of shells to write what no terminal should be sent.
std::string WithEscapes(std::string_view name) {
  std::string word = "$'";
  for (const char c : name) {
    if (IsControl(c)) {
      word += absl::StrFormat("\\x%02x", static_cast<uint8_t>(c));
      continue;
    }
    if (c == '\'' || c == '\\') word += '\\';
    word += c;
  }
  return word + "'";
}

}  // namespace

std::string ShellWord(std::string_view file) {
  const std::string name = (file.starts_with('-') ? "./" : "") + std::string(file);
  if (!name.empty() && std::all_of(name.begin(), name.end(), IsPlain)) return name;
  if (std::any_of(name.begin(), name.end(), IsControl)) return WithEscapes(name);
  std::string word = "'";
  for (const char c : name) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

}  // namespace salvo::tools
