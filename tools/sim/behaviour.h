// Decides what becomes of a connection, a bind, a submission: the one place where faults are
// chosen.
//
// With `magic`, the last four digits of a destination decide before errors, faults and delays do:
//   9NNN  command_status NNN, decimal: 9088 is ESME_RTHROTTLED, 9011 ESME_RINVDSTADR
//   8NNN  answered after NNN x 10 ms
//   70NN  the fault NN of Fault: 7000 is never answered
//   6NNN  accepted; the receipt says state NNN (2 delivered, 3 expired, 5 undeliverable, ...)
//   6995  an ENROUTE before the receipt; 6996 the receipt early; 6997 twice; 6999 no receipt
//   5NNN  accepted; the receipt NNN x 10 ms later than others
//   4000  accepted; the destination answers with an MO message
#pragma once

#include <optional>
#include <string_view>

#include "pdu/body.h"
#include "tools/sim/account.h"
#include "tools/sim/random.h"

namespace salvo::sim {

// What a submission's receipt is to be like, beside what the options say of all.
struct ReceiptPlan {
  bool wanted = true;
  bool early = false;  // before the answer
  bool twice = false;
  bool intermediate = false;               // an ENROUTE before it
  std::optional<pdu::MessageState> state;  // nullopt: drawn from the mix
  io::Nanos later = 0;
};

struct Verdict {
  pdu::CommandStatus status = pdu::CommandStatus::ESME_ROK;
  bool throttled = false;  // refused for a limit of messages a second or of the window
  Fault fault = Fault::kNone;
  bool mo_reply = false;
  io::Nanos delay = 0;  // of the answer
  ReceiptPlan receipt;
};

// A submission as it is judged.
struct Submission {
  const pdu::SubmitSm* submit = nullptr;
  Account* account = nullptr;
  uint32_t unanswered = 0;  // of its bind
  uint64_t nth = 0;         // of its bind, from 1
  io::Nanos now = 0;
};

struct BindVerdict {
  std::optional<pdu::CommandStatus> refusal;
  Fault fault = Fault::kNone;
  io::Nanos delay = 0;
};

// One thread, the simulator's.
class Behaviour {
 public:
  // `options` are not owned: what they count, they count here. When they change, Change is to be
  // called.
  explicit Behaviour(Options& options);

  void Change();

  Verdict Judge(const Submission& submission) {
    if (plain_) [[likely]]
      return {};
    return JudgeClosely(submission);
  }
  // `nth` connection, bind, or request of a session, from 1.
  Fault JudgeConnection(uint64_t nth) { return Pick(options_.connect, nth); }
  BindVerdict JudgeBind(uint64_t nth);
  Fault JudgeEnquireLink(uint64_t nth) { return Pick(options_.enquire_link_faults, nth); }
  Fault JudgeUnbind(uint64_t nth) { return Pick(options_.unbind_faults, nth); }

  // Fills in what the options draw for a receipt.
  void DrawReceipt(ReceiptPlan* plan);
  // When it is due, as against its submission.
  io::Nanos DrawReceiptDelay() { return options_.receipts.delay->Draw(random_); }

  Random& random() { return random_; }

 private:
  Fault Pick(Rules<Fault>& faults, uint64_t nth) {
    return faults.empty() ? Fault::kNone : faults.Pick(random_, nth).value_or(Fault::kNone);
  }
  Verdict JudgeClosely(const Submission& submission);
  std::optional<Refusal> Refuse(const Submission& submission) const;
  bool IsApproved(const pdu::Address& source) const;
  // False, and `verdict` as it was, when the destination has no meaning.
  bool JudgeByDestination(std::string_view destination, Verdict* verdict) const;
  static bool JudgeReceipt(unsigned number, ReceiptPlan* plan);

  Options& options_;  // unowned
  Random random_;
  bool plain_ = true;  // every submission is accepted at once
  uint64_t receipts_ = 0;
};

}  // namespace salvo::sim
