// Delimited text read in the plainest way, character by character, to compare others with.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace salvo::test {

struct ReferenceRecord {
  std::vector<std::string> fields;
  std::string fault;
  size_t row = 0;   // from 1, blank lines not counted
  size_t line = 0;  // from 1, of the record's first octet

  bool operator==(const ReferenceRecord&) const = default;
};

class ReferenceCsv {
 public:
  ReferenceCsv(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  std::vector<ReferenceRecord> Read() {
    std::vector<ReferenceRecord> records;
    while (at_ < text_.size()) {
      ReferenceRecord record;
      record.line = line_;
      ReadRecord(&record);
      const bool blank = record.fields.size() == 1 && record.fields[0].empty() && !quoted_;
      if (blank) continue;
      record.row = records.size() + 1;
      records.push_back(record);
    }
    return records;
  }

 private:
  // Takes the record and the newline behind it.
  void ReadRecord(ReferenceRecord* record) {
    quoted_ = false;
    for (;;) {
      std::string field;
      if (at_ < text_.size() && text_[at_] == '"') {
        quoted_ = true;
        ReadQuoted(&field, record);
      } else {
        while (!AtEndOfField()) field += text_[at_++];
      }
      record->fields.push_back(field);
      if (at_ < text_.size() && text_[at_] == delimiter_) {
        ++at_;
        continue;
      }
      if (at_ < text_.size() && text_[at_] == '\r') ++at_;
      if (at_ < text_.size()) {
        ++at_;
        ++line_;
      }
      return;
    }
  }

  void ReadQuoted(std::string* field, ReferenceRecord* record) {
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        const bool doubled = at_ < text_.size() && text_[at_] == '"';
        if (!doubled) {
          const bool more_follows = !AtEndOfField();
          if (more_follows) record->fault = "text follows a closing quote";
          while (!AtEndOfField()) ++at_;
          return;
        }
        ++at_;
      }
      if (c == '\n') ++line_;
      *field += c;
    }
    record->fault = "a quote is never closed";
  }

  // At a delimiter, a newline, the carriage return before one, or the end of the text.
  bool AtEndOfField() const {
    if (at_ >= text_.size() || text_[at_] == delimiter_ || text_[at_] == '\n') return true;
    return text_[at_] == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] == '\n');
  }

  std::string_view text_;
  char delimiter_;
  size_t at_ = 0;
  size_t line_ = 1;
  bool quoted_ = false;  // a field of the record is
};

// Text made of the characters that matter, in an order that means nothing.
inline std::string RandomCsv(std::mt19937_64& random, size_t octets) {
  constexpr std::string_view kPieces[] = {"a",    "bc",   "\"",  "\"\"", ",",    ",",
                                          "\n",   "\r\n", "\r",  ";",    "\t",   "\"x,y\"",
                                          "\n\n", "é",    ",\"", "\",",  "\"\n", " "};
  std::string text;
  while (text.size() < octets) text += kPieces[random() % std::size(kPieces)];
  return text;
}

}  // namespace salvo::test
