// A campaign file, read from its front to its end, once, as batches that an engine takes.
//
// CSV or TSV with a header, or JSON Lines; plain, gzip or Zstandard; a file or the standard input.
// Columns: `to`, `text` (unless there is a template), optionally `from` and `tlv:TAG`; all others
// may stand in the template. A row that cannot be read goes to the rejects and stops nobody.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "salvo/message.h"
#include "tools/send/campaign/chunker.h"
#include "tools/send/campaign/row.h"
#include "tools/send/rejects.h"

namespace salvo::tools {

struct CampaignOptions {
  ByteSourceOptions source;
  std::optional<TextTemplate> text_template;  // instead of a column `text`
  std::string from;                           // for rows without a sender
  uint64_t limit = 0;                         // rows; 0: all
};

// What a campaign's batches need of it; outlives them.
struct CampaignLayout {
  CampaignFormat format = CampaignFormat::kDelimited;
  char delimiter = ',';
  std::vector<std::string> header;  // of a delimited file
  std::optional<TextTemplate> text_template;
  std::string default_from;
  // Places of the columns in a delimited record; negative: there is none.
  int to = -1;
  int from = -1;
  int text = -1;
  std::vector<int> template_columns;
  struct TlvColumn {
    int place = 0;
    uint16_t tag = 0;
  };
  std::vector<TlvColumn> tlv_columns;
};

class Campaign {
 public:
  // Reads the header. The error names the campaign and what is wrong with it. `rejects` is not
  // owned and must outlive the campaign.
  static absl::StatusOr<std::unique_ptr<Campaign>> Open(const CampaignOptions& options,
                                                        Rejects* rejects);

  // The next batch; nullptr at the end. Its messages' `key` is the row (from 1), their `tag` the
  // line of the file. Batches must be gone before the campaign is. One thread at a time.
  // kCancelled after Stop.
  absl::StatusOr<std::unique_ptr<MessageBatch>> NextBatch();
  // Nobody waits for a pipe's next rows any more; a file can be read on. Thread-safe, and so the
  // next ones.
  void Stop() { source_->Stop(); }

  uint64_t rows_read() const { return rows_read_.load(); }
  bool ended() const { return ended_.load(); }
  // Whether all was read that a pipe brought before it broke off.
  bool broke_off() const { return broke_off_.load(); }
  // Share of the file, or of the limit, that was read; negative when neither is known.
  double Progress() const;
  // Whether what is left can be read without waiting for somebody.
  bool regular() const { return source_->regular(); }

 private:
  Campaign(const CampaignOptions& options, std::unique_ptr<ByteSource> source, Rejects* rejects);
  absl::Status ReadHeader();
  absl::Status ReadNames();
  absl::Status FindColumns();
  absl::Status FindTlvColumns();
  absl::Status CheckTlvColumn(const std::string& name, uint16_t tag) const;
  absl::Status CheckFirstLine(std::string_view line) const;
  std::string Name() const;
  absl::Status InContext(const absl::Status& status) const;

  const CampaignOptions options_;
  std::unique_ptr<ByteSource> source_;
  Rejects* rejects_;
  ChunkPool pool_;
  Chunker chunker_;
  CampaignLayout layout_;
  std::atomic<uint64_t> rows_read_ = 0;
  std::atomic<uint64_t> consumed_ = 0;
  std::atomic<bool> ended_ = false;
  std::atomic<bool> broke_off_ = false;
};

// The batch of one chunk. `most_rows`: rows after which it ends.
std::unique_ptr<MessageBatch> MakeChunkBatch(const CampaignLayout& layout,
                                             std::unique_ptr<Chunk> chunk, uint64_t most_rows,
                                             ChunkPool& pool, Rejects& rejects);

}  // namespace salvo::tools
