#include "tools/send/campaign/delimited.h"

namespace salvo::tools {

bool DelimitedReader::Next() {
  fields_.clear();
  fault_ = {};
  while (at_ != end_ && (*at_ == '\n' || (*at_ == '\r' && (at_ + 1 == end_ || at_[1] == '\n')))) {
    if (*at_ == '\n') ++line_;
    ++at_;
  }
  if (at_ == end_) return false;
  record_line_ = line_;
  for (;;) {
    fields_.push_back(at_ != end_ && *at_ == '"' ? QuotedField() : PlainField());
    if (at_ == end_) return true;
    const char separator = *at_++;
    if (separator != '\n') continue;
    ++line_;
    return true;
  }
}

std::string_view DelimitedReader::PlainField() {
  char* const start = at_;
  while (at_ != end_ && *at_ != delimiter_ && *at_ != '\n') ++at_;
  const bool ends_record = at_ == end_ || *at_ == '\n';
  const char* stop = at_;
  if (ends_record && stop != start && stop[-1] == '\r') --stop;
  return {start, static_cast<size_t>(stop - start)};
}

std::string_view DelimitedReader::QuotedField() {
  char* const start = ++at_;
  char* to = start;
  for (;;) {
    if (at_ == end_) {
      fault_ = "a quote is never closed";
      return {start, static_cast<size_t>(to - start)};
    }
    if (*at_ == '"') {
      if (at_ + 1 == end_ || at_[1] != '"') break;
      ++at_;
    }
    if (*at_ == '\n') ++line_;
    *to++ = *at_++;
  }
  ++at_;  // the closing quote
  if (!PlainField().empty()) fault_ = "text follows a closing quote";
  return {start, static_cast<size_t>(to - start)};
}

}  // namespace salvo::tools
