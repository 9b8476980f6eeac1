#include "tools/send/campaign/record_index.h"

#include "tools/send/campaign/marks.h"

namespace salvo::tools {
namespace {

// Goes through a text field by field.
class FieldCursor {
 public:
  FieldCursor(std::string_view text, char delimiter) : text_(text), marks_(text, delimiter) {}

  // Behind a delimiter there always is a field, be it empty.
  bool AtEnd() const { return start_ >= text_.size(); }

  // REQUIRES: there is one.
  FieldPlace Next() {
    const size_t start = start_;
    const size_t mark = marks_.Next();
    return mark == start && IsQuote(mark) ? Quoted(start + 1) : Plain(start, mark);
  }

  // Behind the last one and its delimiter or newline.
  size_t offset() const { return start_; }
  // Before that.
  uint64_t newlines() const { return newlines_; }

 private:
  bool IsQuote(size_t mark) const { return mark != text_.size() && text_[mark] == '"'; }

  FieldPlace Plain(size_t start, size_t mark) {
    FieldPlace field;
    field.start = static_cast<uint32_t>(start);
    field.stop = static_cast<uint32_t>(Finish(start, mark, &field));
    return field;
  }

  FieldPlace Quoted(size_t start) {
    FieldPlace field;
    field.start = static_cast<uint32_t>(start);
    for (;;) {
      const size_t mark = marks_.Next();
      if (mark == text_.size()) {
        field.stop = static_cast<uint32_t>(mark);
        field.fault = FieldFault::kNeverClosed;
        Finish(mark, mark, &field);
        return field;
      }
      if (text_[mark] == '\n') ++newlines_;
      if (text_[mark] != '"') continue;
      const size_t next = marks_.Next();
      if (next != mark + 1 || !IsQuote(next)) {
        field.stop = static_cast<uint32_t>(mark);
        const bool text_follows = Finish(mark + 1, next, &field) != mark + 1;
        if (text_follows) field.fault = FieldFault::kTextFollows;
        return field;
      }
      field.has_doubled_quotes = true;
    }
  }

  // Finds the end of the field, from a mark outside of its quotes. Returns where its text that
  // begins at `start` ends: before the carriage return of a record's end.
  size_t Finish(size_t start, size_t mark, FieldPlace* field) {
    while (IsQuote(mark)) mark = marks_.Next();
    start_ = mark + 1;
    const bool has_newline = mark != text_.size() && text_[mark] == '\n';
    if (has_newline) ++newlines_;
    field->ends_record = has_newline || mark == text_.size();
    const bool has_return = field->ends_record && mark > start && text_[mark - 1] == '\r';
    return has_return ? mark - 1 : mark;
  }

  std::string_view text_;
  MarkCursor marks_;
  size_t start_ = 0;  // of the next field
  uint64_t newlines_ = 0;
};

}  // namespace

RecordCount RecordIndex::Find(std::string_view text, char delimiter, bool at_end,
                              uint64_t most_rows) {
  fields_.clear();
  RecordCount count;
  size_t whole_fields = 0;
  FieldCursor cursor(text, delimiter);
  while (!cursor.AtEnd() && count.rows < most_rows) {
    const size_t start = count.end;
    FieldPlace field;
    do {
      field = cursor.Next();
      field.line = static_cast<uint32_t>(count.lines);
      fields_.push_back(field);
    } while (!field.ends_record);
    const bool has_newline = cursor.offset() <= text.size();
    if (!has_newline && !at_end) break;
    const bool is_blank = field.start == start && field.stop == start;
    if (is_blank) {
      fields_.pop_back();
    } else {
      ++count.rows;
    }
    whole_fields = fields_.size();
    count.lines = cursor.newlines();
    count.end = has_newline ? cursor.offset() : text.size();
  }
  fields_.resize(whole_fields);
  return count;
}

}  // namespace salvo::tools
