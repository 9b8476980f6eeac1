// Reads the records of delimited text (CSV, TSV).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tools/send/campaign/record_index.h"

namespace salvo::tools {

// What a record lacks; "" when it is whole.
using RecordFault = std::string_view;

// Goes through a buffer record by record. Fields are views of the buffer; a doubled quote is undone
// in place, which is why the buffer is changed. One thread; neither buffer nor index is owned.
class DelimitedReader {
 public:
  // `fields`: of a RecordIndex of the buffer.
  DelimitedReader(char* octets, std::span<const FieldPlace> fields)
      : octets_(octets), next_(fields.begin()), end_(fields.end()) {}

  // Makes the next record that is not blank the current one; false at the end.
  bool Next();

  const std::vector<std::string_view>& fields() const { return fields_; }
  RecordFault fault() const { return fault_; }
  // Lines from the buffer's start to the record's first: 0 for the first line.
  size_t line() const { return line_; }

 private:
  std::string_view Text(const FieldPlace& field);

  char* octets_;
  std::span<const FieldPlace>::iterator next_;
  std::span<const FieldPlace>::iterator end_;
  std::vector<std::string_view> fields_;
  RecordFault fault_;
  size_t line_ = 0;
};

}  // namespace salvo::tools
