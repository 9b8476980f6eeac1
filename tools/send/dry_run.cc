#include "tools/send/dry_run.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"

namespace salvo::tools {
namespace {

// Characters that are named, most costly first; a campaign with more has no single one to blame.
constexpr size_t kMostCharacters = 5;

std::string ToUtf8(char32_t c) {
  std::string text;
  const auto put = [&](char32_t octet) { text += static_cast<char>(octet); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return text;
}

std::string_view Label(Encoding encoding) {
  switch (encoding) {
    case Encoding::kGsm7:
      return "GSM 7-bit";
    case Encoding::kLatin1:
      return "Latin-1";
    case Encoding::kUcs2:
      return "UCS-2";
  }
  return "";
}

}  // namespace

DryRun::DryRun(const AccountOptions& account, double run_rate) : account_(account) {
  for (const double rate : {run_rate, account.rate, account.bind_rate * account.binds}) {
    if (rate > 0) rate_ = rate_ > 0 ? std::min(rate_, rate) : rate;
  }
}

void DryRun::Add(const Message& message, MessageBatch* tell_batch) {
  const MessagePreview preview = Preview(account_, message);
  if (preview.fault) {
    if (tell_batch != nullptr) tell_batch->OnInvalid(*preview.fault);
    return;
  }
  ++rows_;
  OfEncoding& of_encoding = encodings_[preview.encoding];
  ++of_encoding.rows;
  of_encoding.segments += preview.segments;
  if (preview.costly_character == 0 || preview.encoding == Encoding::kGsm7) return;
  OfCharacter& of_character = costly_[{preview.costly_character, preview.encoding}];
  ++of_character.rows;
  of_character.segments += preview.segments;
  of_character.segments_without += preview.segments_without;
}

uint64_t DryRun::segments() const {
  uint64_t segments = 0;
  for (const auto& [encoding, of_encoding] : encodings_) segments += of_encoding.segments;
  return segments;
}

double DryRun::Seconds() const { return rate_ > 0 ? static_cast<double>(segments()) / rate_ : -1; }

std::string DryRun::CostLine(char32_t character, Encoding encoding, const OfCharacter& of) {
  return absl::StrFormat("  %s %s %s because of U+%04X (%s) alone: %s, without it %s",
                         Counted(of.rows, "row"), of.rows == 1 ? "needs" : "need", Label(encoding),
                         static_cast<uint32_t>(character), ToUtf8(character),
                         Counted(of.segments, "segment"), WithCommas(of.segments_without));
}

std::vector<std::string> DryRun::Lines() const {
  std::vector<std::string> lines;
  lines.push_back(absl::StrFormat("account '%s': %s, %s", account_.name, Counted(rows_, "row"),
                                  Counted(segments(), "segment")));
  for (const auto& [encoding, of] : encodings_) {
    lines.push_back(absl::StrFormat("  %-10s %12s %-4s %12s %s", Label(encoding),
                                    WithCommas(of.rows), of.rows == 1 ? "row" : "rows",
                                    WithCommas(of.segments),
                                    of.segments == 1 ? "segment" : "segments"));
  }
  std::vector<std::pair<std::pair<char32_t, Encoding>, OfCharacter>> costly(costly_.begin(),
                                                                            costly_.end());
  std::stable_sort(costly.begin(), costly.end(),
                   [](const auto& a, const auto& b) { return a.second.rows > b.second.rows; });
  if (costly.size() > kMostCharacters) costly.resize(kMostCharacters);
  for (const auto& [key, of] : costly) lines.push_back(CostLine(key.first, key.second, of));
  if (Seconds() >= 0) {
    const bool by_binds = account_.bind_rate > 0 && rate_ == account_.bind_rate * account_.binds;
    const std::string binds = by_binds
                                  ? absl::StrFormat(" (%s of %s)", Counted(account_.binds, "bind"),
                                                    HumanRate(account_.bind_rate))
                                  : "";
    lines.push_back(absl::StrFormat("  at %s a second%s: %s", CountedRate(rate_, "segment"), binds,
                                    HumanTime(Seconds())));
  } else {
    lines.emplace_back("  no rate is set: as fast as the window and the round trip allow");
  }
  return lines;
}

std::string DryRun::Json() const {
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "dry_run");
  line.Add("schema", 1);
  line.Add("account", account_.name);
  line.Add("rows", rows_);
  line.Add("segments", segments());
  for (const auto& [encoding, of] : encodings_) {
    line.Add("rows_" + std::string(NameOf(encoding)), of.rows);
    line.Add("segments_" + std::string(NameOf(encoding)), of.segments);
  }
  if (Seconds() >= 0) line.Add("seconds", Seconds());
  line.End();
  return text;
}

DryTotal TotalOf(const std::vector<DryRun>& runs, double run_rate) {
  DryTotal total;
  total.accounts = runs.size();
  total.messages = runs.front().rows();
  const bool has_rates =
      std::all_of(runs.begin(), runs.end(), [](const DryRun& run) { return run.rate() > 0; });
  if (total.messages == 0) {
    total.seconds = has_rates ? 0 : -1;
    return total;
  }
  double segments_per_s = 0;
  double shares_per_s = 0;  // of the campaign
  for (const DryRun& run : runs) {
    if (run.segments() == 0) continue;  // it can send none of it
    const double rate = has_rates ? run.rate() : 1;
    segments_per_s += rate;
    shares_per_s += rate / static_cast<double>(run.segments());
  }
  const double segments = segments_per_s / shares_per_s;
  total.segments = static_cast<uint64_t>(std::llround(segments));
  if (!has_rates) return total;
  if (run_rate > 0) segments_per_s = std::min(segments_per_s, run_rate);
  total.seconds = static_cast<double>(total.segments) / segments_per_s;
  return total;
}

std::string DryTotal::Line() const {
  std::string line = absl::StrFormat("all %s together: %s, %s", Counted(accounts, "account"),
                                     Counted(messages, "row"), Counted(segments, "segment"));
  if (seconds < 0) return line + "; not all of them have a rate";
  if (seconds == 0) return line;
  const double rate = static_cast<double>(segments) / seconds;
  return line +
         absl::StrFormat(", at %s a second: %s", CountedRate(rate, "segment"), HumanTime(seconds));
}

}  // namespace salvo::tools
