#include "tools/send/dry_run.h"

#include <algorithm>

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
  OfCharacter& of_character = costly_[preview.costly_character];
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

std::vector<std::string> DryRun::Lines() const {
  std::vector<std::string> lines;
  lines.push_back(absl::StrFormat("account '%s': %s rows, %s segments", account_.name,
                                  WithCommas(rows_), WithCommas(segments())));
  for (const auto& [encoding, of] : encodings_) {
    lines.push_back(absl::StrFormat("  %-10s %12s rows %12s segments", Label(encoding),
                                    WithCommas(of.rows), WithCommas(of.segments)));
  }
  std::vector<std::pair<char32_t, OfCharacter>> costly(costly_.begin(), costly_.end());
  std::sort(costly.begin(), costly.end(),
            [](const auto& a, const auto& b) { return a.second.rows > b.second.rows; });
  if (costly.size() > kMostCharacters) costly.resize(kMostCharacters);
  for (const auto& [character, of] : costly) {
    lines.push_back(absl::StrFormat(
        "  %s rows need %s because of U+%04X (%s) alone: %s segments, without it %s",
        WithCommas(of.rows), Label(Encoding::kUcs2), static_cast<uint32_t>(character),
        ToUtf8(character), WithCommas(of.segments), WithCommas(of.segments_without)));
  }
  if (Seconds() >= 0) {
    lines.push_back(absl::StrFormat("  at %g segments a second: %s", rate_, HumanTime(Seconds())));
  } else {
    lines.push_back("  no rate is set: as fast as the window and the round trip allow");
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

}  // namespace salvo::tools
