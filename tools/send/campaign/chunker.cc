#include "tools/send/campaign/chunker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

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

// A quote counts only where a field begins, or inside a field that began with one.
RecordCount CountQuoted(std::string_view text, char delimiter, bool at_end) {
  RecordCount count;
  uint64_t lines = 0;
  bool in_quotes = false;
  bool field_begins = true;
  size_t record = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_quotes) {
      if (c == '\n') ++lines;
      if (c != '"') continue;
      if (i + 1 < text.size() && text[i + 1] == '"') {
        ++i;
      } else {
        in_quotes = false;
      }
      continue;
    }
    if (c == '"' && field_begins) {
      in_quotes = true;
      field_begins = false;
    } else if (c == '\n') {
      if (!IsBlank(text.substr(record, i - record))) ++count.rows;
      ++lines;
      count.lines = lines;
      count.end = record = i + 1;
      field_begins = true;
    } else {
      field_begins = c == delimiter;
    }
  }
  if (at_end && count.end < text.size()) {
    if (!IsBlank(text.substr(record))) ++count.rows;
    count.lines = lines;
    count.end = text.size();
  }
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

absl::StatusOr<std::string_view> Chunker::PeekLine() {
  size_t filled = ahead_.size();
  while (ahead_.find('\n') == std::string::npos && !source_ended_ && filled < Chunk::kOctets) {
    ahead_.resize(Chunk::kOctets);
    const auto read = ReadMore(ahead_, filled);
    if (!read.ok()) return read.status();
    filled = *read;
    ahead_.resize(filled);
  }
  return std::string_view(ahead_).substr(0, ahead_.find('\n'));
}

void Chunker::SkipLine() {
  const size_t newline = ahead_.find('\n');
  ahead_.erase(0, newline == std::string::npos ? newline : newline + 1);
  ++next_line_;
}

void Chunker::SetFormat(CampaignFormat format, char delimiter) {
  format_ = format;
  delimiter_ = delimiter;
}

absl::StatusOr<std::unique_ptr<Chunk>> Chunker::Next() {
  std::unique_ptr<Chunk> chunk = pool_.Get();
  const std::span<char> octets(chunk->octets.get(), Chunk::kOctets);
  size_t filled = ahead_.size();
  std::copy(ahead_.begin(), ahead_.end(), octets.begin());
  RecordCount count;
  if (!source_.regular()) count = CountRecords(ahead_, format_, delimiter_, source_ended_);
  while (count.end == 0 && !(source_ended_ && filled == 0)) {
    const bool full = filled == octets.size();
    const auto read = ReadMore(octets, filled);
    if (!read.ok()) return read.status();
    filled = *read;
    count = CountRecords({octets.data(), filled}, format_, delimiter_, source_ended_);
    if (count.end == 0 && full) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "line %d begins a record of more than %d octets: a quote that is never closed, or not a "
          "campaign file",
          next_line_, Chunk::kOctets));
    }
  }
  ahead_.assign(octets.data() + count.end, filled - count.end);
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
