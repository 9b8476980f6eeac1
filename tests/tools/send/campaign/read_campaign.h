// Reads a whole campaign, as a test looks at it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/support/temp_dir.h"
#include "tools/send/campaign/campaign.h"

namespace salvo::test {

struct ReadMessage {
  uint64_t row = 0;
  uint64_t line = 0;
  std::string to;
  std::string from;
  std::string text;
  std::vector<OwnedTlv> tlvs;
};

// What became of a campaign's rows.
struct ReadResult {
  absl::Status status;
  std::vector<ReadMessage> messages;
  std::string rejects;  // the file; "" when there is none
  uint64_t bad_rows = 0;
  uint64_t rows_read = 0;
  size_t batches = 0;
};

inline ReadResult ReadCampaign(const std::string& path, tools::CampaignOptions options = {}) {
  const TempDir folder;
  ReadResult result;
  tools::Rejects rejects(folder.Path("rejects.csv"), 1000);
  options.source.path = path;
  auto campaign = tools::Campaign::Open(options, &rejects);
  result.status = campaign.status();
  while (result.status.ok()) {
    auto batch = (*campaign)->NextBatch();
    result.status = batch.status();
    if (!batch.ok() || *batch == nullptr) break;
    ++result.batches;
    Message message;
    while ((*batch)->Next(&message)) {
      ReadMessage read{message.key,
                       message.tag,
                       std::string(message.to),
                       std::string(message.from),
                       std::string(message.text),
                       {}};
      for (const Tlv& tlv : message.tlvs) read.tlvs.push_back({tlv.tag, std::string(tlv.value)});
      result.messages.push_back(std::move(read));
    }
  }
  if (campaign.ok()) result.rows_read = (*campaign)->rows_read();
  result.bad_rows = rejects.count();
  result.rejects = ReadWhole(rejects.path());
  return result;
}

// The same for a file of these octets.
inline ReadResult ReadText(std::string_view octets, const tools::CampaignOptions& options = {}) {
  const TempDir folder;
  return ReadCampaign(folder.Write("campaign", octets), options);
}

// "1@2 +49: Hello", a line a message: row, line, number and text.
inline std::string Describe(const ReadResult& result) {
  std::string lines;
  for (const ReadMessage& m : result.messages) {
    lines += absl::StrFormat("%d@%d %s: %s\n", m.row, m.line, m.to, m.text);
  }
  return lines;
}

}  // namespace salvo::test
