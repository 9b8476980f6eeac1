// The part of a shard that goes on where earlier runs of its journal ended.
#include <algorithm>
#include <utility>

#include "engine/shard/shard.h"

namespace salvo::engine {
namespace {

// Settled messages that are passed over in one turn: the links want their turns meanwhile.
constexpr uint32_t kMostPassedOver = 4096;

// What an earlier run told of it, for this one.
Outcome OutcomeOf(const JournalDirectory& earlier, const Message& message) {
  Outcome outcome = earlier.OutcomeOf(message.key);
  outcome.tag = message.tag;
  outcome.to = AsSent(message.to);
  return outcome;
}

// How long a part is still to wait for its retry: what is left of its time, but no longer than the
// account would have it wait now.
io::Nanos WaitOf(const PartProgress& part, const RetryPolicy& policy, int64_t wall_ns) {
  if (part.next_ns <= wall_ns) return 0;
  const auto refusal = static_cast<pdu::CommandStatus>(part.refusal);
  const RetryDecision decision = policy.Decide(refusal, part.attempts, /*age=*/0);
  return decision.retry ? std::min(part.next_ns - wall_ns, decision.delay) : 0;
}

}  // namespace

// It is not sent in this run. One that is unknown stays so, also where it was to be sent again.
void Shard::ReportUnsent(const Message& message, std::string_view detail) {
  const bool is_unknown = earlier_ != nullptr && earlier_->IsUnknown(message.key);
  if (!is_unknown) return ReportUnsubmitted(message, Result::kUnsent, detail);
  outbox_.Add(OutcomeOf(*earlier_, message));
}

// True when an earlier run has dealt with the cursor's message: its outcome is told once more. One
// that is unknown and would be sent again may have a receipt by now. `account`: of the cursor's
// queue.
bool Shard::PassOver(Cursor& cursor, uint32_t account) {
  if (earlier_ == nullptr) return false;
  const uint64_t key = cursor.message.key;
  const bool is_open = earlier_->IsOpen(key);
  const bool may_be_settled = earlier_->has_receipts_of_unknown() && earlier_->IsUnknown(key);
  if (is_open && !may_be_settled) return false;
  const Outcome outcome = OutcomeOf(*earlier_, cursor.message);
  if (!HoldUnknown(cursor.message, outcome, account)) {
    if (is_open) return false;
    outbox_.Add(outcome);
  }
  cursor.has_message = false;
  return true;
}

// The rest of a message that an earlier run began goes on over the account that began it: from
// another sender no phone would take it for a part of the same. Another account, whose turn it is,
// hands it over. `queue`: of the cursor.
bool Shard::HandOver(Cursor& cursor, uint32_t queue, const Account& asking) {
  const RowProgress* progress = earlier_->rows().ProgressOf(cursor.message.key);
  if (queue != Intake::kAnyAccount || progress == nullptr || progress->parts == 1) return false;
  const uint32_t owner = progress->account;
  if (owner == asking.index() || owner >= accounts_.size() || !MayBeWithSmsc(*progress)) {
    return false;
  }
  const Account& account = *accounts_[owner].account;
  if (account.stopped() || !account.can_send()) return false;
  std::vector<OwnedMessage> messages;
  messages.push_back(OwnedMessage::Of(cursor.message));
  Cursor handed_over;
  handed_over.batch = MakeBatch(std::move(messages));
  shared_.intake->PutMore(std::move(handed_over), owner);
  shared_.wake_all();
  cursor.has_message = false;
  return true;
}

// Whether there is reason to look for further messages in this turn.
bool Shard::MayPassOverMore() {
  turn_.passes_over = turn_.passed_over >= kMostPassedOver;
  return !turn_.passes_over;
}

// Gives the message and its record what earlier runs have of them. What was refused waits on: to
// stop and to go on again is no way to be asked sooner, nor to use up the attempts.
void Shard::GoOn(AccountState& account, Composition& message) {
  const RowProgress& progress = *message.earlier;
  MessageRecord& record = messages_[message.record];
  const io::Nanos age = WallNow() - progress.began_ns;
  record.begun_at = loop_.now() - std::clamp<io::Nanos>(age, 0, io::kLongestSpan);
  message.passed_over.reset();
  for (Composition rest = message; !rest.finished();) {
    const uint16_t number = rest.next_part;
    const PartProgress& part = progress.of_parts[number];
    record.part(number).attempts = part.attempts;
    record.attempts = std::max(record.attempts, part.attempts);
    const bool is_accepted = part.state == PartState::kAccepted;
    if (is_accepted && record.parts > 1) record.part_ids[number] = part.id;
    const io::Nanos wait = WaitOf(part, account.account->retry_policy(), WallNow());
    message.passed_over[number] = is_accepted || wait > 0;
    if (message.passed_over[number]) --record.unsubmitted;
    if (wait > 0) {
      LetWait(account, rest, part, wait);
    } else {
      SkipPart(rest);
    }
  }
  SkipPassedOver(message);
}

// The next part: it is encoded, as what was refused in this run is kept, and moved on over.
void Shard::LetWait(AccountState& account, Composition& message, const PartProgress& earlier,
                    io::Nanos wait) {
  const uint64_t cookie = MessageTable::Cookie(message.record, message.next_part);
  MessageRecord& record = messages_[message.record];
  PartRecord& part = record.part(message.next_part);
  part.pdu.resize(LargestPart(message));
  const size_t octets = WritePart(message, 0, reinterpret_cast<uint8_t*>(part.pdu.data()));
  part.pdu.resize(octets);
  part.refusal = static_cast<pdu::CommandStatus>(earlier.refusal);
  part.retry = account.retries.Add(cookie, loop_.now() + wait);
  ++record.waiting;
}

}  // namespace salvo::engine
