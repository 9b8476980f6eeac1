#include "tools/sim/behaviour.h"

#include <charconv>

namespace salvo::sim {
namespace {

constexpr size_t kMagicDigits = 4;
constexpr io::Nanos kMagicDelayUnit = 10 * io::kNanosPerMilli;
constexpr unsigned kNoReceipt = 999;

}  // namespace

Behaviour::Behaviour(const Options& options) : options_(options), random_(options.seed) {}

Verdict Behaviour::Judge(std::string_view destination) {
  Verdict verdict;
  if (options_.magic && JudgeByDestination(destination, &verdict)) return verdict;
  verdict.delay = options_.delay.Draw(random_);
  if (options_.errors.empty()) return verdict;
  double drawn = random_.Unit();
  for (const ErrorShare& error : options_.errors) {
    drawn -= error.share;
    if (drawn >= 0) continue;
    verdict.status = error.status;
    break;
  }
  return verdict;
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
      verdict->answered = number != 0;
      return number == 0;
    case '6':
      verdict->wants_receipt = number != kNoReceipt;
      verdict->receipt_state = static_cast<pdu::MessageState>(number);
      return number == kNoReceipt || !NameOf(*verdict->receipt_state).empty();
    default:
      return false;
  }
}

pdu::MessageState Behaviour::DrawReceiptState() {
  double drawn = random_.Unit();
  for (const ReceiptShare& share : options_.receipt_mix) {
    drawn -= share.share;
    if (drawn < 0) return share.state;
  }
  return pdu::MessageState::kDelivered;
}

}  // namespace salvo::sim
