// The lines of the PDU log.
#include <charconv>

#include "absl/strings/str_format.h"
#include "engine/log/lines.h"
#include "pdu/decode.h"
#include "pdu/print.h"

namespace salvo::engine {
namespace {

constexpr const char* kInfo = " INFO  (";
constexpr const char* kWarn = " WARN  (";

void AppendNumber(uint64_t number, std::string* out) {
  char digits[20];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// "0x00000009 (BIND_TRANSCEIVER)"
std::string TextOf(pdu::CommandId id) {
  std::string name(pdu::NameOf(id));
  for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (name.empty()) name = "UNKNOWN";
  return absl::StrFormat("0x%08X (%s)", static_cast<uint32_t>(id), name);
}

void AppendStatus(pdu::CommandStatus status, std::string* out) {
  AppendNumber(static_cast<uint32_t>(status), out);
  if (status == pdu::CommandStatus::ESME_ROK) return;
  const std::string_view name = pdu::NameOf(status);
  out->append(" (").append(name.empty() ? "UNKNOWN" : name).append(")");
}

}  // namespace

void PduLines::Begin(int64_t wall_ns, const char* level, const LoggedBind& bind, std::string* out) {
  time_.Append(wall_ns, out);
  out->append(level).append(bind.account).append(",").append(bind.instance).append(") ");
}

const std::string& PduLines::CommandText(pdu::CommandId id) {
  const auto number = static_cast<uint32_t>(id);
  Command& kept = commands_[number % (kCommandsKept / 2) + (number >> 31) * kCommandsKept / 2];
  if (kept.text.empty() || kept.id != id) kept = {id, TextOf(id)};
  return kept.text;
}

void PduLines::AddRecord(const LogRecord& record, std::span<const uint8_t> octets, LoggedBind& bind,
                         std::string* out) {
  const pdu::Header header = pdu::DecodeHeader(octets);
  const bool is_written = record.kind == LogKind::kWrittenPdu;
  const bool is_sampled = is_written && header.command_id == pdu::CommandId::kSubmitSm;
  if (is_sampled && record.sample != bind.sample) {
    bind.sample = record.sample;
    Begin(record.wall_ns, kInfo, bind, out);
    out->append("SAMPLING 1/");
    AppendNumber(record.sample, out);
    out->append(" of submit_sm and submit_sm_resp\n");
  }
  Begin(record.wall_ns, kInfo, bind, out);
  out->append(is_written ? "Write op:" : "Read op:");
  out->append(CommandText(header.command_id));
  out->append(" status:");
  AppendStatus(header.command_status, out);
  out->append(" trn:");
  AppendNumber(header.sequence_number, out);
  out->append(" datalen:");
  AppendNumber(record.pdu_octets - pdu::kHeaderOctets, out);
  pdu::PrintFields(octets, {.capitals = true, .mask = mask_}, out);
  *out += '\n';
}

void PduLines::AddDropped(int64_t wall_ns, uint64_t count, const LoggedBind& bind,
                          std::string* out) {
  Begin(wall_ns, kWarn, bind, out);
  out->append("DROPPED ");
  AppendNumber(count, out);
  out->append(count == 1 ? " PDU\n" : " PDUs\n");
}

void PduLines::AddTotal(int64_t wall_ns, const LoggedBind& bind, std::string* out) {
  Begin(wall_ns, kInfo, bind, out);
  out->append("TOTAL written:");
  AppendNumber(bind.written.load(), out);
  out->append(" sampled_out:");
  AppendNumber(bind.sampled_out.load(), out);
  out->append(" dropped:");
  AppendNumber(bind.dropped.load() + bind.lost.load(), out);
  *out += '\n';
}

}  // namespace salvo::engine
