#include "tools/inspect/pdu_report.h"

#include <array>
#include <ctime>

#include "absl/strings/str_format.h"
#include "pdu/inspect.h"
#include "pdu/print.h"
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
  return absl::StrFormat("#%d %s %s > %s", origin.packet, TimeText(origin.time_us),
                         origin.from.ToString(), origin.to.ToString());
}

void AddOrigin(const Origin& origin, JsonLine* line) {
  if (origin.packet == 0) return;
  line->Add("packet", origin.packet);
  line->Add("time", TimeText(origin.time_us));
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

void PduReport::OnPdu(const Origin& origin, pdu::Octets octets) {
  const pdu::Inspection inspection = pdu::Inspect(octets);
  const std::string where = OriginText(origin);
  if (!inspection.has_header || !inspection.result.ok()) ++faulty_;
  complaints_ += inspection.complaints.size();
  ++pdus_;
  const bool is_captured = origin.packet > 0 && inspection.has_header;
  if (is_captured) unanswered_.Add(origin, inspection.header);
  if (form_ == PduForm::kJson) return write_(Json(origin, inspection));
  std::string text;
  if (form_ == PduForm::kLine) {
    if (!where.empty()) text = where + " ";
    pdu::PrintLine(octets, &text);
    return write_(text + "\n");
  }
  if (pdus_ > 1) text = "\n";
  if (!where.empty()) text += where + "\n";
  pdu::PrintTree(octets, &text);
  write_(text);
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
