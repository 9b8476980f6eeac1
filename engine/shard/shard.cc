// The phases of a shard's life, and what it does for its links.
#include "engine/shard/shard.h"

#include <algorithm>
#include <utility>

#include "io/check.h"

namespace salvo::engine {
namespace {

// How old the counters of links are when a turn reads them: reading all costs time where there are
// many. A turn of their own they get later.
constexpr io::Nanos kPublishInterval = 50 * io::kNanosPerMilli;
constexpr io::Nanos kLongestPublishInterval = 2 * kPublishInterval;
// Of registered_delivery: whether the final receipt is asked for, in any case or some.
constexpr uint8_t kReceiptMask = 0x03;
// How late an answer may be told so that a turn is saved.
constexpr io::Nanos kLongestDoze = 8 * io::kNanosPerMilli;
// How soon a listener that fell behind is looked after.
constexpr io::Nanos kCongestionPause = io::kNanosPerMilli;

}  // namespace

AccountState::AccountState(Account& a, io::Nanos now)
    : account(&a),
      lease(a.budget()),
      retries(now),
      wants_receipts((a.options().registered_delivery & kReceiptMask) != 0),
      receipts({a.options().receipts.unmarked}) {}

Shard::Shard(SharedState& shared, const std::vector<BindAssignment>& binds, io::Loop& loop,
             uint32_t seed, uint32_t index)
    : shared_(shared),
      loop_(loop),
      index_(index),
      global_lease_(shared.global_budget.get()),
      references_(static_cast<uint16_t>(seed)),
      outbox_(*shared.reporter) {
  for (const auto& account : shared.accounts) accounts_.emplace_back(*account, loop.now());
  for (const BindAssignment& bind : binds) {
    Account& account = *shared.accounts[bind.account];
    const AccountOptions& options = account.options();
    std::vector<LinkRole> roles;
    switch (options.bind_type) {
      case BindType::kTransceiver:
        roles = {LinkRole::kTransceiver};
        break;
      case BindType::kTransmitterAndReceiver:
        roles = {LinkRole::kTransmitter, LinkRole::kReceiver};
        break;
      case BindType::kTransmitter:
        roles = {LinkRole::kTransmitter};
        break;
      case BindType::kReceiver:
        roles = {LinkRole::kReceiver};
        break;
    }
    bind_limited_ = bind_limited_ || options.bind_rate > 0;
    for (LinkRole role : roles) {
      LinkState& state = links_.emplace_back();
      state.account = &accounts_[bind.account];
      const auto link_seed = static_cast<uint32_t>(seed + links_.size());
      state.link =
          std::make_unique<Link>(account, bind.bind, role, loop, static_cast<LinkOwner&>(*this),
                                 links_.size() - 1, link_seed);
      if (shared.logs != nullptr) state.link->UseLogs(*shared.logs, index);
      if (options.bind_rate > 0) {
        state.budget = std::make_unique<ratelimit::TokenBucket>(
            ratelimit::BucketOptions{options.bind_rate, 0, 1}, loop.now());
        state.lease = ratelimit::Lease(state.budget.get());
      }
      auto counters = std::make_unique<LinkCounters>();
      counters->account = options.name;
      counters->bind = bind.bind;
      counters->role = NameOf(role);
      counters->window = options.window;
      counters_.links.push_back(std::move(counters));
    }
  }
}

Shard::~Shard() = default;

void Shard::Start() {
  for (LinkState& state : links_) state.link->Start();
}

void Shard::Turn(io::Nanos wait_until) {
  wall_offset_ = loop_.clock().Wall() - loop_.clock().Monotonic();
  StopHopelessAccounts();
  TakeSettlements();
  // With the last of them a phase may end.
  MindSpills();
  MindRejects();
  if (!turn_.settles) AdvancePhase();
  MindThrottles();
  RenewLeases();
  ReleaseDurable();
  for (AccountState& account : accounts_) account.retries.Advance(loop_.now());
  SubmitMessages();
  HandOn();
  FlushOutbox(phase_ == Phase::kSettling);
  shared_.reporter->Tick(loop_.now(), WallNow());
  PublishCounters();
  Wait(std::min(wait_until, NextDeadline()));
}

// Answers that come while tokens gather are dealt with when those are used: in one turn instead of
// two, and the next send acknowledges them.
void Shard::Wait(io::Nanos deadline) {
  const bool is_soon = deadline - loop_.now() <= kLongestDoze;
  if (is_soon && limited_ && !WaitsForDisk() && OnlyTokensHoldBack()) return loop_.Doze(deadline);
  if (answers_are_near_) return loop_.Watch(deadline);
  loop_.Turn(deadline);
}

io::Nanos Shard::NextDeadline() {
  // Work may be there without any event: another phase to begin, or a token that came meanwhile.
  const bool outbox_is_awaited = phase_ == Phase::kSettling || settles_with_outbox_;
  if (done() || (outbox_is_awaited && outbox_.empty())) return 0;
  io::Nanos deadline = std::min(outbox_.NextDeadline(), shared_.reporter->desk().next_deadline());
  if (phase_ == Phase::kDraining) deadline = std::min(deadline, drain_deadline_);
  // A retry that began while receipts were waited for goes on behind that time.
  const bool waits_for_receipts = phase_ == Phase::kRunning && receipts_until_ > loop_.now();
  if (waits_for_receipts) deadline = std::min(deadline, receipts_until_);
  const bool told_too_much = shared_.reporter->congested() || outbox_.congested();
  deadline = std::min(deadline, turn_.shares_at);
  const bool goes_on = turn_.settles || turn_.passes_over || (turn_.rejects && !told_too_much);
  if (goes_on) deadline = loop_.now();
  if (limited_) deadline = std::min(deadline, NextTokenTime());
  for (const AccountState& account : accounts_) {
    deadline = std::min({deadline, account.retries.NextTime(), NextSpillTime(account)});
  }
  if (counters_are_stale_) deadline = std::min(deadline, published_at_ + kLongestPublishInterval);
  if (shared_.reporter->congested()) deadline = std::min(deadline, loop_.now() + kCongestionPause);
  return deadline;
}

void Shard::AdvancePhase() {
  Phase before = phase_;
  settles_with_outbox_ = false;
  do {
    before = phase_;
    AdvanceOnePhase();
  } while (phase_ != before);
}

void Shard::AdvanceOnePhase() {
  switch (phase_) {
    case Phase::kRunning:
      if (shared_.draining.load()) return BeginDraining();
      if (shared_.finishing.load() && shared_.intake->open() == 0 && NothingToSubmit() &&
          NoneInFlight() && !AwaitsReceipts()) {
        BeginDraining();
      }
      return;
    case Phase::kDraining:
      if (NothingToSubmit() || loop_.now() >= drain_deadline_) BeginUnbinding();
      return;
    case Phase::kUnbinding:
      if (AllLinksDown() && !turn_.rejects &&
          std::ranges::none_of(accounts_, &AccountState::has_spilled)) {
        Finish();
      }
      return;
    case Phase::kSettling:
      if (outbox_.empty()) phase_ = Phase::kDone;
      return;
    case Phase::kDone:
      return;
  }
}

void Shard::BeginDraining() {
  phase_ = Phase::kDraining;
  io::Nanos longest = 0;
  for (AccountState& account : accounts_) {
    const auto timeout = account.account->options().drain_timeout;
    longest = std::max(longest, io::ToNanos(timeout));
    EndRetries(account);
    if (!CanSubmitFor(account)) GiveUpAccount(account);
  }
  MindRejects();
  drain_deadline_ = loop_.now() + longest;
  if (NothingToSubmit()) BeginUnbinding();
}

void Shard::BeginUnbinding() {
  phase_ = Phase::kUnbinding;
  for (AccountState& account : accounts_) GiveUpAccount(account);
  for (LinkState& state : links_) state.link->Drain();
}

void Shard::Finish() {
  for (AccountState& account : accounts_) GiveUpAccount(account);
  ReportUnknowns();
  SALVO_CHECK(messages_.size() == 0);
  CommitJournal();
  FlushOutbox(/*all=*/true);
  published_at_ = 0;
  counters_are_stale_ = true;
  PublishCounters();
  phase_ = Phase::kSettling;
}

bool Shard::NothingToSubmit() const {
  const bool begins = phase_ == Phase::kRunning;
  if (begins && any_cursor_.batch != nullptr) return false;
  for (const AccountState& account : accounts_) {
    if (!account.unsent.empty() || !account.orphans.empty() ||
        (begins && account.cursor.batch != nullptr) || !account.retries.empty() ||
        account.has_spilled()) {
      return false;
    }
  }
  return std::none_of(links_.begin(), links_.end(),
                      [](const LinkState& s) { return s.has_started; });
}

bool Shard::CanSubmitFor(const AccountState& account) const {
  return std::any_of(links_.begin(), links_.end(), [&](const LinkState& s) {
    return &s.link->account() == account.account && s.link->CanSubmit();
  });
}

bool Shard::AllLinksDown() const {
  return std::all_of(links_.begin(), links_.end(),
                     [](const LinkState& s) { return s.link->stopped(); });
}

void Shard::Abandon() {
  phase_ = Phase::kUnbinding;
  for (LinkState& state : links_) state.link->Stop();
  while (!AllLinksDown()) loop_.Turn(loop_.now() + io::kNanosPerMilli);
}

// Not every link is asked where every message is settled anyway: a thousand of them may be idle.
bool Shard::NoneInFlight() const {
  if (messages_.size() == unknowns_.size()) return true;
  return std::all_of(links_.begin(), links_.end(),
                     [](const LinkState& s) { return s.link->outstanding() == 0; });
}

void Shard::StopHopelessAccounts() {
  // Where some were there to send, those that only receive do not keep the run up.
  const bool some_send = shared_.can_send();
  bool all_stopped = true;
  for (AccountState& account : accounts_) {
    if (!account.account->stopped()) {
      all_stopped = all_stopped && some_send && !account.account->can_send();
      continue;
    }
    if (account.given_up) continue;
    account.given_up = true;
    for (LinkState& state : links_) {
      if (&state.link->account() == account.account) state.link->Drain();
    }
    GiveUpAccount(account);
    PutBackCursors();
  }
  if (all_stopped && !shared_.draining.load()) shared_.Drain();
}

// What this shard cannot send, another may.
void Shard::PutBackCursors() {
  if (shared_.shards == 1 || phase_ != Phase::kRunning) return;
  bool any_can_submit = false;
  for (AccountState& account : accounts_) {
    const bool can_submit = CanSubmitFor(account);
    any_can_submit = any_can_submit || can_submit;
    if (can_submit || account.given_up || account.cursor.batch == nullptr) continue;
    shared_.intake->PutBack(std::exchange(account.cursor, {}), account.account->index());
    shared_.wake_all();
  }
  if (any_can_submit || any_cursor_.batch == nullptr) return;
  shared_.intake->PutBack(std::exchange(any_cursor_, {}), Intake::kAnyAccount);
  shared_.wake_all();
}

void Shard::OnLinkDown(Link& link) {
  LinkState& state = links_[link.place()];
  AccountState& account = *state.account;
  if (state.has_started) account.orphans.push_back(std::move(state.started));
  state.has_started = false;
  if (phase_ == Phase::kUnbinding || !CanSubmitFor(account)) {
    const bool ending = phase_ != Phase::kRunning || account.account->stopped();
    if (ending) GiveUpAccount(account);
  }
  PutBackCursors();
}

void Shard::OnLinkEvent(Link& link, const Event& event) {
  shared_.reporter->Deliver(event);
  OnLinkDirty(link);
}

void Shard::OnAccountHopeless(Link& link) {
  StopAccount(link, pdu::CommandStatus::ESME_ROK,
              link.account().ever_bound()
                  ? "the account has given up: its credentials are refused again and again"
                  : "the account has given up: none of its binds ever came up");
}

void Shard::StopAccount(Link& link, pdu::CommandStatus status, std::string_view text) {
  if (!link.account().Stop()) return;
  Event event;
  event.kind = Event::Kind::kAccountStopped;
  event.account = link.account().options().name;
  event.bind = link.bind_index();
  event.at_ns = WallNow();
  event.command_status = static_cast<uint32_t>(status);
  event.text = text;
  shared_.reporter->Deliver(event);
  shared_.wake_all();
}

void Shard::OnLinkDirty(Link& link) { MarkDirty(links_[link.place()]); }

void Shard::MarkDirty(LinkState& state) {
  counters_are_stale_ = true;
  if (state.dirty) return;
  state.dirty = true;
  dirty_.push_back(&state);
}

void Shard::PublishCounters() {
  if (!counters_are_stale_ || loop_.now() < published_at_ + kPublishInterval) return;
  published_at_ = loop_.now();
  counters_are_stale_ = false;
  uint64_t in_flight = 0;
  uint64_t retries_waiting = 0;
  for (const AccountState& account : accounts_) {
    retries_waiting += account.retries.size();
    if (account.spill != nullptr) retries_waiting += account.spill->size();
  }
  counters_.retries_waiting.Set(retries_waiting);
  uint64_t timeouts = 0;
  uint64_t late_answers = 0;
  uint64_t protocol_errors = 0;
  for (size_t i = 0; i < links_.size(); ++i) {
    const Link& link = *links_[i].link;
    LinkCounters& counters = *counters_.links[i];
    const SessionStats stats = link.TotalStats();
    counters.state.store(link.state(), std::memory_order_relaxed);
    counters.in_flight.Set(link.in_flight());
    counters.submitted.Set(stats.submitted);
    counters.round_trip_us.Set(static_cast<uint64_t>(stats.round_trip / 1000));
    counters.connects.Set(link.connects());
    in_flight += link.in_flight();
    timeouts += stats.timeouts;
    late_answers += stats.late_answers;
    protocol_errors += stats.unexpected_responses + stats.malformed + stats.unknown_requests;
  }
  counters_.in_flight.Set(in_flight);
  counters_.timeouts.Set(timeouts);
  counters_.late_answers.Set(late_answers);
  counters_.protocol_errors.Set(protocol_errors);
  PublishJournal();
}

}  // namespace salvo::engine
