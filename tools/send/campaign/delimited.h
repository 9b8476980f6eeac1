// Reads the records of delimited text (CSV, TSV): RFC 4180, and CR LF or LF at the end.
#pragma once

#include <string_view>
#include <vector>

#include "tools/send/campaign/field_cursor.h"

namespace salvo::tools {

// What a record lacks; "" when it is whole.
using RecordFault = std::string_view;

// Goes through a buffer record by record. Fields are views of the buffer; a doubled quote is undone
// in place, which is why the buffer is changed. One thread; the buffer is not owned.
class DelimitedReader {
 public:
  // `marks`: those of the buffer, or of a longer one in which a record ends here. Not owned.
  DelimitedReader(char* octets, size_t size, const Marks& marks)
      : octets_(octets), cursor_({octets, size}, marks) {}

  // Makes the next record that is not blank the current one; false at the end.
  bool Next();

  const std::vector<std::string_view>& fields() const { return fields_; }
  RecordFault fault() const { return fault_; }
  // Lines from the buffer's start to the record's first: 0 for the first line.
  size_t line() const { return record_line_; }

 private:
  // Whether the record is more than a blank line.
  bool ReadRecord();
  std::string_view QuotedField(const RawField& field, bool ends_record);
  // What is left of a field from `start`, without the carriage return of the record's end.
  std::string_view Rest(size_t start, const RawField& field, bool ends_record) const;

  char* octets_;
  FieldCursor cursor_;
  std::vector<std::string_view> fields_;
  RecordFault fault_;
  size_t line_ = 0;
  size_t record_line_ = 0;
};

}  // namespace salvo::tools
