#include "tools/inspect/explanation_text.h"

#include "absl/strings/str_format.h"
#include "tools/common/json_line.h"

namespace salvo::tools {
namespace {

std::string Heading(std::string_view text, const PageStyle& style) {
  return Inked(Ink::kBold, text, style);
}

// A symptom's name is a clause, which may be longer than a line.
std::string Title(std::string_view name, const PageStyle& style) {
  std::string lines = Paragraph("", name, style);
  lines.pop_back();
  return Heading(lines, style);
}

std::string Section(std::string_view heading, const Texts& texts, const PageStyle& style) {
  std::string out = "\n" + Heading(heading, style) + "\n";
  for (const std::string_view text : texts) {
    if (!text.empty()) out += Paragraph("  - ", text, style);
  }
  return out;
}

std::string Line(const Explanation& e) {
  if (e.topic == Topic::kSymptom) return absl::StrFormat("  %s\n", e.name);
  return absl::StrFormat("  %-17s %-26s %s\n", HandleOf(e), e.name, e.title);
}

constexpr std::string_view kPlurals[] = {"Statuses (command_status)",
                                         "Errors of connections (errno)",
                                         "TLS alerts",
                                         "Certificates (X509_V_ERR_...)",
                                         "States of receipts (stat)",
                                         "Errors of receipts (err)",
                                         "Symptoms"};

std::vector<std::string> Strings(const Texts& texts) {
  std::vector<std::string> strings;
  for (const std::string_view text : texts) {
    if (!text.empty()) strings.emplace_back(text);
  }
  return strings;
}

}  // namespace

std::string HandleOf(const Explanation& e) {
  const std::string number = NumberOf(e);
  if (e.topic == Topic::kSymptom) return std::string(e.name);
  const bool has_topic = e.topic == Topic::kStatus || e.topic == Topic::kNetworkError;
  return has_topic ? number : absl::StrFormat("%s %s", NameOf(e.topic), number);
}

std::string ExplanationPage(const Explanation& e, const PageStyle& style) {
  std::string number = e.topic == Topic::kSymptom ? "" : HandleOf(e);
  if (e.topic == Topic::kStatus && e.first == e.last) number += absl::StrFormat(" (%d)", e.first);
  const bool fits = style.columns == 0 || e.name.size() + 2 + number.size() <= style.columns;
  std::string out = Title(e.name, style);
  if (!number.empty()) out += (fits ? "  " : "\n  ") + number;
  out += "\n";
  if (e.topic != Topic::kSymptom) out += Paragraph("  ", e.title, style);
  if (const std::string_view source = SourceOf(e); !source.empty()) {
    out += Paragraph("  ", source, style);
  }
  out += "\n" + Paragraph("", e.meaning, style);
  out += Section("Likely causes", e.causes, style);
  out += Section("What to do", e.actions, style);
  out += "\n" + Heading("What Salvo does", style) + "\n" + Paragraph("  ", TreatmentOf(e), style);
  if (e.mix_up.empty()) return out;
  return out + "\n" + Heading("Beware", style) + "\n" + Paragraph("  ", e.mix_up, style);
}

std::string CandidateList(std::string_view words, const std::vector<const Explanation*>& candidates,
                          const PageStyle& style) {
  std::string out = absl::StrFormat("'%s' may be\n\n", words);
  for (const Explanation* e : candidates) out += Line(*e);
  const std::string example = HandleOf(*candidates.back());
  return out + "\n" +
         Paragraph("", absl::StrFormat("Ask for one: salvo explain %s", example), style);
}

std::string ExplanationIndex(const PageStyle& style) {
  std::string out;
  const Explanation* before = nullptr;
  for (const Explanation& e : AllExplanations()) {
    if (before == nullptr || before->topic != e.topic) {
      if (before != nullptr) out += "\n";
      out += Heading(kPlurals[static_cast<size_t>(e.topic)], style) + "\n";
    }
    out += Line(e);
    before = &e;
  }
  return out;
}

std::string ExplanationJson(const Explanation& e) {
  std::string text;
  JsonLine line(&text);
  line.Add("message_type", "explanation");
  line.Add("schema", 1);
  line.Add("topic", NameOf(e.topic));
  if (e.topic == Topic::kSymptom) {
    line.AddNull("first");
    line.AddNull("last");
  } else {
    line.Add("first", e.first);
    line.Add("last", e.last);
  }
  line.Add("number", NumberOf(e));
  line.Add("name", e.name);
  line.Add("title", e.title);
  line.Add("source", SourceOf(e));
  line.Add("meaning", e.meaning);
  line.Add("causes", Strings(e.causes));
  line.Add("actions", Strings(e.actions));
  line.Add("treatment", TreatmentOf(e));
  line.Add("mix_up", e.mix_up);
  line.End();
  return text;
}

}  // namespace salvo::tools
