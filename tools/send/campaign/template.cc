#include "tools/send/campaign/template.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace salvo::tools {

absl::StatusOr<TextTemplate> TextTemplate::Parse(std::string_view text) {
  TextTemplate result;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) result.pieces_.push_back({std::move(literal), -1});
    literal.clear();
  };
  const auto fail = [&](const char* what, size_t at) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s at character %d of the text '%s' (write {{ or }} for a brace)", what, at + 1, text));
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool doubled = i + 1 < text.size() && text[i + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      literal += c;
      ++i;
    } else if (c == '}') {
      return fail("a closing brace without an opening one", i);
    } else if (c == '{') {
      const size_t close = text.find('}', i);
      if (close == std::string_view::npos) return fail("a brace that is never closed", i);
      const std::string name(text.substr(i + 1, close - i - 1));
      if (name.empty()) return fail("a column without a name", i);
      end_literal();
      auto found = std::find(result.columns_.begin(), result.columns_.end(), name);
      if (found == result.columns_.end()) {
        found = result.columns_.insert(found, name);
      }
      result.pieces_.push_back({"", static_cast<int>(found - result.columns_.begin())});
      i = close;
    } else {
      literal += c;
    }
  }
  end_literal();
  return result;
}

}  // namespace salvo::tools
