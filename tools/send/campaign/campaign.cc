#include "tools/send/campaign/campaign.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "pdu/text/split.h"
#include "pdu/tlv.h"
#include "tools/send/campaign/delimited.h"
#include "tools/send/campaign/row.h"

namespace salvo::tools {
namespace {

// Whichever of the usual ones stands in the header outside of quotes; a header of one column has
// none.
char GuessDelimiter(std::string_view header) {
  std::string bare;
  bool in_quotes = false;
  for (const char c : header) {
    if (c == '"') in_quotes = !in_quotes;
    if (!in_quotes) bare += c;
  }
  for (const char c : {'\t', ',', ';'}) {
    if (bare.find(c) != std::string::npos) return c;
  }
  return ',';
}

// The names for an error: what is no header at all may have thousands, or very long ones.
std::string Join(const std::vector<std::string>& names) {
  constexpr size_t kMostNames = 16;
  constexpr size_t kMostOctets = 40;
  std::string joined;
  for (size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    if (i > 0) joined += ", ";
    joined += names[i].size() <= kMostOctets ? names[i] : names[i].substr(0, kMostOctets) + "...";
  }
  if (names.size() > kMostNames) {
    joined += absl::StrFormat(" and %d more", names.size() - kMostNames);
  }
  return joined;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Campaign>> Campaign::Open(const CampaignOptions& options,
                                                         Rejects* rejects) {
  auto source = ByteSource::Open(options.source);
  if (!source.ok()) return source.status();
  std::unique_ptr<Campaign> campaign(new Campaign(options, *std::move(source), rejects));
  absl::Status status = campaign->ReadHeader();
  if (!status.ok()) return status;
  return campaign;
}

Campaign::Campaign(const CampaignOptions& options, std::unique_ptr<ByteSource> source,
                   Rejects* rejects)
    : options_(options), source_(std::move(source)), rejects_(rejects), chunker_(*source_, pool_) {
  layout_.default_from = options.from;
}

std::string Campaign::Name() const {
  const std::string& path = options_.source.path;
  return path == "-" ? "the standard input" : "'" + path + "'";
}

absl::Status Campaign::CheckFirstLine(std::string_view line) const {
  const auto fail = [&](const char* what) {
    return absl::InvalidArgumentError(Name() + " is not a campaign file: " + what);
  };
  if (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF")) {
    return fail("it is UTF-16; save it as UTF-8");
  }
  if (line.find('\0') != std::string_view::npos) return fail("its first line holds a NUL octet");
  if (!pdu::MeasureText(line).valid) return fail("its first line is not UTF-8");
  return absl::OkStatus();
}

absl::Status Campaign::InContext(const absl::Status& status) const {
  return absl::Status(status.code(), Name() + ": " + std::string(status.message()));
}

absl::Status Campaign::ReadHeader() {
  layout_.text_template = options_.text_template;
  const auto line = chunker_.PeekLine();
  if (!line.ok()) return InContext(line.status());
  if (line->empty() || *line == "\r") {
    return absl::InvalidArgumentError(Name() + " is empty, or its first line is");
  }
  absl::Status status = CheckFirstLine(*line);
  if (!status.ok()) return status;
  const size_t first = line->find_first_not_of(" \t");
  if (first != std::string_view::npos && (*line)[first] == '{') {
    layout_.format = CampaignFormat::kJsonLines;
    rejects_->SetColumns({"record"});
    chunker_.SetFormat(layout_.format, layout_.delimiter);
    return absl::OkStatus();
  }
  layout_.delimiter = GuessDelimiter(*line);
  chunker_.SetFormat(layout_.format, layout_.delimiter);
  status = ReadNames();
  if (status.ok()) status = FindColumns();
  if (status.ok()) status = FindTlvColumns();
  if (status.ok()) rejects_->SetColumns(layout_.header);
  return status;
}

absl::Status Campaign::ReadNames() {
  auto record = chunker_.TakeRecord();
  if (!record.ok()) return InContext(record.status());
  RecordIndex index;
  index.Find(*record, layout_.delimiter, true);
  DelimitedReader reader(record->data(), index);
  reader.Next();
  if (!reader.fault().empty()) {
    return absl::InvalidArgumentError(absl::StrFormat("%s, line 1: %s", Name(), reader.fault()));
  }
  std::vector<std::string>& names = layout_.header;
  for (const std::string_view field : reader.Fields()) names.emplace_back(Trim(field));
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  // Spreadsheets leave columns without a name behind: nobody can mean one of them.
  std::erase(sorted, "");
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat("%s has two columns '%s'", Name(), *twice));
}

absl::Status Campaign::FindColumns() {
  const std::vector<std::string>& names = layout_.header;
  const auto place = [&](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
  };
  const auto missing = [&](std::string_view name, const char* hint) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s has no column '%s'; it has: %s%s", Name(), name, Join(names), hint));
  };
  layout_.to = place("to");
  layout_.from = place("from");
  layout_.text = place("text");
  if (layout_.to < 0) return missing("to", "");
  if (!layout_.text_template && layout_.text < 0) {
    return missing("text", " (or give the text with --text)");
  }
  if (!layout_.text_template) return absl::OkStatus();
  for (const std::string& name : layout_.text_template->columns()) {
    if (place(name) < 0) return missing(name, " (it stands in --text)");
    layout_.template_columns.push_back(place(name));
  }
  return absl::OkStatus();
}

absl::Status Campaign::CheckTlvColumn(const std::string& name, uint16_t tag) const {
  if (pdu::CarriesText(static_cast<pdu::Tag>(tag))) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the column '%s' cannot be: message_payload and the sar parameters are set by "
        "concatenation alone",
        Name(), name));
  }
  for (const CampaignLayout::TlvColumn& other : layout_.tlv_columns) {
    if (other.tag != tag) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("%s has two columns of one parameter: '%s' and '%s'", Name(),
                        layout_.header[static_cast<size_t>(other.place)], name));
  }
  return absl::OkStatus();
}

absl::Status Campaign::FindTlvColumns() {
  for (size_t i = 0; i < layout_.header.size(); ++i) {
    const std::string& name = layout_.header[i];
    if (!name.starts_with(kTlvColumnPrefix)) continue;
    const auto tag = TagOfColumn(name);
    if (!tag) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: the column '%s' names no parameter; write tlv:0x1400 or tlv:user_message_reference",
          Name(), name));
    }
    const absl::Status status = CheckTlvColumn(name, *tag);
    if (!status.ok()) return status;
    layout_.tlv_columns.push_back({static_cast<int>(i), *tag});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<MessageBatch>> Campaign::NextBatch() {
  const uint64_t read = rows_read_.load();
  const uint64_t left = options_.limit == 0 ? UINT64_MAX : options_.limit - read;
  if (left == 0) {
    ended_.store(true);
    return nullptr;
  }
  auto chunk = chunker_.Next();
  if (!chunk.ok()) return InContext(chunk.status());
  consumed_.store(source_->consumed());
  if (*chunk == nullptr) {
    broke_off_.store(source_->broken_off());
    ended_.store(true);
    return nullptr;
  }
  const uint64_t rows = std::min((*chunk)->rows, left);
  rows_read_.store(read + rows);
  return MakeChunkBatch(layout_, *std::move(chunk), rows, pool_, *rejects_);
}

double Campaign::Progress() const {
  if (ended()) return 1;
  const auto share = [](uint64_t part, uint64_t whole) {
    return whole == 0 ? -1 : static_cast<double>(part) / static_cast<double>(whole);
  };
  return std::max(share(consumed_.load(), source_->size()), share(rows_read(), options_.limit));
}

}  // namespace salvo::tools
