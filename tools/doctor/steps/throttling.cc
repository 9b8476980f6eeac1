#include "tools/doctor/steps/throttling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <set>

#include "absl/strings/str_format.h"
#include "tools/doctor/steps/submit.h"
#include "tools/doctor/talk/turning.h"

namespace salvo::doctor {
namespace {

using pdu::CommandStatus;

// Shares of the highest rate that are tried, one after the other.
constexpr std::array kLevels = {0.125, 0.25, 0.5, 1.0};
// So long a rate is held: longer than the windows in which SMSCs count.
constexpr io::Nanos kHold = 1'200 * io::kNanosPerMilli;

uint32_t MessagesAt(uint32_t highest, double share) {
  const double rate = std::max(1.0, highest * share);
  return static_cast<uint32_t>(std::ceil(rate * static_cast<double>(kHold) / 1e9));
}

// Sends at a steady pace, within the account's window, and counts what comes back.
class Search {
 public:
  Search(const Context& context, Session& sender)
      : context_(context), dialogue_(*sender.dialogue), message_(context) {
    message_.submit().registered_delivery = 0;
  }

  // False when the search is over: throttled, refused otherwise, gone or stopped.
  bool Hold(double rate, uint32_t messages) {
    const auto gap = static_cast<io::Nanos>(1e9 / rate);
    io::Nanos next = context_.Now();
    const auto is_over = [&] {
      Collect();
      return IsOver();
    };
    for (uint32_t i = 0; i < messages; ++i) {
      TurnUntil(context_.loop, next, is_over);
      const io::Nanos deadline = context_.Deadline(context_.account.response_timeout);
      TurnUntil(context_.loop, deadline, [&] { return is_over() || HasRoom(); });
      if (IsOver() || !HasRoom()) return false;
      Send();
      next = std::max(next + gap, context_.Now());
    }
    return true;
  }

  // Waits for the last answers.
  void Settle() {
    const io::Nanos deadline = context_.Deadline(context_.account.response_timeout);
    TurnUntil(context_.loop, deadline, [&] {
      Collect();
      return outstanding_.empty() || !dialogue_.is_alive();
    });
  }

  CommandStatus refusal() const { return refusal_; }
  uint32_t sent() const { return sent_; }
  uint32_t accepted() const { return accepted_; }
  bool is_stuck() const { return is_stuck_ || !outstanding_.empty(); }
  // Messages that were accepted of those sent in the second before the first refusal.
  size_t accepted_before_refusal() const { return accepted_before_refusal_; }

 private:
  struct Sent {
    uint32_t sequence;
    io::Nanos at;
    bool operator<(const Sent& other) const { return sequence < other.sequence; }
  };

  bool HasRoom() const { return outstanding_.size() < context_.account.window; }
  bool IsOver() const {
    return refusal_ != CommandStatus::ESME_ROK || is_stuck_ || !dialogue_.is_alive() ||
           Interrupted();
  }

  void Send() {
    const uint32_t sequence = dialogue_.Ask(pdu::CommandId::kSubmitSm, message_.submit());
    is_stuck_ = !dialogue_.unsent().empty();
    if (is_stuck_) return;
    outstanding_.insert({sequence, context_.Now()});
    ++sent_;
  }

  // Takes the answers that came.
  void Collect() {
    for (auto at = outstanding_.begin(); at != outstanding_.end();) {
      const auto answer = dialogue_.TakeAnswer(at->sequence);
      if (!answer) {
        ++at;
        continue;
      }
      Count(*at, answer->header.command_status);
      at = outstanding_.erase(at);
    }
  }

  void Count(const Sent& sent, CommandStatus status) {
    if (status == CommandStatus::ESME_ROK) {
      ++accepted_;
      accepted_at_.push_back(sent.at);
      return;
    }
    if (refusal_ != CommandStatus::ESME_ROK) return;
    refusal_ = status;
    accepted_before_refusal_ = static_cast<size_t>(std::count_if(
        accepted_at_.begin(), accepted_at_.end(),
        [&](io::Nanos at) { return at > sent.at - io::kNanosPerSecond && at <= sent.at; }));
  }

  const Context& context_;
  Dialogue& dialogue_;
  TestMessage message_;
  std::set<Sent> outstanding_;
  std::vector<io::Nanos> accepted_at_;
  CommandStatus refusal_ = CommandStatus::ESME_ROK;
  size_t accepted_before_refusal_ = 0;
  uint32_t sent_ = 0;
  uint32_t accepted_ = 0;
  bool is_stuck_ = false;  // nothing can be sent any more
};

// `rate` is the last that was tried, `passed` the one before it.
void Judge(const Context& context, const Session& sender, const Search& search, double passed,
           double rate, StepResult* step) {
  step->raw.push_back(absl::StrFormat("%d sent, %d accepted", search.sent(), search.accepted()));
  const auto status = static_cast<uint32_t>(search.refusal());
  if (search.refusal() == CommandStatus::ESME_ROK) {
    if (!sender.dialogue->is_alive()) {
      step->raw.push_back(sender.dialogue->Ending());
      return step->Fail(Symptom::kLoadDrops);
    }
    if (search.is_stuck()) return step->Fail(Symptom::kStuckWindow);
    step->found.push_back(absl::StrFormat("no throttling up to %g a second", rate));
    return;
  }
  step->raw.push_back(
      absl::StrFormat("0x%02X (%s) at %g a second", status, pdu::NameOf(search.refusal()), rate));
  const Explanation& refusal = ExplainStatus(status);
  const bool is_throttling = search.refusal() == CommandStatus::ESME_RTHROTTLED ||
                             search.refusal() == CommandStatus::ESME_RMSGQFUL;
  if (!is_throttling) return step->Fail(refusal);
  const size_t before = search.accepted_before_refusal();
  step->found.push_back(absl::StrFormat(
      "%g a second are taken; at %g throttling begins, when %d were taken within a second", passed,
      rate, before));
  // The windows in which the SMSC counts need not be ours: it is not told to the message.
  const double limit = std::max(passed, static_cast<double>(before) + 1);
  const bool is_below_rate = context.account.rate > limit;
  if (is_below_rate) {
    step->found.push_back(absl::StrFormat("rate is %g", context.account.rate));
    step->Fail(Symptom::kThrottledBelowRate);
  }
  step->explanations.push_back(&refusal);
}

}  // namespace

uint32_t MostMessagesUpTo(uint32_t rate) {
  uint32_t messages = 0;
  for (const double share : kLevels) messages += MessagesAt(rate, share);
  return messages;
}

StepResult FindThrottling(const Context& context, Session& sender) {
  const uint32_t highest = context.options.throttle;
  StepResult step;
  step.id = StepId::kThrottling;
  step.host = io::Endpoint{sender.host.name, sender.host.port}.ToString();
  step.title = "throttling";
  step.tried = absl::StrFormat("messages to %s at up to %d a second, %d in all at most",
                               context.options.to, highest, MostMessagesUpTo(highest));
  const io::Nanos start = context.Now();
  Search search(context, sender);
  double passed = 0;
  double rate = 0;
  for (const double share : kLevels) {
    passed = rate;
    rate = std::max(1.0, highest * share);
    if (!search.Hold(rate, MessagesAt(highest, share))) break;
  }
  search.Settle();
  step.took = context.Now() - start;
  Judge(context, sender, search, passed, rate, &step);
  return step;
}

}  // namespace salvo::doctor
