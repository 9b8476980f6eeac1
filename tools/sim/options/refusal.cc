#include "tools/sim/options/refusal.h"

#include <algorithm>

namespace salvo::sim {
namespace {

using pdu::CommandStatus;

constexpr RefusalReason kRefusals[] = {
    {"system-id", Refusal::kSystemId, CommandStatus::ESME_RINVSYSID, "no such --account"},
    {"password", Refusal::kPassword, CommandStatus::ESME_RINVPASWD, "not the one of --account"},
    {"locked", Refusal::kLocked, CommandStatus::ESME_RBINDFAIL, "--lock-after"},
    {"address", Refusal::kAddress, CommandStatus::ESME_RBINDFAIL, "not of --allow"},
    {"system-type", Refusal::kSystemType, CommandStatus::ESME_RINVSYSTYP, "not --system-type"},
    {"version", Refusal::kVersion, CommandStatus::ESME_RBINDFAIL, "not of --accept-version"},
    {"limit", Refusal::kLimit, CommandStatus::ESME_RALYBND, "beyond --max-binds"},
    {"lingers", Refusal::kLingers, CommandStatus::ESME_RALYBND, "--linger: an old session does"},
    {"tps", Refusal::kTps, CommandStatus::ESME_RTHROTTLED, "beyond --tps"},
    {"window", Refusal::kWindow, CommandStatus::ESME_RTHROTTLED, "beyond --window"},
    {"queue", Refusal::kQueue, CommandStatus::ESME_RMSGQFUL,
     "beyond --queue or --destination-queue"},
    {"sender", Refusal::kSender, CommandStatus::ESME_RINVSRCADR, "not an --approved-sender"},
    {"sender-type", Refusal::kSenderType, CommandStatus::ESME_RINVSRCADR, "--check-sender-type"},
};

}  // namespace

std::span<const RefusalReason> AllRefusals() { return kRefusals; }

const RefusalReason* FindRefusal(std::string_view word) {
  const auto* found =
      std::find_if(std::begin(kRefusals), std::end(kRefusals),
                   [&](const RefusalReason& reason) { return reason.word == word; });
  return found == std::end(kRefusals) ? nullptr : found;
}

RefusalStatuses::RefusalStatuses() {
  static_assert(std::size(kRefusals) == kCount);
  for (const RefusalReason& reason : kRefusals) Set(reason.refusal, reason.status);
}

}  // namespace salvo::sim
