#include "tools/inspect/pdu_input.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "pdu/protocol.h"
#include "tools/common/human.h"
#include "tools/inspect/capture.h"
#include "tools/inspect/hex_text.h"

namespace salvo::tools {
namespace {

constexpr size_t kMostOctets = size_t{256} << 20;

bool IsText(pdu::Octets octets) {
  return std::all_of(octets.begin(), octets.end(), [](uint8_t octet) {
    return (octet >= 0x20 && octet < 0x7F) || octet == '\n' || octet == '\r' || octet == '\t';
  });
}

bool IsBlank(pdu::Octets octets) {
  return std::all_of(octets.begin(), octets.end(), [](uint8_t octet) {
    return octet == ' ' || octet == '\n' || octet == '\r' || octet == '\t';
  });
}

// What was left aside, said once at the end.
void NoteLeftAside(const Conversations& conversations, InspectionSink* sink) {
  const auto note = [&](uint64_t count, const char* thing, const char* what) {
    if (count > 0) sink->OnNote({}, Counted(count, thing) + " " + what);
  };
  note(conversations.other_packets(), "packet", "of something else than whole TCP segments");
  note(conversations.foreign_flows(), "direction", "of connections without SMPP (see --port)");
  note(conversations.left_out(), "packet", "of connections beyond the limit");
}

absl::Status SystemError() { return absl::UnavailableError(std::strerror(errno)); }

absl::Status FindInCapture(std::FILE* file, const std::set<uint16_t>& ports, InspectionSink* sink) {
  Conversations conversations(ports, sink);
  const std::string fault = ReadCapture(file, &conversations);
  conversations.Finish();
  NoteLeftAside(conversations, sink);
  return fault.empty() ? absl::OkStatus() : absl::UnavailableError(fault);
}

absl::Status ReadAll(std::FILE* file, std::vector<uint8_t>* out) {
  std::array<uint8_t, 65'536> chunk;
  while (const size_t size = std::fread(chunk.data(), 1, chunk.size(), file)) {
    if (out->size() + size > kMostOctets) {
      return absl::UnavailableError("it has more than 256 MiB: give it as a file");
    }
    out->insert(out->end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return std::ferror(file) != 0 ? SystemError() : absl::OkStatus();
}

bool FramesFit(const HexText& hex) {
  return hex.is_dump && std::all_of(hex.blocks.begin(), hex.blocks.end(), [](const auto& block) {
           const bool is_pdu = block.size() >= pdu::kHeaderOctets && LooksLikePdu(block);
           return !is_pdu && ParsePacket(kEthernet, block, block.size()).has_value();
         });
}

}  // namespace

void FindPdus(pdu::Octets octets, InspectionSink* sink) {
  while (octets.size() >= pdu::kHeaderOctets) {
    const uint32_t length = pdu::Load32(octets.data());
    if (length < pdu::kHeaderOctets || length > octets.size()) break;
    sink->OnPdu({}, octets.first(length));
    octets = octets.subspan(length);
  }
  if (!octets.empty()) sink->OnPdu({}, octets);
}

absl::Status FindPdusInHex(std::string_view text, const std::set<uint16_t>& ports,
                           InspectionSink* sink) {
  const HexText hex = ReadHexText(text);
  if (!hex.fault.empty()) return absl::InvalidArgumentError(hex.fault);
  if (FramesFit(hex)) {
    Conversations conversations(ports, sink);
    for (const auto& block : hex.blocks) {
      conversations.Packet(kEthernet, block, block.size(), std::nullopt);
    }
    conversations.Finish();
    NoteLeftAside(conversations, sink);
    return absl::OkStatus();
  }
  for (const auto& block : hex.blocks) FindPdus(block, sink);
  return absl::OkStatus();
}

absl::Status FindPdusInOctets(pdu::Octets octets, const std::set<uint16_t>& ports,
                              InspectionSink* sink) {
  constexpr size_t kMagic = 4;
  if (IsBlank(octets)) return absl::OkStatus();
  if (octets.size() >= kMagic && IsCapture(octets)) {
    // Opened for reading: what it points to is not changed.
    std::FILE* file = fmemopen(const_cast<uint8_t*>(octets.data()), octets.size(), "rb");
    if (file == nullptr) return SystemError();
    return FindInCapture(file, ports, sink);
  }
  if (IsText(octets)) return FindPdusInHex(pdu::AsText(octets), ports, sink);
  FindPdus(octets, sink);
  return absl::OkStatus();
}

absl::Status FindPdusInFile(const std::string& path, const std::set<uint16_t>& ports,
                            InspectionSink* sink) {
  const bool is_input = path == "-";
  std::FILE* file = is_input ? stdin : std::fopen(path.c_str(), "rb");
  if (file == nullptr) return SystemError();
  // What has no beginning to go back to, as a pipe, is read like the standard input.
  const bool has_beginning = !is_input && std::fseek(file, 0, SEEK_SET) == 0;
  if (has_beginning) {
    std::array<uint8_t, 4> magic{};
    const bool is_whole = std::fread(magic.data(), 1, magic.size(), file) == magic.size();
    std::rewind(file);
    if (is_whole && IsCapture(magic)) return FindInCapture(file, ports, sink);
  }
  std::vector<uint8_t> octets;
  const absl::Status read = ReadAll(file, &octets);
  if (!is_input) std::fclose(file);
  return read.ok() ? FindPdusInOctets(octets, ports, sink) : read;
}

}  // namespace salvo::tools
