#include "tools/doctor/report/bundle.h"

#include <cerrno>
#include <set>

#include "absl/strings/str_format.h"
#include "io/tls/tls_context.h"
#include "pdu/inspect.h"
#include "tools/common/cannot.h"
#include "tools/common/private_file.h"
#include "tools/doctor/report/text.h"
#include "tools/inspect/explanation_text.h"

namespace salvo::doctor {
namespace {

constexpr tools::PageStyle kPlain;
constexpr size_t kAllOctets = SIZE_MAX;

std::string Heading(std::string_view text) { return absl::StrFormat("\n=== %s ===\n\n", text); }

std::string Octets(const Entry& entry) {
  const bool is_pdu = entry.octets.size() >= pdu::kHeaderOctets &&
                      !pdu::NameOf(pdu::DecodeHeader(entry.octets).command_id).empty();
  std::string text = "    " + HexOf(entry.octets, kAllOctets) + "\n";
  if (!is_pdu) return text;
  std::string tree;
  pdu::PrintTree(entry.octets, &tree);
  text += "    ";
  for (const char c : tree) {
    text += c;
    if (c == '\n') text += "    ";
  }
  text.resize(text.size() - 4);
  return text;
}

std::string TranscriptText(const Transcript& transcript) {
  std::string text;
  for (const Entry& entry : transcript.entries()) {
    const char* direction = entry.kind == Entry::Kind::kSent       ? "sent"
                            : entry.kind == Entry::Kind::kReceived ? "received"
                                                                   : entry.note.c_str();
    absl::StrAppendFormat(&text, "%10.3f ms  connection %d  %s\n",
                          static_cast<double>(entry.at) / 1e6, entry.connection, direction);
    if (entry.kind != Entry::Kind::kNote) text += Octets(entry);
  }
  if (transcript.left_out() > 0) {
    absl::StrAppendFormat(&text, "%d more are left out\n", transcript.left_out());
  }
  return text.empty() ? "nothing was said\n" : text;
}

std::string ExplanationPages(const std::vector<StepResult>& steps) {
  std::string text;
  std::set<const Explanation*> seen;
  for (const StepResult& step : steps) {
    for (const Explanation* e : step.explanations) {
      if (!seen.insert(e).second) continue;
      text += (text.empty() ? "" : "\n") + tools::ExplanationPage(*e, kPlain);
    }
  }
  return text.empty() ? "nothing is to be explained\n" : text;
}

}  // namespace

std::string BundleText(const Bundle& bundle, const Transcript* transcript) {
  std::string text =
      "What salvo doctor found. Passwords are masked ('*', \"***\"); addresses, "
      "numbers and texts are not.\n";
  text += Heading("The steps");
  int number = 0;
  for (const StepResult& step : bundle.steps) text += StepText(++number, step, kPlain);
  text += "\n" + bundle.conclusion;
  text += Heading("Versions and the machine");
  text += "salvo " + bundle.salvo_version + "\n" + io::TlsLibraryVersion() + "\n";
  for (const std::string& line : bundle.machine) text += line + "\n";
  text += Heading("The account file '" + bundle.account_file + "'");
  text += bundle.configuration;
  text += Heading("What was said");
  text += transcript == nullptr ? "nothing was said\n" : TranscriptText(*transcript);
  text += Heading("Explanations");
  return text + ExplanationPages(bundle.steps);
}

absl::Status BundleFile::Fault() const {
  return absl::InternalError(tools::Cannot("write", path_));
}

absl::Status BundleFile::Open(const std::string& path) {
  path_ = path;
  file_.reset(tools::CreatePrivateFile(path));
  return file_ != nullptr ? absl::OkStatus() : Fault();
}

absl::Status BundleFile::Write(const std::string& text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
  const bool is_closed = std::fclose(file_.release()) == 0;
  return is_written && is_closed ? absl::OkStatus() : Fault();
}

}  // namespace salvo::doctor
