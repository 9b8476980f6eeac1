#include "tools/sim/behaviour.h"

#include <algorithm>
#include <charconv>

namespace salvo::sim {
namespace {

constexpr size_t kMagicDigits = 4;
constexpr io::Nanos kMagicDelayUnit = 10 * io::kNanosPerMilli;
constexpr auto kLastState = static_cast<unsigned>(pdu::MessageState::kSkipped);
constexpr auto kFaults = static_cast<unsigned>(Fault::kNone);

// How long an answer is held back that others are to overtake.
constexpr io::Nanos kOvertaken = 50 * io::kNanosPerMilli;

bool IsLetters(std::string_view address) {
  return std::any_of(address.begin(), address.end(),
                     [](char c) { return (c < '0' || c > '9') && c != '+'; });
}

// Alphanumeric senders are 5/0, numbers are anything but that.
bool FitsItsType(const pdu::Address& source) {
  const bool is_alphanumeric = source.ton == pdu::kTonAlphanumeric;
  if (!IsLetters(source.digits)) return !is_alphanumeric;
  return is_alphanumeric && source.npi == pdu::kNpiUnknown;
}

}  // namespace

Behaviour::Behaviour(Options& options) : options_(options), random_(options.seed) { Change(); }

void Behaviour::Change() {
  const bool limited = options_.tps.IsSet() || options_.window > 0 || options_.queue > 0 ||
                       options_.destination_queue > 0;
  const bool checked = !options_.approved_senders.empty() || options_.check_sender_type;
  const bool drawn =
      !options_.errors.empty() || !options_.faults.empty() || !options_.delay.always_zero();
  plain_ = !limited && !checked && !drawn && !options_.magic;
}

BindVerdict Behaviour::JudgeBind(uint64_t nth) {
  BindVerdict verdict;
  verdict.refusal = options_.bind_errors.Pick(random_, nth);
  verdict.fault = Pick(options_.bind_faults, nth);
  verdict.delay = options_.bind_delay.Draw(random_);
  return verdict;
}

Verdict Behaviour::JudgeClosely(const Submission& submission) {
  Verdict verdict;
  if (const auto refusal = Refuse(submission)) {
    verdict.status = options_.refuse_with.Of(*refusal);
    verdict.throttled = *refusal == Refusal::kWindow || *refusal == Refusal::kTps;
    return verdict;
  }
  const std::string_view destination = submission.submit->destination.digits;
  if (!options_.magic || !JudgeByDestination(destination, &verdict)) {
    verdict.delay = options_.delay.Draw(random_);
    const auto error = options_.errors.Pick(random_, submission.nth);
    if (error) verdict.status = *error;
    verdict.fault = Pick(options_.faults, submission.nth);
  }
  if (verdict.fault == Fault::kOutOfOrder) verdict.delay += kOvertaken;
  return verdict;
}

std::optional<Refusal> Behaviour::Refuse(const Submission& submission) const {
  Account& account = *submission.account;
  const pdu::Address& source = submission.submit->source;
  if (options_.window > 0 && submission.unanswered >= options_.window) return Refusal::kWindow;
  if (!account.tps.Take(submission.now)) return Refusal::kTps;
  if (options_.check_sender_type && !FitsItsType(source)) return Refusal::kSenderType;
  if (!IsApproved(source)) return Refusal::kSender;
  if (!account.queue.Take(submission.submit->destination.digits, submission.now)) {
    return Refusal::kQueue;
  }
  return std::nullopt;
}

bool Behaviour::IsApproved(const pdu::Address& source) const {
  const std::vector<std::string>& approved = options_.approved_senders;
  return approved.empty() ||
         std::find(approved.begin(), approved.end(), source.digits) != approved.end();
}

bool Behaviour::JudgeByDestination(std::string_view destination, Verdict* verdict) const {
  if (destination.size() < kMagicDigits) return false;
  const std::string_view digits = destination.substr(destination.size() - kMagicDigits);
  unsigned number = 0;
  const char* end = digits.data() + digits.size();
  if (std::from_chars(digits.data() + 1, end, number).ptr != end) return false;
  switch (digits[0]) {
    case '9':
      verdict->status = static_cast<pdu::CommandStatus>(number);
      return true;
    case '8':
      verdict->delay = number * kMagicDelayUnit;
      return true;
    case '7':
      if (number >= kFaults) return false;
      verdict->fault = static_cast<Fault>(number);
      return true;
    case '6':
      return JudgeReceipt(number, &verdict->receipt);
    case '5':
      verdict->receipt.later = number * kMagicDelayUnit;
      return true;
    case '4':
      verdict->mo_reply = number == 0;
      return number == 0;
    default:
      return false;
  }
}

bool Behaviour::JudgeReceipt(unsigned number, ReceiptPlan* plan) {
  constexpr unsigned kIntermediate = 995;
  constexpr unsigned kEarly = 996;
  constexpr unsigned kTwice = 997;
  constexpr unsigned kNoReceipt = 999;
  switch (number) {
    case kIntermediate:
      plan->intermediate = true;
      return true;
    case kEarly:
      plan->early = true;
      return true;
    case kTwice:
      plan->twice = true;
      return true;
    case kNoReceipt:
      plan->wanted = false;
      return true;
    default:
      if (number > kLastState) return false;
      plan->state = static_cast<pdu::MessageState>(number);
      return true;
  }
}

void Behaviour::DrawReceipt(ReceiptPlan* plan) {
  const ReceiptOptions& receipts = options_.receipts;
  const auto draw = [&](double share) { return share > 0 && random_.Unit() < share; };
  ++receipts_;
  if (draw(receipts.lost)) plan->wanted = false;
  if (draw(receipts.early)) plan->early = true;
  if (draw(receipts.intermediate)) plan->intermediate = true;
  if (draw(receipts.twice)) plan->twice = true;
  if (!plan->state) {
    plan->state =
        options_.receipt_mix.Pick(random_, receipts_).value_or(pdu::MessageState::kDelivered);
  }
}

}  // namespace salvo::sim
