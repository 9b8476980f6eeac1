#include "tools/send/campaign/delimited.h"

namespace salvo::tools {
namespace {

// Makes each doubled quote in [start, stop) one. Returns the new end.
char* UndoDoubling(char* start, const char* stop) {
  char* to = start;
  for (const char* from = start; from < stop; ++from) {
    *to++ = *from;
    if (*from == '"') ++from;
  }
  return to;
}

RecordFault TextOf(FieldFault fault) {
  return fault == FieldFault::kNeverClosed ? "a quote is never closed"
                                           : "text follows a closing quote";
}

}  // namespace

bool DelimitedReader::Next() {
  if (next_ == end_) return false;
  fields_.clear();
  fault_ = {};
  line_ = next_->line;
  for (;;) {
    const FieldPlace& field = *next_++;
    fields_.push_back(Text(field));
    if (field.fault != FieldFault::kNone) fault_ = TextOf(field.fault);
    if (field.ends_record) return true;
  }
}

std::string_view DelimitedReader::Text(const FieldPlace& field) {
  char* const start = octets_ + field.start;
  char* stop = octets_ + field.stop;
  if (field.has_doubled_quotes) stop = UndoDoubling(start, stop);
  return {start, static_cast<size_t>(stop - start)};
}

}  // namespace salvo::tools
