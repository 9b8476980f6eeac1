#include "tools/send/campaign/campaign.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "pdu/text/split.h"
#include "tools/send/campaign/delimited.h"

namespace salvo::tools {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Whichever of the usual ones stands in the header; a header of one column has none.
char GuessDelimiter(std::string_view header) {
  for (const char c : {'\t', ',', ';'}) {
    if (header.find(c) != std::string_view::npos) return c;
  }
  return ',';
}

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Campaign>> Campaign::Open(const CampaignOptions& options,
                                                         Rejects* rejects) {
  auto source = ByteSource::Open(options.path);
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
  return options_.path == "-" ? "the standard input" : "'" + options_.path + "'";
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

absl::Status Campaign::ReadHeader() {
  if (options_.text_template) {
    auto parsed = TextTemplate::Parse(*options_.text_template);
    if (!parsed.ok()) return parsed.status();
    layout_.text_template = *std::move(parsed);
  }
  auto line = chunker_.PeekLine();
  if (!line.ok()) return line.status();
  if (line->empty()) return absl::InvalidArgumentError(Name() + " is empty, or its first line is");
  absl::Status status = CheckFirstLine(*line);
  if (!status.ok()) return status;
  std::string_view header = *line;
  if (header.starts_with(kByteOrderMark)) header.remove_prefix(kByteOrderMark.size());
  const size_t first = header.find_first_not_of(" \t");
  if (first != std::string_view::npos && header[first] == '{') {
    layout_.format = CampaignFormat::kJsonLines;
    rejects_->SetColumns({"record"});
  } else {
    layout_.delimiter = GuessDelimiter(header);
    status = FindColumns(header);
    if (!status.ok()) return status;
    rejects_->SetColumns(layout_.header);
    chunker_.SkipLine();
  }
  chunker_.SetFormat(layout_.format, layout_.delimiter);
  return absl::OkStatus();
}

absl::Status Campaign::FindColumns(std::string_view header) {
  std::string text(header);
  DelimitedReader reader(text.data(), text.size(), layout_.delimiter);
  reader.Next();
  if (!reader.fault().empty()) {
    return absl::InvalidArgumentError(absl::StrFormat("%s, line 1: %s", Name(), reader.fault()));
  }
  for (const std::string_view field : reader.fields()) layout_.header.emplace_back(field);
  const std::vector<std::string>& names = layout_.header;
  const auto place = [&](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
  };
  const auto missing = [&](std::string_view name, const char* hint) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s has no column '%s'; it has: %s%s", Name(), name, Join(names), hint));
  };
  for (const std::string& name : names) {
    if (std::count(names.begin(), names.end(), name) > 1) {
      return absl::InvalidArgumentError(absl::StrFormat("%s has two columns '%s'", Name(), name));
    }
    if (!name.starts_with(kTlvColumnPrefix)) continue;
    const auto tag = TagOfColumn(name);
    if (!tag) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: the column '%s' names no parameter; write tlv:0x1400 or tlv:user_message_reference",
          Name(), name));
    }
    layout_.tlv_columns.push_back({place(name), *tag});
  }
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

absl::StatusOr<std::unique_ptr<MessageBatch>> Campaign::NextBatch() {
  const uint64_t read = rows_read_.load();
  const uint64_t left = options_.limit == 0 ? UINT64_MAX : options_.limit - read;
  if (left == 0) {
    ended_.store(true);
    return nullptr;
  }
  auto chunk = chunker_.Next();
  if (!chunk.ok()) {
    return absl::Status(chunk.status().code(),
                        Name() + ": " + std::string(chunk.status().message()));
  }
  consumed_.store(source_->consumed());
  if (*chunk == nullptr) {
    ended_.store(true);
    return nullptr;
  }
  const uint64_t rows = std::min((*chunk)->rows, left);
  rows_read_.store(read + rows);
  return MakeChunkBatch(layout_, *std::move(chunk), rows, pool_, *rejects_);
}

double Campaign::Progress() const {
  if (ended()) return 1;
  const uint64_t size = source_->size();
  return size == 0 ? -1 : static_cast<double>(consumed_.load()) / static_cast<double>(size);
}

}  // namespace salvo::tools
