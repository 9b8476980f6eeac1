// Why the simulator refuses a bind or a submission, and with which status: providers differ.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "pdu/protocol.h"

namespace salvo::sim {

enum class Refusal : uint8_t {
  // Of a bind.
  kSystemId,
  kPassword,
  kLocked,
  kAddress,
  kSystemType,
  kVersion,
  kLimit,
  kLingers,
  // Of a submission.
  kTps,
  kWindow,
  kQueue,
  kSender,
  kSenderType,
};

struct RefusalReason {
  std::string_view word;  // "system-id"
  Refusal refusal;
  pdu::CommandStatus status;  // unless another is asked for
  std::string_view meaning;
};

// In the order of the enum.
std::span<const RefusalReason> AllRefusals();
// nullptr for a word that is none.
const RefusalReason* FindRefusal(std::string_view word);

// The status that each is answered with.
class RefusalStatuses {
 public:
  RefusalStatuses();

  void Set(Refusal refusal, pdu::CommandStatus status) { statuses_[Index(refusal)] = status; }
  pdu::CommandStatus Of(Refusal refusal) const { return statuses_[Index(refusal)]; }

 private:
  static constexpr size_t kCount = 13;
  static constexpr size_t Index(Refusal refusal) { return static_cast<size_t>(refusal); }

  std::array<pdu::CommandStatus, kCount> statuses_;
};

}  // namespace salvo::sim
