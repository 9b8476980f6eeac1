// The grammar of delimited text, in one place for all who read it: RFC 4180, where a quote counts
// only if a field begins with it.
#pragma once

#include <string_view>

#include "tools/send/campaign/marks.h"

namespace salvo::tools {

// A field as it stands in the text, as offsets.
struct RawField {
  size_t start = 0;     // of what it says: behind the opening quote
  size_t stop = 0;      // and behind it: the closing quote
  size_t end = 0;       // the delimiter or newline that ends it, or the size of the text
  size_t newlines = 0;  // in its quotes
  bool quoted = false;
  bool closed = true;    // it has its closing quote, or needs none
  bool doubled = false;  // it has doubled quotes
};

// Goes through a text field by field. One thread; neither text nor marks are owned.
class FieldCursor {
 public:
  // `text`: that of the marks, or a front of it that ends with a record.
  FieldCursor(std::string_view text, const Marks& marks) : text_(text), marks_(marks) {}

  // Whether there is a field. Behind a delimiter there always is one.
  bool AtEnd() const { return start_ >= text_.size(); }
  // REQUIRES: there is one.
  RawField Next() {
    RawField field;
    field.start = start_;
    const size_t mark = marks_.Next();
    if (mark == start_ && IsQuote(mark)) {
      ReadQuoted(&field);
    } else {
      field.stop = field.end = BehindQuotes(mark);
    }
    start_ = field.end + 1;
    return field;
  }
  // Whether a record ends with that field.
  bool EndsRecord(const RawField& field) const {
    return field.end == text_.size() || text_[field.end] == '\n';
  }

 private:
  bool IsQuote(size_t mark) const { return mark != text_.size() && text_[mark] == '"'; }

  // From a mark in a field to the one that ends it.
  size_t BehindQuotes(size_t mark) {
    while (IsQuote(mark)) mark = marks_.Next();
    return mark;
  }

  void ReadQuoted(RawField* field) {
    ++field->start;
    field->quoted = true;
    for (;;) {
      const size_t mark = marks_.Next();
      if (mark == text_.size()) {
        field->stop = field->end = mark;
        field->closed = false;
        return;
      }
      if (text_[mark] == '\n') ++field->newlines;
      if (text_[mark] != '"') continue;
      const size_t next = marks_.Next();
      if (next != mark + 1 || !IsQuote(next)) {
        field->stop = mark;
        field->end = BehindQuotes(next);
        return;
      }
      field->doubled = true;
    }
  }

  std::string_view text_;
  MarkCursor marks_;
  size_t start_ = 0;  // of the next field
};

}  // namespace salvo::tools
