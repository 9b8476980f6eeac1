#include "tools/inspect/unanswered.h"

#include <optional>

#include "absl/strings/str_format.h"
#include "salvo/explain.h"

namespace salvo::tools {
namespace {

using pdu::CommandId;

bool HasResponse(CommandId command) {
  return !pdu::NameOf(command).empty() && command != CommandId::kOutbind &&
         command != CommandId::kAlertNotification;
}

// What it looks like to whoever meets it.
std::optional<Symptom> SymptomOf(CommandId command) {
  if (pdu::IsBind(command)) return Symptom::kBindUnanswered;
  switch (command) {
    case CommandId::kDeliverSm:
      return Symptom::kReceiptsStop;
    case CommandId::kSubmitSm:
      return Symptom::kUnanswered;
    case CommandId::kEnquireLink:
      return Symptom::kSilentPeer;
    case CommandId::kUnbind:
      return Symptom::kUnbindUnanswered;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Unanswered::Add(const Origin& origin, const pdu::Header& header) {
  ++pdus_[{origin.from, origin.to}];
  const CommandId command = header.command_id;
  if (!pdu::IsResponse(command)) {
    if (!HasResponse(command) || waiting_.size() >= kMostWaiting) return;
    ++counts_[{{origin.from, origin.to}, command}].all;
    waiting_.insert_or_assign({origin.from, origin.to, header.sequence_number},
                              Request{command, origin});
    return;
  }
  const auto request = waiting_.find({origin.to, origin.from, header.sequence_number});
  if (request == waiting_.end()) return;
  const CommandId asked = request->second.command;
  if (command != CommandId::kGenericNack && command != pdu::ResponseTo(asked)) return;
  ++counts_[{{origin.to, origin.from}, asked}].answered;
  waiting_.erase(request);
}

std::vector<Unanswered::Finding> Unanswered::Findings() const {
  std::map<std::pair<Direction, CommandId>, const Request*> first;
  std::map<std::pair<Direction, CommandId>, uint32_t> sequences;
  for (const auto& [key, request] : waiting_) {
    const auto& [from, to, sequence] = key;
    const std::pair<Direction, CommandId> kind = {{from, to}, request.command};
    const Request*& earliest = first[kind];
    if (earliest != nullptr && earliest->origin.packet <= request.origin.packet) continue;
    earliest = &request;
    sequences[kind] = sequence;
  }
  std::vector<Finding> findings;
  for (const auto& [kind, request] : first) {
    const auto& [direction, command] = kind;
    const bool is_one_sided = !pdus_.contains({direction.second, direction.first});
    if (is_one_sided) continue;
    const Count& count = counts_.at(kind);
    std::string text =
        absl::StrFormat("%d of %d %s have no %s here, the first with sequence_number %d",
                        count.all - count.answered, count.all, pdu::NameOf(command),
                        pdu::NameOf(pdu::ResponseTo(command)), sequences[kind]);
    if (const auto symptom = SymptomOf(command)) {
      text += absl::StrFormat(" (salvo explain %s)", ExplainSymptom(*symptom).name);
    }
    findings.push_back({request->origin, std::move(text)});
  }
  return findings;
}

}  // namespace salvo::tools
