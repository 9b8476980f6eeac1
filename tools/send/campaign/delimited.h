// Reads the records of delimited text (CSV, TSV): RFC 4180, and CR LF or LF at the end.
#pragma once

#include <string_view>
#include <vector>

#include "tools/send/campaign/find_any.h"

namespace salvo::tools {

// What a record lacks; "" when it is whole.
using RecordFault = std::string_view;

// Goes through a buffer record by record. Fields are views of the buffer; a doubled quote is undone
// in place, which is why the buffer is changed. One thread; the buffer is not owned.
class DelimitedReader {
 public:
  DelimitedReader() = default;
  DelimitedReader(char* octets, size_t size, char delimiter)
      : at_(octets), end_(octets + size), end_of_field_(delimiter, '\n') {}

  // Makes the next record that is not blank the current one; false at the end.
  bool Next();

  const std::vector<std::string_view>& fields() const { return fields_; }
  RecordFault fault() const { return fault_; }
  // Lines from the buffer's start to the record's first: 0 for the first line.
  size_t line() const { return record_line_; }

 private:
  std::string_view QuotedField();
  std::string_view PlainField();

  char* at_ = nullptr;
  char* end_ = nullptr;
  AnyOf<2> end_of_field_{',', '\n'};
  std::vector<std::string_view> fields_;
  RecordFault fault_;
  size_t line_ = 0;
  size_t record_line_ = 0;
};

}  // namespace salvo::tools
