// Cuts a campaign's octets into chunks of whole records, and counts rows and lines on the way.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "tools/send/campaign/byte_source.h"
#include "tools/send/campaign/chunk.h"
#include "tools/send/campaign/record_index.h"

namespace salvo::tools {

enum class CampaignFormat : uint8_t {
  kDelimited,  // CSV, TSV: RFC 4180, newlines in quotes
  kJsonLines,
};

// Of JSON Lines: every newline ends a record. At the end of the file the last one needs none.
RecordCount CountLines(std::string_view text, bool at_end);

// One thread, the reader's.
class Chunker {
 public:
  // Neither is owned; both must outlive the chunker.
  Chunker(ByteSource& source, ChunkPool& pool) : source_(source), pool_(pool) {}

  // The campaign's first line without its newline and without a byte order mark: looked at, not
  // taken. Empty at the end. The error tells of a line that is too long.
  absl::StatusOr<std::string_view> PeekLine();
  void SetFormat(CampaignFormat format, char delimiter);
  // Takes the first record, a header: it may have line breaks in quotes.
  absl::StatusOr<std::string> TakeRecord();

  // The next chunk; nullptr at the end. The error names the line of a record that is too long.
  absl::StatusOr<std::unique_ptr<Chunk>> Next();

 private:
  absl::Status TooLong() const;
  // Of the chunk's first `filled` octets, whose fields it finds if they are delimited.
  RecordCount Count(Chunk& chunk, size_t filled, bool at_end) const;
  // Reads on into `ahead_`.
  absl::Status ReadAhead();
  // Reads behind the first `filled` octets of `to`: until it is full where that never waits for
  // somebody, else once. Returns how many octets it holds then.
  absl::StatusOr<size_t> ReadMore(std::span<char> to, size_t filled);

  ByteSource& source_;
  ChunkPool& pool_;
  CampaignFormat format_ = CampaignFormat::kDelimited;
  char delimiter_ = ',';
  std::string ahead_;  // read and not given out: the start of the next chunk
  bool source_ended_ = false;
  uint64_t next_row_ = 1;
  uint64_t next_line_ = 1;
};

}  // namespace salvo::tools
