#include "tools/doctor/talk/transcript.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "pdu/print.h"

namespace salvo::doctor {
namespace {

constexpr size_t kMostText = 120;

bool IsText(std::span<const uint8_t> octets) {
  return std::all_of(octets.begin(), octets.end(), [](uint8_t c) {
    return (c >= 0x20 && c < 0x7F) || c == '\r' || c == '\n' || c == '\t';
  });
}

}  // namespace

Entry* Transcript::NewEntry(Entry::Kind kind, int connection) {
  if (entries_.size() >= kMost) {
    ++left_out_;
    return nullptr;
  }
  Entry& entry = entries_.emplace_back();
  entry.at = clock_->Monotonic() - start_;
  entry.kind = kind;
  entry.connection = connection;
  return &entry;
}

void Transcript::Add(Entry::Kind kind, int connection, std::span<const uint8_t> octets) {
  Entry* entry = NewEntry(kind, connection);
  if (entry == nullptr) return;
  std::vector<uint8_t> masked(octets.begin(), octets.end());
  MaskBindPassword(masked);
  secrets_->Mask(masked);
  masked.resize(std::min(masked.size(), kMostOctets));
  entry->octets = std::move(masked);
}

void Transcript::AddSent(int connection, std::span<const uint8_t> octets) {
  Add(Entry::Kind::kSent, connection, octets);
}

void Transcript::AddReceived(int connection, std::span<const uint8_t> octets) {
  Add(Entry::Kind::kReceived, connection, octets);
}

void Transcript::AddNote(int connection, const std::string& note) {
  if (Entry* entry = NewEntry(Entry::Kind::kNote, connection)) entry->note = secrets_->Masked(note);
}

std::string HexOf(std::span<const uint8_t> octets, size_t most) {
  constexpr size_t kGroup = 4;
  std::string text;
  for (size_t i = 0; i < std::min(octets.size(), most); ++i) {
    if (i > 0 && i % kGroup == 0) text += ' ';
    absl::StrAppendFormat(&text, "%02x", octets[i]);
  }
  if (octets.size() > most) absl::StrAppendFormat(&text, " ... (%d octets)", octets.size());
  return text;
}

std::vector<std::string> Transcript::Shown(std::span<const uint8_t> octets) const {
  std::vector<uint8_t> masked(octets.begin(), octets.end());
  MaskBindPassword(masked);
  secrets_->Mask(masked);
  if (masked.empty()) return {};
  if (IsText(masked)) {
    std::string text = "'";
    pdu::AppendEscaped(
        pdu::AsText(std::span<const uint8_t>(masked).first(std::min(masked.size(), kMostText))),
        &text);
    return {text + "'"};
  }
  if (masked.size() < pdu::kHeaderOctets ||
      pdu::NameOf(pdu::DecodeHeader(masked).command_id).empty()) {
    return {HexOf(masked)};
  }
  std::string line;
  pdu::PrintLine(masked, &line);
  return {line, HexOf(masked)};
}

}  // namespace salvo::doctor
