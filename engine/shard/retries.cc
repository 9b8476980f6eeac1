// The part of a shard that deals with refusals: who waits for a retry, and how fast the account may
// go on.
#include <algorithm>

#include "absl/strings/str_format.h"
#include "engine/shard/shard.h"

namespace salvo::engine {
namespace {

using pdu::CommandStatus;
using Change = ratelimit::Throttle::Change;

// While nobody throttles, the throttle only wants to know about how fast answers come.
constexpr io::Nanos kTellInterval = 10 * io::kNanosPerMilli;

}  // namespace

void Shard::OnRefused(Link& link, uint64_t cookie, CommandStatus status) {
  AccountState& account = accounts_[link.account().index()];
  MessageRecord& record = messages_[MessageTable::IndexOf(cookie)];
  PartRecord& part = record.part(MessageTable::PartOf(cookie));
  const io::Nanos now = loop_.now();
  const RetryDecision decision =
      link.account().retry_policy().Decide(status, part.attempts, now - record.begun_at);
  CountRefusal(account, record.cost(), status, decision.status_class);
  part.refusal = status;
  const bool can_wait = phase_ == Phase::kRunning && !link.account().stopped();
  const bool may_retry = decision.retry && !record.refused && !part.pdu.empty();
  if (may_retry && !can_wait && journal_ != nullptr) {
    RecordRefusal(cookie, status, decision.delay);
    ++record.unsent;  // the next run tries it again
    return;
  }
  if (may_retry && can_wait) {
    RecordRefusal(cookie, status, decision.delay);
    part.retry = account.retries.Add(cookie, now + decision.delay);
    ++record.waiting;
    counters_are_stale_ = true;
    return;
  }
  RejectPart(account, cookie, status);
  if (decision.status_class != StatusClass::kStopsAccount) return;
  StopAccount(link, status,
              absl::StrFormat("the account has stopped: submit_sm was refused with 0x%02X (%s)",
                              static_cast<uint32_t>(status), pdu::NameOf(status)));
}

// And with it its message.
void Shard::RejectPart(AccountState& account, uint64_t cookie, CommandStatus status) {
  MessageRecord& record = messages_[MessageTable::IndexOf(cookie)];
  RecordResult(RecordKind::kRejected, cookie, status);
  if (!record.refused) record.refusal = status;
  record.refused = true;
  CancelRetries(account, record);
}

Submitted Shard::SubmitRetry(LinkState& state) {
  AccountState& account = *state.account;
  const RetryWheel::Handle handle = account.retries.FirstDue();
  const uint64_t cookie = account.retries.cookie(handle);
  const uint32_t index = MessageTable::IndexOf(cookie);
  MessageRecord& record = messages_[index];
  PartRecord& part = record.part(MessageTable::PartOf(cookie));
  const io::Nanos age = loop_.now() - record.begun_at;
  if (!account.account->retry_policy().IsInTime(part.refusal, age)) {
    // No bind was up, or others went first. There may be many, and a turn is to have an end.
    ++turn_.passed_over;
    RejectPart(account, cookie, part.refusal);
    SettleIfComplete(index);
    return Submitted::kYes;
  }
  const Submitted result = SubmitEncoded(state, cookie, pdu::AsOctets(part.pdu));
  if (result != Submitted::kYes) return result;
  account.retries.Remove(handle);
  account.retry_is_next = false;
  part.retry = RetryWheel::kNone;
  --record.waiting;
  return result;
}

// A message that was refused for good needs its other parts no more.
void Shard::CancelRetries(AccountState& account, MessageRecord& record) {
  for (uint16_t number = 0; record.waiting > 0 && number < record.parts; ++number) {
    PartRecord& part = record.part(number);
    if (part.retry == RetryWheel::kNone) continue;
    account.retries.Remove(part.retry);
    part.retry = RetryWheel::kNone;
    --record.waiting;
  }
}

void Shard::EndRetries(AccountState& account) {
  for (auto handle = account.retries.Any(); handle != RetryWheel::kNone;
       handle = account.retries.Any()) {
    const uint64_t cookie = account.retries.cookie(handle);
    account.retries.Remove(handle);
    const uint32_t index = MessageTable::IndexOf(cookie);
    MessageRecord& record = messages_[index];
    record.part(MessageTable::PartOf(cookie)).retry = RetryWheel::kNone;
    --record.waiting;
    EndPart(record, MessageTable::PartOf(cookie));
    SettleIfComplete(index);
  }
}

void Shard::CountRefusal(AccountState& account, uint32_t segments, CommandStatus status,
                         StatusClass status_class) {
  account.answers.answers += segments;
  const bool is_throttled = status == CommandStatus::ESME_RTHROTTLED;
  const bool is_full = status == CommandStatus::ESME_RMSGQFUL;
  if (is_throttled || is_full) counters_.throttled.Add(1);
  if (is_throttled || status_class == StatusClass::kThrottling) {
    account.answers.throttled += segments;
  } else if (is_full || status_class == StatusClass::kQueueFull) {
    account.answers.queue_full += segments;
  }
}

void Shard::OnCongestion(Link& link, uint8_t state) {
  constexpr uint8_t kMost = 100;
  if (state > kMost) return;  // reserved
  ratelimit::AnswerCounts& answers = accounts_[link.account().index()].answers;
  answers.congestion = std::max(answers.congestion, state);
}

void Shard::MindThrottles() {
  const io::Nanos now = loop_.now();
  for (AccountState& account : accounts_) {
    const ratelimit::AnswerCounts& answers = account.answers;
    const bool is_urgent =
        answers.throttled > 0 || answers.queue_full > 0 || answers.congestion > 0;
    if (is_urgent || (answers.answers > 0 && now - account.answers_told_at >= kTellInterval)) {
      TellThrottle(account);
    }
    ReportThrottle(account, account.account->throttle().Climb(now));
  }
}

void Shard::TellThrottle(AccountState& account) {
  const io::Nanos now = loop_.now();
  ratelimit::Throttle& throttle = account.account->throttle();
  ReportThrottle(account, throttle.OnAnswers(account.answers, RoundTripOf(account), now));
  account.answers = {};
  account.answers_told_at = now;
}

// The longest of its links here.
io::Nanos Shard::RoundTripOf(const AccountState& account) const {
  io::Nanos longest = 0;
  for (const LinkState& state : links_) {
    if (&state.link->account() != account.account || state.link->session() == nullptr) continue;
    longest = std::max(longest, state.link->session()->stats().round_trip);
  }
  return longest;
}

void Shard::ReportThrottle(const AccountState& account, Change change) {
  if (change == Change::kNone) return;
  const ratelimit::Throttle& throttle = account.account->throttle();
  Event event;
  event.account = account.account->options().name;
  event.at_ns = WallNow();
  std::string text;
  if (change == Change::kBegan) {
    event.kind = Event::Kind::kThrottled;
    text = absl::StrFormat("the SMSC throttles: slowed down to %.4g segments/s", throttle.rate());
  } else {
    event.kind = Event::Kind::kThrottleEnded;
    text = throttle.ceiling() > 0
               ? absl::StrFormat("the SMSC throttles no more: back at %.4g segments/s",
                                 throttle.ceiling())
               : std::string("the SMSC throttles no more: no limit again");
  }
  event.text = text;
  shared_.reporter->Deliver(event);
}

void Shard::PullBrake() {
  const Brake& brake = *shared_.brake;
  Event event;
  event.kind = Event::Kind::kBraked;
  event.at_ns = WallNow();
  event.command_status = static_cast<uint32_t>(brake.last_refusal());
  const std::string text = absl::StrFormat(
      "the brake: %d of the first %d answers were refusals, the last with 0x%02X (%s)",
      brake.rejected(), brake.count(), event.command_status, pdu::NameOf(brake.last_refusal()));
  event.text = text;
  shared_.reporter->Deliver(event);
  shared_.Drain();
}

}  // namespace salvo::engine
