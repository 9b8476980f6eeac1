// A text with places for columns: "Hello {name}". A doubled brace stands for a brace.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace salvo::tools {

// Compiled once, used for every row. Immutable; any thread.
class TextTemplate {
 public:
  // The error shows the place in the text.
  static absl::StatusOr<TextTemplate> Parse(std::string_view text);

  // The columns it names, each once, in order of their first mention.
  const std::vector<std::string>& columns() const { return columns_; }

  // Appends the text to `out`; `value` gives what stands in the column of that place in columns().
  template <class Value>
  void Render(Value&& value, std::string* out) const {
    for (const Piece& piece : pieces_) {
      if (piece.column < 0) {
        out->append(piece.literal);
      } else {
        out->append(value(static_cast<size_t>(piece.column)));
      }
    }
  }

 private:
  struct Piece {
    std::string literal;
    int column = -1;  // place in columns_; negative: a literal
  };

  std::vector<Piece> pieces_;
  std::vector<std::string> columns_;
};

}  // namespace salvo::tools
