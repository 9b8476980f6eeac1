// The part of a shard that settles: every message gets one outcome.
#include <algorithm>
#include <utility>

#include "engine/shard/shard.h"

namespace salvo::engine {
namespace {

using pdu::CommandStatus;

// So many unknown messages wait for the end of the run; the oldest beyond them are reported at
// once.
constexpr size_t kMostUnknowns = 1'000'000;
// Messages that are told unsent in one turn: the links want their turns meanwhile.
constexpr uint32_t kMostRejected = 4096;
// Answers whose records are on their way from memory.
constexpr size_t kFetchedAhead = 2;

// Whether a part that was unknown, and was to be sent again, was not accepted now.
bool StaysUnknown(const JournalDirectory& earlier, const MessageRecord& record) {
  const RowProgress* progress = earlier.rows().ProgressOf(record.key);
  if (progress == nullptr || record.parts == 1) return true;
  for (uint16_t part = 0; part < std::min(record.parts, progress->parts); ++part) {
    const bool was_unknown = progress->of_parts[part].state == PartState::kUnknown;
    if (was_unknown && record.part_ids[part].empty()) return true;
  }
  return false;
}

}  // namespace

void Shard::OnAnswers(Link& link, std::span<const Answer> answers) {
  LinkState& state = links_[link.place()];
  // What is staged to take their places leaves first, so that the peer has work meanwhile; but not
  // before these are on record, or a crash could make unknown more than a window. Under a limit the
  // turn does it, which minds the tokens.
  const bool are_recorded = link.has_staged() && RecordAccepted(*state.account, answers);
  const bool may_release = are_recorded && !limited_;
  if (may_release && link.ReleaseAhead() && CommitJournal()) link.Send();
  for (size_t i = 0; i < answers.size(); ++i) {
    const size_t next = i + kFetchedAhead;
    if (next < answers.size()) messages_.Prefetch(MessageTable::IndexOf(answers[next].cookie));
    OnAnswer(state, answers[i], are_recorded);
  }
}

// False, and nothing recorded, when not all of them were.
bool Shard::RecordAccepted(const AccountState& account, std::span<const Answer> answers) {
  for (const Answer& answer : answers) {
    if (answer.status != CommandStatus::ESME_ROK) return false;
  }
  if (journal_ == nullptr) return true;
  for (size_t i = 0; i < answers.size(); ++i) {
    const size_t next = i + kFetchedAhead;
    if (next < answers.size()) messages_.Prefetch(MessageTable::IndexOf(answers[next].cookie));
    const uint64_t cookie = answers[i].cookie;
    RecordAccepted(account, messages_[MessageTable::IndexOf(cookie)], MessageTable::PartOf(cookie),
                   answers[i].message_id);
  }
  return true;
}

void Shard::OnAnswer(LinkState& state, const Answer& answer, bool is_recorded) {
  const uint64_t cookie = answer.cookie;
  const uint32_t index = MessageTable::IndexOf(cookie);
  MessageRecord& record = messages_[index];
  --record.open;
  record.answered_at_ns = WallNow();
  const uint32_t cost = record.cost();
  counters_.segments_answered.Add(cost);
  AccountState& account = *state.account;
  if (answer.status != CommandStatus::ESME_ROK) {
    OnRefused(*state.link, cookie, answer.status);
    if (Spill(account, index)) return;
    return SettleIfComplete(index);
  }
  account.answers.answers += cost;
  const uint16_t part = MessageTable::PartOf(cookie);
  const std::string_view message_id = answer.message_id;
  if (!is_recorded) RecordAccepted(account, record, part, message_id);
  if (record.parts == 1) {
    // The outcome goes first. The record is free then, but not used again yet.
    Conclude(index, Result::kAccepted, message_id);
    return TellAccepted(account, record, part, message_id);
  }
  record.part_ids[part] = message_id;
  record.part(part).refusal = CommandStatus::ESME_ROK;
  TellAccepted(account, record, part, message_id);
  SettleIfComplete(index);
}

void Shard::OnLost(Link& link, uint64_t cookie, Fate fate, pdu::Octets pdu) {
  const uint32_t index = MessageTable::IndexOf(cookie);
  MessageRecord& record = messages_[index];
  --record.open;
  const bool can_be_sent_again = phase_ != Phase::kUnbinding && !journal_stopped_ &&
                                 !link.account().stopped() && !record.refused;
  const bool has_intent = fate != Fate::kStaged;
  if (has_intent) {
    RecordResult(fate == Fate::kUnknown ? RecordKind::kUnknown : RecordKind::kUnsent, cookie);
  }
  if (fate != Fate::kUnknown) {
    const uint16_t part = MessageTable::PartOf(cookie);
    record.TakeBackAttempt(part);
    counters_.segments.TakeBack(record.cost());
    if (record.part(part).is_refused()) counters_.retries.TakeBack(record.cost());
  }
  if (fate == Fate::kUnknown) {
    ++record.unknown;
    TellUnknown(link.account().index(), cookie);
  } else if (can_be_sent_again) {
    ++record.unsubmitted;
    AccountState& account = accounts_[link.account().index()];
    account.unsent.push_back({cookie, {pdu.begin(), pdu.end()}});
  } else {
    EndPart(record, MessageTable::PartOf(cookie));
  }
  SettleIfComplete(index);
}

// The part was not submitted, or not once more, and never will be.
void Shard::EndPart(MessageRecord& record, uint16_t part) {
  const CommandStatus refusal = record.part(part).refusal;
  // With a journal the next run tries it again.
  if (refusal == CommandStatus::ESME_ROK || journal_ != nullptr) {
    ++record.unsent;
    return;
  }
  if (!record.refused) record.refusal = refusal;
  record.refused = true;
}

void Shard::SettleIfComplete(uint32_t index) {
  MessageRecord& record = messages_[index];
  if (!record.settled()) return;
  if (record.refused) return Conclude(index, Result::kRejected, JoinIds(record));
  if (record.unknown > 0) {
    record.ForgetParts();
    unknowns_.Add(index);
    if (unknowns_.size() <= kMostUnknowns) return;
    const uint32_t oldest = unknowns_.TakeOldest();
    return Conclude(oldest, Result::kUnknown, JoinIds(messages_[oldest]));
  }
  Conclude(index, record.unsent > 0 ? Result::kUnsent : Result::kAccepted, JoinIds(record));
}

std::string_view Shard::JoinIds(const MessageRecord& record) {
  id_scratch_.clear();
  if (record.parts == 1) return {};
  for (const std::string& id : record.part_ids) {
    if (id.empty()) continue;
    if (!id_scratch_.empty()) id_scratch_ += ' ';
    id_scratch_ += id;
  }
  return id_scratch_;
}

void Shard::Conclude(uint32_t index, Result result, std::string_view message_ids) {
  MessageRecord& record = messages_[index];
  const bool answered = result == Result::kAccepted || result == Result::kRejected;
  if (journal_failed_ && answered) {
    // The answer may be one that the journal does not hold.
    result = Result::kUnknown;
    record.refusal = CommandStatus::ESME_ROK;
  }
  if (record.again && result == Result::kUnsent && StaysUnknown(*earlier_, record)) [[unlikely]]
    result = Result::kUnknown;
  // Made where it is to stay: this is done for every message.
  OutcomeBatch& batch = outbox_.BatchFor(record.to().size() + message_ids.size());
  Outcome& outcome = batch.Append();
  outcome.key = record.key;
  outcome.tag = record.tag;
  outcome.to = batch.Keep(record.to());
  outcome.result = result;
  outcome.segments = record.billed;
  outcome.command_status = static_cast<uint32_t>(record.refusal);
  outcome.message_ids = batch.Keep(message_ids);
  outcome.attempts = record.attempts;
  outcome.submitted_at_ns = record.submitted_at_ns;
  outcome.answered_at_ns = record.answered_at_ns;
  outcome.detail = {};
  record.unknown = 0;  // no receipt settles it any more
  outcome.earlier = record.earlier && result == Result::kUnknown;
  messages_.Remove(index);
  if (outcome.earlier) return;  // counted by its own run
  MindBrake(record, result);
  counters_.Of(result).Add(1);
}

void Shard::ReportUnsubmitted(const Message& message, Result result, std::string_view detail) {
  Outcome outcome;
  outcome.key = message.key;
  outcome.tag = message.tag;
  outcome.to = AsSent(message.to);
  outcome.result = result;
  outcome.detail = detail;
  outbox_.Add(outcome);
  counters_.Of(result).Add(1);
}

// The parts of a message that were never submitted never will be.
void Shard::GiveUp(const Composition& message) {
  MessageRecord& record = messages_[message.record];
  const uint16_t left = PartsLeft(message);
  record.unsent = static_cast<uint16_t>(record.unsent + left);
  record.unsubmitted = static_cast<uint16_t>(record.unsubmitted - left);
  SettleIfComplete(message.record);
}

// What waits on the disk is told block by block, by MindSpills.
void Shard::GiveUpAccount(AccountState& account) {
  EndRetries(account);
  for (StartedMessage& orphan : std::exchange(account.orphans, {})) GiveUp(orphan.message);
  for (LinkState& state : links_) {
    if (&state.link->account() != account.account || !state.has_started) continue;
    state.has_started = false;
    GiveUp(state.started.message);
  }
  for (const UnsentSegment& unsent : std::exchange(account.unsent, {})) {
    const uint32_t index = MessageTable::IndexOf(unsent.cookie);
    MessageRecord& record = messages_[index];
    --record.unsubmitted;
    EndPart(record, MessageTable::PartOf(unsent.cookie));
    SettleIfComplete(index);
  }
}

// Tells what is not begun any more, some of it in a turn and no more than the listener keeps up
// with: a batch may make any number of messages.
void Shard::MindRejects() {
  turn_.rejects = false;
  uint32_t left = kMostRejected;
  const bool ends = phase_ == Phase::kDraining || phase_ == Phase::kUnbinding;
  for (AccountState& account : accounts_) {
    if (ends || account.given_up) RejectFrom(account.cursor, account.account->index(), &left);
  }
  if (ends) RejectFrom(any_cursor_, Intake::kAnyAccount, &left);
}

// At most `left` messages of the cursor and of the queue that it is of.
void Shard::RejectFrom(Cursor& cursor, uint32_t queue, uint32_t* left) {
  const auto may_tell = [&] {
    return *left > 0 && !shared_.reporter->congested() && !outbox_.congested();
  };
  while (cursor.batch != nullptr || shared_.intake->TryTake(&cursor, queue)) {
    for (; may_tell() && cursor.Fetch(); cursor.has_message = false) {
      --*left;
      if (!PassOver(cursor, queue)) ReportUnsent(cursor.message, {});
    }
    if (!may_tell()) {
      turn_.rejects = true;
      return;
    }
    EndBatch(cursor);
  }
}

// It gives no further messages.
void Shard::EndBatch(Cursor& cursor) {
  cursor = {};
  shared_.intake->Done();
  // The others wait for the last batch to be used up.
  if (shared_.finishing.load() && shared_.intake->open() == 0) shared_.wake_all();
}

void Shard::ReportUnknowns() {
  while (unknowns_.size() > 0) {
    const uint32_t index = unknowns_.TakeOldest();
    Conclude(index, Result::kUnknown, JoinIds(messages_[index]));
  }
}

}  // namespace salvo::engine
