#include "tools/send/campaign/delimited.h"

namespace salvo::tools {

std::vector<std::string_view> DelimitedReader::Fields() const {
  std::vector<std::string_view> fields;
  for (size_t i = 0; i < field_count(); ++i) fields.push_back(Field(i));
  return fields;
}

RecordFault DelimitedReader::TextOf(RecordDefect defect) {
  switch (defect) {
    case RecordDefect::kNone:
      break;
    case RecordDefect::kNeverClosed:
      return "a quote is never closed";
    case RecordDefect::kTextFollows:
      return "text follows a closing quote";
  }
  return {};
}

void DelimitedReader::UndoDoubledQuotes() {
  for (FieldPlace& field : fields_) {
    const bool quoted = field.start > 0 && octets_[field.start - 1] == '"';
    if (!quoted) continue;
    uint32_t to = field.start;
    for (uint32_t from = field.start; from < field.stop; ++from) {
      octets_[to++] = octets_[from];
      if (octets_[from] == '"') ++from;
    }
    field.stop = to;
  }
}

}  // namespace salvo::tools
