#include "tools/send/campaign/chunker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

namespace salvo::tools {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(std::string_view line) { return line.empty() || line == "\r"; }

}  // namespace

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
    RecordIndex index;
    index.Find(ahead_, delimiter_, source_ended_);
    if (!index.records().empty()) {
      const size_t stop = index.FieldsOf(index.records().front()).back().stop;
      const size_t newline = std::min(ahead_.find('\n', stop), ahead_.size() - 1);
      std::string record = ahead_.substr(0, newline + 1);
      ahead_.erase(0, record.size());
      next_line_ += static_cast<uint64_t>(std::count(record.begin(), record.end(), '\n'));
      return record;
    }
    if (source_ended_) return std::string();
    absl::Status status = ReadAhead();
    if (!status.ok()) return status;
  }
}

void Chunker::SetFormat(CampaignFormat format, char delimiter) {
  format_ = format;
  delimiter_ = delimiter;
}

RecordCount Chunker::Count(Chunk& chunk, size_t filled, bool at_end) const {
  const std::string_view text(chunk.octets.get(), filled);
  if (format_ == CampaignFormat::kJsonLines) return CountLines(text, at_end);
  return chunk.index.Find(text, delimiter_, at_end);
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
    count = Count(*chunk, filled, is_whole);
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
