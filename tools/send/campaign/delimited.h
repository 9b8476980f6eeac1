// Reads the records of delimited text (CSV, TSV).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tools/send/campaign/record_index.h"

namespace salvo::tools {

// What a record lacks; "" when it is whole.
using RecordFault = std::string_view;

// Goes through a buffer record by record. A field is a view of the buffer, where doubled quotes are
// undone in place: buffer and index are changed. One thread; neither is owned.
class DelimitedReader {
 public:
  // `index`: of the buffer.
  DelimitedReader(char* octets, RecordIndex& index)
      : octets_(octets), index_(index), next_(index.records().begin()) {}

  // Makes the next record that is not blank the current one; false at the end.
  bool Next() {
    if (next_ == index_.records().end()) return false;
    record_ = &*next_++;
    fields_ = index_.FieldsOf(*record_);
    if (record_->has_doubled_quotes) UndoDoubledQuotes();
    return true;
  }

  // Of the current record.
  size_t field_count() const { return fields_.size(); }
  // REQUIRES: a place below that.
  std::string_view Field(size_t place) const {
    const FieldPlace& field = fields_[place];
    return {octets_ + field.start, field.stop - field.start};
  }
  std::vector<std::string_view> Fields() const;
  RecordFault fault() const {
    return record_->defect == RecordDefect::kNone ? RecordFault() : TextOf(record_->defect);
  }
  // Lines from the buffer's start to the record's first: 0 for the first line.
  size_t line() const { return record_->line; }

 private:
  static RecordFault TextOf(RecordDefect defect);
  void UndoDoubledQuotes();

  char* octets_;
  RecordIndex& index_;
  std::span<const RecordPlace>::iterator next_;
  const RecordPlace* record_ = nullptr;
  std::span<FieldPlace> fields_;
};

}  // namespace salvo::tools
