#include "tools/send/campaign/chunker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(std::string_view line) { return line.empty() || line == "\r"; }

// Every newline ends a record.
RecordCount CountLines(std::string_view text, bool at_end) {
  RecordCount count;
  size_t start = 0;
  while (start < text.size()) {
    const size_t newline = text.find('\n', start);
    if (newline == std::string_view::npos) break;
    if (!IsBlank(text.substr(start, newline - start))) ++count.rows;
    ++count.lines;
    start = newline + 1;
  }
  count.end = start;
  if (at_end && start < text.size()) {
    if (!IsBlank(text.substr(start))) ++count.rows;
    count.end = text.size();
  }
  return count;
}

size_t CountNewlines(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Behind the quote that closes the one before `start`; npos when there is none.
size_t BehindQuoted(std::string_view text, size_t start) {
  for (;;) {
    const size_t quote = text.find('"', start);
    if (quote == std::string_view::npos) return quote;
    const bool doubled = quote + 1 < text.size() && text[quote + 1] == '"';
    if (!doubled) return quote + 1;
    start = quote + 2;
  }
}

// Where the record that begins at `start` ends, behind its newline; npos when that was not found.
// A quote counts only where a field begins.
size_t RecordEnd(std::string_view text, size_t start, char delimiter) {
  bool field_begins = true;
  size_t at = start;
  while (at < text.size()) {
    const char c = text[at++];
    if (c == '\n') return at;
    if (c == '"' && field_begins) {
      at = BehindQuoted(text, at);
      if (at == std::string_view::npos) return at;
    }
    field_begins = c == delimiter;
  }
  return std::string_view::npos;
}

RecordCount CountQuoted(std::string_view text, char delimiter, bool at_end) {
  RecordCount count;
  while (count.end < text.size()) {
    const size_t end = RecordEnd(text, count.end, delimiter);
    if (end == std::string_view::npos) break;
    if (!IsBlank(text.substr(count.end, end - 1 - count.end))) ++count.rows;
    count.end = end;
  }
  if (at_end && count.end < text.size()) {
    if (!IsBlank(text.substr(count.end))) ++count.rows;
    count.end = text.size();
  }
  count.lines = CountNewlines(text.substr(0, count.end));
  return count;
}

}  // namespace

RecordCount CountRecords(std::string_view text, CampaignFormat format, char delimiter,
                         bool at_end) {
  const bool has_quotes =
      format == CampaignFormat::kDelimited && text.find('"') != std::string_view::npos;
  return has_quotes ? CountQuoted(text, delimiter, at_end) : CountLines(text, at_end);
}

absl::StatusOr<size_t> Chunker::ReadMore(std::span<char> to, size_t filled) {
  while (filled < to.size() && !source_ended_) {
    const auto read = source_.Read(to.subspan(filled));
    if (!read.ok()) return read.status();
    source_ended_ = *read == 0;
    filled += *read;
    if (!source_.regular()) break;
  }
  return filled;
}

absl::Status Chunker::TooLong() const {
  return absl::InvalidArgumentError(
      absl::StrFormat("line %d begins a record of more than %d octets: a quote that is never "
                      "closed, or not a campaign file",
                      next_line_, Chunk::kMostOctets));
}

absl::Status Chunker::ReadAhead() {
  const size_t before = ahead_.size();
  if (before >= Chunk::kMostOctets) return TooLong();
  ahead_.resize(before + Chunk::kUsualOctets);
  const auto read = ReadMore(ahead_, before);
  ahead_.resize(read.ok() ? *read : before);
  return read.status();
}

absl::StatusOr<std::string_view> Chunker::PeekLine() {
  while (ahead_.find('\n') == std::string::npos && !source_ended_) {
    absl::Status status = ReadAhead();
    if (!status.ok()) return status;
  }
  if (ahead_.starts_with(kByteOrderMark)) ahead_.erase(0, kByteOrderMark.size());
  return std::string_view(ahead_).substr(0, ahead_.find('\n'));
}

absl::StatusOr<std::string> Chunker::TakeRecord() {
  for (;;) {
    size_t end = RecordEnd(ahead_, 0, delimiter_);
    if (end == std::string::npos && source_ended_) end = ahead_.size();
    if (end != std::string::npos) {
      std::string record = ahead_.substr(0, end);
      ahead_.erase(0, end);
      next_line_ += CountNewlines(record);
      return record;
    }
    absl::Status status = ReadAhead();
    if (!status.ok()) return status;
  }
}

void Chunker::SetFormat(CampaignFormat format, char delimiter) {
  format_ = format;
  delimiter_ = delimiter;
}

absl::StatusOr<std::unique_ptr<Chunk>> Chunker::Next() {
  std::unique_ptr<Chunk> chunk = pool_.Get();
  size_t filled = 0;
  size_t taken = 0;  // of what was read ahead
  bool waited = source_.regular();
  RecordCount count;
  for (;;) {
    const size_t more = std::min(ahead_.size() - taken, chunk->capacity - filled);
    std::copy_n(ahead_.data() + taken, more, chunk->octets.get() + filled);
    taken += more;
    filled += more;
    // What a pipe has brought is given out before anybody waits for more.
    if (waited && taken == ahead_.size()) {
      const auto read = ReadMore({chunk->octets.get(), chunk->capacity}, filled);
      if (!read.ok()) return read.status();
      filled = *read;
    }
    const bool at_end = source_ended_ && taken == ahead_.size();
    // What a pipe that broke off left of its last record is none.
    const bool is_whole = at_end && !source_.broken_off();
    count = CountRecords({chunk->octets.get(), filled}, format_, delimiter_, is_whole);
    if (count.end > 0 || (at_end && !is_whole) || (at_end && filled == 0)) break;
    if (filled == Chunk::kMostOctets) return TooLong();
    if (filled == chunk->capacity) chunk->Grow(2 * chunk->capacity);
    waited = true;
  }
  ahead_.replace(0, taken, chunk->octets.get() + count.end, filled - count.end);
  if (count.end == 0) {
    pool_.Put(std::move(chunk));
    return nullptr;
  }
  chunk->size = count.end;
  chunk->first_row = next_row_;
  chunk->first_line = next_line_;
  chunk->rows = count.rows;
  next_row_ += count.rows;
  next_line_ += count.lines;
  return chunk;
}

}  // namespace salvo::tools
