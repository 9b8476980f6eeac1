#include "tools/send/campaign/delimited.h"

#include <algorithm>
#include <cstring>

namespace salvo::tools {
namespace {

// `end` when there is none.
char* FindQuote(char* start, char* end) {
  void* const found = std::memchr(start, '"', static_cast<size_t>(end - start));
  return found == nullptr ? end : static_cast<char*>(found);
}

}  // namespace

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
  at_ += end_of_field_.Find(at_, end_) - at_;
  const bool ends_record = at_ == end_ || *at_ == '\n';
  const char* stop = at_;
  if (ends_record && stop != start && stop[-1] == '\r') --stop;
  return {start, static_cast<size_t>(stop - start)};
}

std::string_view DelimitedReader::QuotedField() {
  char* const start = ++at_;
  char* to = start;
  for (;;) {
    char* const quote = FindQuote(at_, end_);
    line_ += CountFew(at_, quote, '\n');
    to = at_ == to ? quote : std::copy(at_, quote, to);
    at_ = quote;
    if (at_ == end_) {
      fault_ = "a quote is never closed";
      return {start, static_cast<size_t>(to - start)};
    }
    ++at_;
    if (at_ == end_ || *at_ != '"') break;
    *to++ = *at_++;
  }
  if (!PlainField().empty()) fault_ = "text follows a closing quote";
  return {start, static_cast<size_t>(to - start)};
}

}  // namespace salvo::tools
