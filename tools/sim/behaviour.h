// Decides what becomes of a submission: the one place where faults are chosen.
//
// With `magic`, the last four digits of a destination decide before anything else does:
//   9NNN  command_status NNN, decimal: 9088 is ESME_RTHROTTLED, 9011 ESME_RINVDSTADR
//   8NNN  answered after NNN x 10 ms
//   7000  never answered
//   6NNN  accepted; the receipt says state NNN (2 delivered, 3 expired, 5 undeliverable, ...)
//   6999  accepted, no receipt
#pragma once

#include <optional>
#include <string_view>

#include "pdu/protocol.h"
#include "tools/sim/options.h"
#include "tools/sim/random.h"

namespace salvo::sim {

struct Verdict {
  pdu::CommandStatus status = pdu::CommandStatus::ESME_ROK;
  bool answered = true;
  io::Nanos delay = 0;  // of the answer
  bool wants_receipt = true;
  std::optional<pdu::MessageState> receipt_state;  // nullopt: drawn from the mix
};

// One thread, the simulator's.
class Behaviour {
 public:
  explicit Behaviour(const Options& options);

  // Whether Judge looks at the destination.
  bool needs_destination() const { return options_.magic; }

  Verdict Judge(std::string_view destination);
  pdu::MessageState DrawReceiptState();
  // Whether one more thing is of that share of all.
  bool Draw(double share) { return share > 0 && random_.Unit() < share; }

 private:
  // False, and `verdict` as it was, when the destination has no meaning.
  bool JudgeByDestination(std::string_view destination, Verdict* verdict) const;
  static bool JudgeReceipt(unsigned number, Verdict* verdict);

  const Options& options_;  // unowned
  Random random_;
};

}  // namespace salvo::sim
