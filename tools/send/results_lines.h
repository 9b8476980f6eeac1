// The lines of a results file, one after the other, whatever was done to it meanwhile.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace salvo::tools {

struct ResultsLine {
  std::string_view text;  // with its end; valid until the next call
  // False: it is none of ours. It has no end, it is longer than any of ours, or it has a quote that
  // is not closed within what one of ours may have; then `text` ends with the line in which that
  // quote stands, and the next lines are looked at on their own.
  bool is_whole = false;
};

// Needs memory for a block and a line, whatever the file is. One thread.
class ResultsLines {
 public:
  // Lines of JSON end where they end, those of CSV behind an end that is not quoted. `file` is not
  // owned.
  ResultsLines(std::FILE* file, bool json);

  // False at the end, or when the file cannot be read on. All lines together are all of the file.
  bool Next(ResultsLine* line);
  // Whether it could not be read on.
  bool failed() const { return std::ferror(file_) != 0; }

 private:
  bool Take(size_t octets, bool is_whole, ResultsLine* line);
  bool ReadMore();

  std::FILE* const file_;
  const bool quotes_;
  const size_t longest_;
  std::string block_;
  size_t begin_ = 0;             // of what was not taken yet
  bool is_inside_line_ = false;  // that was too long: its beginning was taken
};

}  // namespace salvo::tools
