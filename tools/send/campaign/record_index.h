// Where the records of delimited text and their fields are: RFC 4180, and CR LF or LF at the end of
// a record. A quote counts only if a field begins with it.
//
// Made once, on the reader's thread, which has to know how many records there are; a shard then
// takes the fields from where it says, and needs no grammar.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace salvo::tools {

// Where the last whole record of a text ends, and what there is before it.
struct RecordCount {
  size_t end = 0;      // offset behind the last whole record
  uint64_t rows = 0;   // records that are not blank
  uint64_t lines = 0;  // newlines, those in quotes included
};

// Without the quotes around it. Offsets in the text.
struct FieldPlace {
  uint32_t start = 0;
  uint32_t stop = 0;
};

enum class RecordDefect : uint8_t {
  kNone,
  kNeverClosed,  // a quote
  kTextFollows,  // behind a closing quote
};

struct RecordPlace {
  uint32_t first_field = 0;
  uint32_t field_count = 0;
  uint32_t line = 0;  // newlines before it
  RecordDefect defect = RecordDefect::kNone;
  bool has_doubled_quotes = false;
};

// One thread at a time.
class RecordIndex {
 public:
  // Forgets what it knew and goes through `text`, which starts at a record. At the end of the file
  // the last record needs no newline.
  // REQUIRES: a text of less than 4 GiB.
  RecordCount Find(std::string_view text, char delimiter, bool at_end);

  // Those that are whole and not blank.
  std::span<const RecordPlace> records() const { return records_; }
  std::span<FieldPlace> FieldsOf(const RecordPlace& record) {
    return {fields_.data() + record.first_field, record.field_count};
  }

 private:
  std::vector<RecordPlace> records_;
  std::vector<FieldPlace> fields_;
};

}  // namespace salvo::tools
