#include "tools/inspect/pdu_report.h"

#include <array>
#include <ctime>

#include "absl/strings/str_format.h"
#include "pdu/print.h"
#include "tools/common/human.h"
#include "tools/common/json_line.h"

namespace salvo::tools {
namespace {

std::string TimeText(int64_t time_us) {
  constexpr int64_t kMicrosPerSecond = 1'000'000;
  int64_t micros = time_us % kMicrosPerSecond;
  if (micros < 0) micros += kMicrosPerSecond;
  const auto seconds = static_cast<time_t>((time_us - micros) / kMicrosPerSecond);
  std::tm parts{};
  std::array<char, 40> text{};
  if (gmtime_r(&seconds, &parts) == nullptr) return "";
  const size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return absl::StrFormat("%s.%06dZ", std::string_view(text.data(), size), micros);
}

// "#3 2026-11-21T01:02:03.000004Z 10.0.0.1:40000 > 10.0.0.2:2775"; "" when there are no packets.
std::string OriginText(const Origin& origin) {
  if (origin.packet == 0) return "";
  const std::string time = origin.time_us ? TimeText(*origin.time_us) + " " : "";
  return absl::StrFormat("#%d %s%s > %s", origin.packet, time, origin.from.ToString(),
                         origin.to.ToString());
}

void AddOrigin(const Origin& origin, JsonLine* line) {
  if (origin.packet == 0) return;
  line->Add("packet", origin.packet);
  if (origin.time_us) line->Add("time", TimeText(*origin.time_us));
  line->Add("from", origin.from.ToString());
  line->Add("to", origin.to.ToString());
}

// An object that is a part of another.
std::string Inner(const std::function<void(JsonLine*)>& fill) {
  std::string text;
  JsonLine line(&text);
  fill(&line);
  line.End();
  text.pop_back();  // the line's end
  return text;
}

template <class T>
std::string Array(const std::vector<T>& items, void (*fill)(const T&, JsonLine*)) {
  std::string text = "[";
  for (const T& item : items) {
    if (text.size() > 1) text += ',';
    text += Inner([&](JsonLine* line) { fill(item, line); });
  }
  return text + "]";
}

void FillField(const pdu::InspectedField& field, JsonLine* line) {
  line->Add("name", field.name);
  if (field.is_tlv) line->Add("tag", field.tag);
  line->Add("offset", field.offset);
  line->Add("octets", field.octets);
  if (field.is_number) {
    line->AddJson("value", field.value);
  } else {
    line->Add("value", field.value);
  }
  if (!field.meaning.empty()) line->Add("meaning", field.meaning);
}

void FillComplaint(const pdu::Complaint& complaint, JsonLine* line) {
  line->Add("offset", complaint.offset);
  line->Add("field", complaint.field);
  line->Add("text", complaint.text);
}

std::string Json(const Origin& origin, const pdu::Inspection& inspection) {
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "pdu");
  line.Add("schema", 1);
  AddOrigin(origin, &line);
  line.Add("octets", inspection.octets);
  line.Add("decoded", inspection.has_header && inspection.result.ok());
  if (inspection.has_header) {
    const pdu::Header& header = inspection.header;
    line.Add("command", NameOf(header.command_id));
    line.Add("command_length", header.command_length);
    line.Add("command_id", static_cast<uint32_t>(header.command_id));
    line.Add("command_status", static_cast<uint32_t>(header.command_status));
    line.Add("status_name", NameOf(header.command_status));
    line.Add("sequence_number", header.sequence_number);
  }
  line.AddJson("fields", Array(inspection.fields, FillField));
  if (!inspection.user_data_header.empty()) line.Add("udh", inspection.user_data_header);
  if (inspection.has_text) line.Add("text", inspection.text);
  if (!inspection.receipt.empty()) {
    line.AddJson("receipt", Inner([&](JsonLine* inner) {
                   for (const auto& field : inspection.receipt) inner->Add(field.name, field.value);
                 }));
  }
  line.AddJson("warnings", Array(inspection.complaints, FillComplaint));
  line.End();
  return text;
}

}  // namespace

// A stream that is captured keeps what is no PDU to itself.
bool PduReport::IsHidden(const Origin& origin, pdu::Octets octets) {
  if (origin.packet > 0) return false;
  const bool has_header = octets.size() >= pdu::kHeaderOctets;
  const bool is_hidden = follows_password_ && !(has_header && LooksLikePdu(octets));
  follows_password_ = is_hidden || (has_header && MayLeavePassword(octets));
  return is_hidden;
}

std::string PduReport::Text(pdu::Octets octets, const pdu::Inspection& inspection,
                            bool is_hidden) const {
  if (is_hidden) {
    return absl::StrFormat("not a PDU, %s: may hold the password of the one before\n",
                           Counted(octets.size(), "octet"));
  }
  std::string text;
  if (form_ == PduForm::kLine) {
    pdu::PrintLine(octets, &text);
    return text + "\n";
  }
  if (inspection.has_header) {
    pdu::PrintTree(inspection, &text);
  } else {
    pdu::PrintTree(octets, &text);
  }
  return text;
}

void PduReport::OnPdu(const Origin& origin, pdu::Octets octets) {
  const bool is_hidden = IsHidden(origin, octets);
  pdu::Inspection inspection;
  inspection.octets = octets.size();
  if (!is_hidden) inspection = pdu::Inspect(octets);
  const std::string where = OriginText(origin);
  if (!inspection.has_header || !inspection.result.ok()) ++faulty_;
  complaints_ += inspection.complaints.size();
  ++pdus_;
  const bool is_captured = origin.packet > 0 && inspection.has_header;
  if (is_captured) unanswered_.Add(origin, inspection.header);
  if (form_ == PduForm::kJson) return write_(Json(origin, inspection));
  const bool is_line = form_ == PduForm::kLine;
  const std::string parting = !is_line && pdus_ > 1 ? "\n" : "";
  const std::string origin_end = where.empty() ? "" : is_line ? " " : "\n";
  write_(parting + where + origin_end + Text(octets, inspection, is_hidden));
}

void PduReport::OnNote(const Origin& origin, const std::string& note) {
  if (form_ == PduForm::kJson) {
    std::string text;
    JsonLine line(&text);
    line.Add("message_type", "note");
    line.Add("schema", 1);
    AddOrigin(origin, &line);
    line.Add("text", note);
    line.End();
    return write_(text);
  }
  const std::string where = OriginText(origin);
  write_((form_ == PduForm::kTree && pdus_ > 0 ? "\n" : "") + where + (where.empty() ? "" : " ") +
         "- " + note + "\n");
}

void PduReport::Finish() {
  for (const Unanswered::Finding& finding : unanswered_.Findings()) {
    OnNote(finding.first, finding.text);
  }
  if (form_ != PduForm::kJson) return;
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "summary");
  line.Add("schema", 1);
  line.Add("pdus", pdus_);
  line.Add("faulty", faulty_);
  line.Add("warnings", complaints_);
  line.End();
  write_(text);
}

}  // namespace salvo::tools
