#include "tools/send/campaign/delimited.h"

namespace salvo::tools {
namespace {

// Makes each doubled quote in [start, stop) one. Returns the new end.
char* UndoDoubling(char* start, const char* stop) {
  char* to = start;
  for (const char* from = start; from != stop; ++from) {
    *to++ = *from;
    if (*from == '"') ++from;
  }
  return to;
}

}  // namespace

bool DelimitedReader::Next() {
  while (!cursor_.AtEnd()) {
    if (ReadRecord()) return true;
  }
  return false;
}

bool DelimitedReader::ReadRecord() {
  fields_.clear();
  fault_ = {};
  record_line_ = line_;
  for (;;) {
    const RawField field = cursor_.Next();
    const bool ends_record = cursor_.EndsRecord(field);
    fields_.push_back(field.quoted ? QuotedField(field, ends_record)
                                   : Rest(field.start, field, ends_record));
    line_ += field.newlines;
    if (!ends_record) continue;
    ++line_;
    return fields_.size() > 1 || field.quoted || !fields_.back().empty();
  }
}

std::string_view DelimitedReader::Rest(size_t start, const RawField& field,
                                       bool ends_record) const {
  size_t stop = field.end;
  if (ends_record && stop > start && octets_[stop - 1] == '\r') --stop;
  return {octets_ + start, stop - start};
}

std::string_view DelimitedReader::QuotedField(const RawField& field, bool ends_record) {
  if (!field.closed) {
    fault_ = "a quote is never closed";
  } else if (!Rest(field.stop + 1, field, ends_record).empty()) {
    fault_ = "text follows a closing quote";
  }
  char* const start = octets_ + field.start;
  char* stop = octets_ + field.stop;
  if (field.doubled) stop = UndoDoubling(start, stop);
  return {start, static_cast<size_t>(stop - start)};
}

}  // namespace salvo::tools
