#include "tools/send/results_lines.h"

namespace salvo::tools {
namespace {

constexpr size_t kReadOctets = size_t{256} * 1024;
// A message has at most 255 segments, and so 255 ids of at most 64 octets, each of which takes two
// in CSV at most and six in JSON.
constexpr size_t kLongestCsv = size_t{64} * 1024;
constexpr size_t kLongestJson = size_t{128} * 1024;

}  // namespace

ResultsLines::ResultsLines(std::FILE* file, bool json)
    : file_(file), quotes_(!json), longest_(json ? kLongestJson : kLongestCsv) {}

bool ResultsLines::Next(ResultsLine* line) {
  bool is_quoted = false;
  size_t first_end = 0;  // behind the first line of those that a quoted field has
  for (size_t octets = 0;; ++octets) {
    if (octets == longest_) return Take(first_end > 0 ? first_end : octets, false, line);
    if (begin_ + octets == block_.size() && !ReadMore()) {
      return octets > 0 && Take(octets, false, line);
    }
    const char c = block_[begin_ + octets];
    if (c == '"') is_quoted = quotes_ && !is_quoted && !is_inside_line_;
    if (c != '\n') continue;
    if (!is_quoted) return Take(octets + 1, !is_inside_line_, line);
    if (first_end == 0) first_end = octets + 1;
  }
}

bool ResultsLines::Take(size_t octets, bool is_whole, ResultsLine* line) {
  *line = {std::string_view(block_).substr(begin_, octets), is_whole};
  begin_ += octets;
  is_inside_line_ = !line->text.ends_with('\n');
  return true;
}

bool ResultsLines::ReadMore() {
  block_.erase(0, begin_);
  begin_ = 0;
  const size_t had = block_.size();
  block_.resize(had + kReadOctets);
  const size_t got = std::fread(block_.data() + had, 1, kReadOctets, file_);
  block_.resize(had + got);
  return got > 0;
}

}  // namespace salvo::tools
