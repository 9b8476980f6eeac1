#include "tools/sim/ledger.h"

#include "tools/common/json_line.h"

namespace salvo::sim {

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

void Ledger::Sync(std::function<void(absl::Status)> done) { file_->Sync(std::move(done)); }

}  // namespace salvo::sim
