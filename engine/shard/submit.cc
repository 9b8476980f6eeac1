// The part of a shard that submits: which message, over which link, within which budget.
#include <algorithm>
#include <utility>

#include "engine/shard/shard.h"

namespace salvo::engine {
namespace {

// A link gets this share of its free window at a time, so that several fill evenly.
constexpr uint32_t kShareOfFreeWindow = 8;
// How often a shard asks for a batch at most.
constexpr io::Nanos kAskInterval = io::kNanosPerMilli;
// A window is handed on in so many bites, each of no less than so many segments: the peer works on
// one while the next is made. A send costs the same whatever it carries.
constexpr uint32_t kBitesOfWindow = 4;
constexpr uint32_t kLeastBite = 128;
// Of sequence_number in a PDU.
constexpr size_t kSequenceOffset = 12;

// a is less loaded than b: outstanding / window, without dividing.
bool LessLoaded(const Window& a, const Window& b) {
  return uint64_t{a.outstanding()} * b.size() < uint64_t{b.outstanding()} * a.size();
}

void AppendTlv(const Tlv& tlv, std::string* out) {
  uint8_t header[pdu::kTlvHeaderOctets];
  pdu::Store16(header, tlv.tag);
  pdu::Store16(header + 2, static_cast<uint16_t>(tlv.value.size()));
  out->append(pdu::AsText(header)).append(tlv.value);
}

}  // namespace

void Shard::Leaves(LinkState& state, MessageRecord& record, uint64_t cookie) {
  const bool records = journal_ != nullptr && !WaitsForDisk();
  if (records) RecordIntent(cookie, record, state.account->account->index());
  if (limited_) UseTokens(state, record.cost());
  if (record.submitted_at_ns == 0) record.submitted_at_ns = WallNow();
}

// Where the disk is waited for, the intent goes there first; else it is recorded when the segment
// leaves, be it now or once it was staged.
inline void Shard::Commit(LinkState& state, MessageRecord& record, uint32_t sequence, size_t octets,
                          uint64_t cookie) {
  if (WaitsForDisk()) RecordIntent(cookie, record, state.account->account->index());
  Session& session = *state.link->session();
  const bool is_staged = session.CommitSubmit(sequence, octets, cookie, loop_.now());
  if (!is_staged) Leaves(state, record, cookie);
}

inline void Shard::KeepForRetry(const Account& account, PartRecord& part, pdu::Octets pdu) {
  ++part.attempts;
  // Of one whose fate becomes unknown, the addresses and the reference are wanted, too.
  if (account.retry_policy().enabled() || account.options().receipts.reference)
    part.pdu = pdu::AsText(pdu);
}

void Shard::SubmitMessages() {
  turn_.passes_over = false;
  turn_.passed_over = 0;
  turn_.submitted = 0;
  uint32_t submitted = 0;
  answers_are_near_ = false;
  // Many links may be idle, and need not be asked.
  if (shared_.intake->open() == 0 && NothingToSubmit()) return ShareBatches();
  for (LinkState& state : links_) state.blocked = !state.link->CanSubmit();
  while (LinkState* state = LeastLoaded()) {
    Session& session = *state->link->session();
    session.PrepareAhead(!limited_);
    const Window& window = session.window();
    const uint32_t free = window.free();
    const uint32_t bite = std::max(kLeastBite, window.size() / kBitesOfWindow);
    const uint32_t run = links_.size() == 1 ? free : free / kShareOfFreeWindow + 1;
    for (uint32_t i = 0; i < run && !state->blocked;) {
      const uint32_t of_bite = bite > submitted ? bite - submitted : 1;
      const auto [messages, end] = SubmitSome(*state, std::min(run - i, of_bite));
      i += messages;
      turn_.submitted += end == Submitted::kYes ? messages : messages - 1;
      state->blocked = end != Submitted::kYes;
      if (window.staged() == 0) submitted += messages;
      if (submitted >= bite) {
        submitted = 0;
        // The last bite is handed on by the turn itself.
        if (!state->blocked && !window.full()) HandOnEarly();
      }
      if (end == Submitted::kNoMessage) BlockLikes(*state);
    }
    // What cannot be sent takes no place in a window, and would make a turn without an end.
    state->blocked = state->blocked || window.full() || !MayPassOverMore();
    answers_are_near_ = answers_are_near_ || (window.full() && session.is_quick() && !limited_);
  }
  ShareBatches();
  ReturnTokens();
}

// A batch is with one shard at a time. Others that could send say so when they find none, and who
// holds one gives it away by a turn that made nothing of it: it waits for answers or tokens then.
void Shard::ShareBatches() {
  turn_.shares_at = io::kNever;
  if (shared_.shards == 1) return;
  const io::Nanos now = loop_.now();
  const auto share = [&](Cursor& cursor, Wish& wish, uint32_t queue) {
    const bool asks = std::exchange(wish.now, false) && cursor.batch == nullptr;
    // Two that can make nothing of a batch are not to hand it to and fro all the time.
    const io::Nanos may_ask_at = wish.told_at + kAskInterval;
    if (asks && !wish.told && now < may_ask_at) {
      turn_.shares_at = std::min(turn_.shares_at, may_ask_at);
    } else if (asks != wish.told) {
      wish.told = asks;
      shared_.intake->SetAsked(queue, asks);
      if (asks) wish.told_at = now;
      if (asks) shared_.wake_all();
    }
    if (phase_ != Phase::kRunning || cursor.batch == nullptr || !shared_.intake->IsAsked(queue)) {
      return;
    }
    if (turn_.submitted > 0) {
      turn_.shares_at = now;
      return;
    }
    shared_.intake->PutBack(std::exchange(cursor, {}), queue);
    shared_.wake_all();
  };
  for (AccountState& account : accounts_) {
    share(account.cursor, account.wish, account.account->index());
  }
  share(any_cursor_, any_wish_, Intake::kAnyAccount);
}

// What its account has no message for, no other link of the account has one for either, but for one
// that has begun a message of its own. A thousand idle binds need not be asked one by one.
void Shard::BlockLikes(const LinkState& state) {
  for (LinkState& other : links_) {
    const bool alike = &other.link->account() == &state.link->account() && !other.has_started;
    other.blocked = other.blocked || alike;
  }
}

LinkState* Shard::LeastLoaded() {
  LinkState* least = nullptr;
  for (LinkState& state : links_) {
    if (state.blocked) continue;
    if (least == nullptr ||
        LessLoaded(state.link->session()->window(), least->link->session()->window())) {
      least = &state;
    }
  }
  return least;
}

// Of all that might go first one is submitted; of new messages as many as `most`.
SubmittedRun Shard::SubmitSome(LinkState& state, uint32_t most) {
  if (state.link->session()->window().full()) return {1, Submitted::kNoRoom};
  AccountState& account = *state.account;
  if (state.has_started) return {1, SubmitStarted(state)};
  if (!account.unsent.empty()) return {1, SubmitUnsent(state)};
  if (!account.orphans.empty()) {
    state.started = std::move(account.orphans.front());
    state.has_started = true;
    account.orphans.pop_front();
    return {1, SubmitStarted(state)};
  }
  const bool has_retry = account.retries.FirstDue() != RetryWheel::kNone;
  if (has_retry && account.retry_is_next) return {1, SubmitRetry(state)};
  const bool is_congested = shared_.reporter->congested() || outbox_.congested();
  if (phase_ == Phase::kRunning && !is_congested) {
    // No batch is taken from others for what cannot leave.
    if (shared_.shards > 1 && !HasBudget(state, 1)) return {1, Submitted::kNoToken};
    if (Cursor* cursor = CursorFor(state)) {
      account.retry_is_next = true;
      return SubmitNew(state, *cursor, has_retry ? 1 : most);
    }
  }
  return {1, has_retry ? SubmitRetry(state) : Submitted::kNoMessage};
}

// REQUIRES: cursor.has_message, most > 0.
SubmittedRun Shard::SubmitNew(LinkState& state, Cursor& cursor, uint32_t most) {
  const Window& window = state.link->session()->window();
  Composition composition;
  SubmittedRun run;
  bool has_more = true;
  while (has_more && run.end == Submitted::kYes) {
    run.end = SubmitNext(state, cursor, composition);
    ++run.messages;
    // What earlier runs dealt with, or the next batch, is seen to by the next call.
    has_more = run.messages < most && !state.has_started && !window.full() && earlier_ == nullptr &&
               cursor.Fetch();
  }
  return run;
}

Cursor* Shard::CursorFor(LinkState& state) {
  AccountState& account = *state.account;
  if (account.retries.size() >= account.account->retry_policy().max_waiting()) return nullptr;
  const Account& asking = *account.account;
  if (FetchFrom(account.cursor, asking.index(), asking)) return &account.cursor;
  if (FetchFrom(any_cursor_, Intake::kAnyAccount, asking)) return &any_cursor_;
  account.wish.now = any_wish_.now = true;
  return nullptr;
}

// `queue`: where the cursor's batches come from. `asking`: whose link is to send the message.
bool Shard::FetchFrom(Cursor& cursor, uint32_t queue, const Account& asking) {
  for (;;) {
    if (cursor.Fetch()) {
      if (earlier_ == nullptr) [[likely]]
        return true;
      if (!MayPassOverMore()) return false;
      if (!PassOver(cursor, queue) && !HandOver(cursor, queue, asking)) return true;
      ++turn_.passed_over;
      continue;
    }
    if (cursor.batch != nullptr) EndBatch(cursor);
    if (!shared_.intake->TryTake(&cursor, queue)) return false;
  }
}

bool Shard::Compose(Account& account, Cursor& cursor, Composition* out) {
  const Message& message = cursor.message;
  const pdu::TextMeasure measure = pdu::MeasureText(message.text);
  const pdu::TextPlan plan = pdu::PlanText(message.text, measure, account.text_options());
  const pdu::Address told = InferAddress(message.to);
  if (const std::optional<MessageFault> fault = FaultOf(account.options(), message, told, plan)) {
    cursor.batch->OnInvalid(*fault);
    ReportUnsubmitted(message, Result::kInvalid, fault->reason);
    return false;
  }
  out->account = &account;
  if (message.from.empty()) {
    out->source = account.default_source();
  } else {
    out->source.Assign(account.SourceAddress(message.from));
  }
  const pdu::Address destination = account.DestinationAddress(told);
  out->destination.Assign(destination);
  out->to = destination.digits;
  out->alphabet = plan.alphabet;
  out->as_it_stands = measure.plain && pdu::OctetsPerUnit(plan.alphabet) == 1;
  out->billed = plan.segments;
  const bool in_one = account.text_options().concatenation == pdu::Concatenation::kPayload;
  out->parts = in_one ? 1 : plan.segments;
  out->next_part = 0;
  if (out->parts > 1) out->look = LookOf(*out);
  out->earlier = earlier_ == nullptr ? nullptr : earlier_->rows().ProgressOf(message.key);
  if (out->earlier != nullptr) [[unlikely]] {
    if (const char* fault = FaultOfGoingOn(*out)) {
      ReportUnsent(message, fault);
      return false;
    }
    if (out->earlier->parts != out->parts) out->earlier = nullptr;
  }
  out->reference = 0;
  if (out->earlier != nullptr) {
    out->reference = out->earlier->reference;
  } else if (out->parts > 1) {
    out->reference = references_.Next(destination.digits);
  }
  out->text = message.text;
  tlv_scratch_.clear();
  for (const Tlv& tlv : message.tlvs) AppendTlv(tlv, &tlv_scratch_);
  if (const auto reference = account.ReferenceFor(message)) {
    uint8_t octets[sizeof *reference];
    pdu::Store16(octets, *reference);
    AppendTlv({static_cast<uint16_t>(pdu::Tag::kUserMessageReference), pdu::AsText(octets)},
              &tlv_scratch_);
  }
  out->tlvs = tlv_scratch_;
  return true;
}

// `composition`: of any message before; its place is used again.
Submitted Shard::SubmitNext(LinkState& state, Cursor& cursor, Composition& composition) {
  if (!HasBudget(state, 1)) return Submitted::kNoToken;
  const Message& message = cursor.message;
  if (!Compose(state.link->account(), cursor, &composition)) {
    ++turn_.passed_over;
    cursor.has_message = false;
    return Submitted::kYes;
  }
  // The record is made with the first part, so that a message that has to wait leaves no trace.
  composition.record =
      messages_.Add(message, composition.to, composition.billed, composition.parts, loop_.now());
  if (composition.earlier != nullptr) GoOn(*state.account, composition);
  MessageRecord& record = messages_[composition.record];
  record.reference = composition.reference;
  if (composition.parts > 1) record.look = composition.look;
  if (earlier_ != nullptr) [[unlikely]]
    record.again = earlier_->IsUnknown(message.key);
  const bool only_waits = composition.finished();
  Submitted next = only_waits ? Submitted::kYes : SubmitPart(state, composition);
  if (next != Submitted::kYes) {
    CancelRetries(*state.account, record);
    messages_.Remove(composition.record);
    return next;
  }
  if (only_waits) {
    // It takes no place in a window, and a turn is to have an end.
    ++turn_.passed_over;
    Spill(*state.account, composition.record);
  }
  counters_.messages.Add(1);
  while (next == Submitted::kYes && !composition.finished()) next = SubmitPart(state, composition);
  if (!composition.finished()) KeepForLater(state, composition);
  cursor.has_message = false;
  return next;
}

void Shard::KeepForLater(LinkState& state, const Composition& message) {
  state.has_started = true;
  state.started.message = message;
  state.started.text = message.text;
  state.started.tlvs = message.tlvs;
}

Submitted Shard::SubmitStarted(LinkState& state) {
  StartedMessage& started = state.started;
  // The strings may have moved since.
  started.message.text = started.text;
  started.message.tlvs = started.tlvs;
  if (messages_[started.message.record].refused) {
    // The rest of a message that is lost already would only cost money.
    state.has_started = false;
    GiveUp(started.message);
    return Submitted::kYes;
  }
  const Submitted result = SubmitPart(state, started.message);
  if (started.message.finished()) {
    state.has_started = false;
  } else {
    started.text.erase(0, started.text.size() - started.message.text.size());
  }
  return result;
}

Submitted Shard::SubmitPart(LinkState& state, Composition& message) {
  if (!HasBudget(state, message.next_cost())) return Submitted::kNoToken;
  Session& session = *state.link->session();
  uint32_t sequence = 0;
  uint8_t* out = session.ClaimSubmit(LargestPart(message), &sequence);
  if (out == nullptr) return Submitted::kNoRoom;
  const uint16_t cost = message.next_cost();
  const uint64_t cookie = MessageTable::Cookie(message.record, message.next_part);
  const size_t octets = WritePart(message, sequence, out);
  MessageRecord& record = messages_[message.record];
  PartRecord& part = record.part(MessageTable::PartOf(cookie));
  KeepForRetry(*message.account, part, {out, octets});
  record.attempts = std::max(record.attempts, part.attempts);
  ++record.open;
  --record.unsubmitted;
  Commit(state, record, sequence, octets, cookie);
  SkipPassedOver(message);
  counters_.segments.Add(cost);
  MarkDirty(state);
  return Submitted::kYes;
}

Submitted Shard::SubmitUnsent(LinkState& state) {
  AccountState& account = *state.account;
  const UnsentSegment& unsent = account.unsent.front();
  const uint32_t index = MessageTable::IndexOf(unsent.cookie);
  MessageRecord& record = messages_[index];
  // A part of a message that is lost already would only cost money.
  const bool is_lost = record.refused;
  const Submitted result =
      is_lost ? Submitted::kYes : SubmitEncoded(state, unsent.cookie, unsent.pdu);
  if (result != Submitted::kYes) return result;
  --record.unsubmitted;
  if (is_lost) {
    EndPart(record, MessageTable::PartOf(unsent.cookie));
    SettleIfComplete(index);
  }
  account.unsent.pop_front();
  return result;
}

// A submit_sm as it was encoded before, under a new sequence number.
Submitted Shard::SubmitEncoded(LinkState& state, uint64_t cookie, pdu::Octets pdu) {
  MessageRecord& record = messages_[MessageTable::IndexOf(cookie)];
  const uint32_t cost = record.cost();
  if (!HasBudget(state, cost)) return Submitted::kNoToken;
  Session& session = *state.link->session();
  uint32_t sequence = 0;
  uint8_t* out = session.ClaimSubmit(pdu.size(), &sequence);
  if (out == nullptr) return Submitted::kNoRoom;
  std::copy(pdu.begin(), pdu.end(), out);
  pdu::Store32(out + kSequenceOffset, sequence);
  PartRecord& part = record.part(MessageTable::PartOf(cookie));
  record.attempts = std::max(record.attempts, ++part.attempts);
  ++record.open;
  Commit(state, record, sequence, pdu.size(), cookie);
  counters_.segments.Add(cost);
  if (part.is_refused()) counters_.retries.Add(cost);
  MarkDirty(state);
  return Submitted::kYes;
}

// Where the disk is waited for, one sync is to cover as much as there is.
void Shard::HandOnEarly() {
  if (WaitsForDisk()) return;
  HandOn();
  loop_.Submit();
}

void Shard::HandOn() {
  // Their intents are still to be recorded.
  for (LinkState* state : dirty_) state->link->ReleaseAhead();
  // Nothing will leave any more; others are to have the tokens all the same.
  if (!CommitJournal()) return TellHandedOn();
  const uint64_t covering = journal_ == nullptr ? 0 : journal_->covering_sync();
  const uint64_t synced = journal_ == nullptr ? 0 : journal_->synced();
  for (LinkState* state : dirty_) {
    state->link->Flush(covering, synced);
    state->dirty = false;
  }
  dirty_.clear();
  TellHandedOn();
}

// What a sync of the last turn has covered leaves before anything else is done.
void Shard::ReleaseDurable() {
  waited_since_ = io::kNever;
  for (LinkState& state : links_) {
    if (state.wanted == 0) continue;
    waited_since_ = std::min(waited_since_, state.wanted_at);
    state.wanted = 0;
    // They may be there for what is staged.
    if (state.link->has_staged()) MarkDirty(state);
  }
  if (!WaitsForDisk() || !journal_->status().ok()) return;
  bool any = false;
  for (LinkState& state : links_) {
    if (!state.link->has_staged()) continue;
    state.link->Release(journal_->synced());
    any = true;
  }
  if (!any) return;
  loop_.Submit();
  TellHandedOn();
}

}  // namespace salvo::engine
