#include "tools/sim/ledger.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tools/common/json_line.h"

namespace salvo::sim {
namespace {

constexpr std::string_view kLineStart = R"({"t_ns":)";
// A message_payload and its parameters, in hexadecimal.
constexpr int64_t kLongestLine = 512 * 1024;

}  // namespace

void Ledger::Add(const LedgerEntry& entry) {
  if (!enabled()) return;
  const pdu::SubmitSm& submit = *entry.submit;
  pdu::Octets text = submit.short_message;
  const auto payload = submit.tlvs.Find(pdu::Tag::kMessagePayload);
  if (payload && text.empty()) text = payload->value;
  tools::JsonLine line(&lines_);
  line.Add("t_ns", entry.t_ns);
  line.Add("system_id", entry.system_id);
  line.Add("bind", entry.bind);
  line.Add("seq", entry.sequence);
  line.Add("source", submit.source.digits);
  line.Add("dest", submit.destination.digits);
  line.Add("data_coding", submit.data_coding);
  line.Add("esm_class", submit.esm_class);
  line.AddHex("message_hex", pdu::AsText(text));
  line.Add("message_id", entry.message_id);
  line.Add("status", static_cast<uint32_t>(entry.status));
  if (!submit.tlvs.empty()) line.AddHex("tlv_hex", pdu::AsText(submit.tlvs.octets()));
  line.End();
}

absl::Status Ledger::Write() {
  if (lines_.empty()) return absl::OkStatus();
  absl::Status status = file_->Append(pdu::AsOctets(lines_));
  lines_.clear();
  return status;
}

bool IsOnDisk(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

absl::Status CutUnfinishedLine(const std::string& path) {
  if (!IsOnDisk(path)) return absl::OkStatus();
  const auto unreadable = [&] {
    return absl::UnavailableError("cannot read the ledger '" + path + "'");
  };
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  const std::uintmax_t octets = std::filesystem::file_size(path, error);
  if (error) return unreadable();
  const auto size = static_cast<int64_t>(octets);
  const int64_t from = std::max<int64_t>(0, size - kLongestLine);
  std::string tail(static_cast<size_t>(size - from), '\0');
  file.seekg(from).read(tail.data(), size - from);
  if (!file) return unreadable();
  const std::string_view line = std::string_view(tail).substr(tail.rfind('\n') + 1);
  // Whoever named a file that is no ledger keeps it as it is.
  const std::string_view start = line.substr(0, kLineStart.size());
  if (line.empty() || start != kLineStart.substr(0, start.size())) return absl::OkStatus();
  std::filesystem::resize_file(path, static_cast<uintmax_t>(size) - line.size(), error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError("cannot cut the ledger '" + path + "': " + error.message());
}

void Ledger::Sync(std::function<void(absl::Status)> done) { file_->Sync(std::move(done)); }

}  // namespace salvo::sim
