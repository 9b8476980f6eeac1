#include "tools/send/campaign/record_index.h"

#include <bit>

#include "tools/send/campaign/block_marks.h"

namespace salvo::tools {
namespace {

// Takes a text's marks one by one, and knows after each what it ends.
class Indexer {
 public:
  Indexer(std::string_view text, std::vector<RecordPlace>& records, std::vector<FieldPlace>& fields)
      : text_(text), records_(records), fields_(fields) {}

  void OnMark(size_t mark) {
    const char c = text_[mark];
    if (in_quotes_) {
      if (c == '\n') ++newlines_;
      if (c == '"') Unquote(mark + 1);
    } else if (c == '"') {
      // Right behind a closing quote it is its double; in the midst of a field it is ordinary.
      if (mark != bare_) return;
      in_quotes_ = true;
      if (mark != start_) record_.has_doubled_quotes = true;
    } else if (c == '\n') {
      ++newlines_;
      EndRecord(mark, mark + 1);
    } else {
      EndField(mark);
      start_ = bare_ = mark + 1;
    }
  }

  // Takes what is behind the last newline for a record.
  void OnEnd() {
    const size_t end = text_.size();
    if (count_.end == end) return;
    const bool never_closed = in_quotes_;
    if (never_closed) Unquote(end + 1);
    EndRecord(end, end);
    if (never_closed) records_.back().defect = RecordDefect::kNeverClosed;
  }

  const RecordCount& count() const { return count_; }
  // Of whole records.
  size_t fields() const { return record_.first_field; }

 private:
  void Unquote(size_t bare) {
    in_quotes_ = false;
    bare_ = bare;
  }

  void EndRecord(size_t mark, size_t behind) {
    const bool has_return = mark > bare_ && text_[mark - 1] == '\r';
    const size_t end = has_return ? mark - 1 : mark;
    const bool is_blank = end == count_.end;
    if (!is_blank) {
      EndField(end);
      AddRecord();
    }
    record_.line = static_cast<uint32_t>(newlines_);
    count_.end = start_ = bare_ = behind;
    count_.lines = newlines_;
  }

  void EndField(size_t end) {
    const bool quoted = bare_ != start_;
    if (quoted && bare_ != end) record_.defect = RecordDefect::kTextFollows;
    fields_.push_back({static_cast<uint32_t>(quoted ? start_ + 1 : start_),
                       static_cast<uint32_t>(quoted ? bare_ - 1 : end)});
  }

  void AddRecord() {
    const auto next_field = static_cast<uint32_t>(fields_.size());
    record_.field_count = next_field - record_.first_field;
    records_.push_back(record_);
    record_ = {.first_field = next_field};
    ++count_.rows;
  }

  const std::string_view text_;
  std::vector<RecordPlace>& records_;
  std::vector<FieldPlace>& fields_;
  RecordCount count_;
  RecordPlace record_;  // the one that is read
  size_t start_ = 0;    // of the field that is read
  size_t bare_ = 0;     // where its text outside of quotes begins: behind the closing one
  bool in_quotes_ = false;
  uint64_t newlines_ = 0;
};

}  // namespace

RecordCount RecordIndex::Find(std::string_view text, char delimiter, bool at_end) {
  records_.clear();
  fields_.clear();
  Indexer indexer(text, records_, fields_);
  const BlockMarks block_marks(delimiter);
  for (size_t block = 0; block < text.size(); block += BlockMarks::kOctets) {
    uint64_t marks = block_marks.Of(text.substr(block));
    for (; marks != 0; marks &= marks - 1) {
      indexer.OnMark(block + static_cast<size_t>(std::countr_zero(marks)));
    }
  }
  if (at_end) indexer.OnEnd();
  fields_.resize(indexer.fields());
  return indexer.count();
}

}  // namespace salvo::tools
