// The part of a shard that minds the budget. Tokens are taken for what is about to leave: at the
// submission, or where the disk is waited for, when a staged segment is released.
#include <algorithm>

#include "engine/shard/shard.h"

namespace salvo::engine {
namespace {

// So many segments may be staged as there are tokens now and as come while so many syncs are done:
// one is under way, the next one waits, and neither is on time.
constexpr double kSyncsAhead = 4;

}  // namespace

bool Shard::HasBudget(LinkState& state, uint32_t segments) {
  if (!limited_) return true;
  return WaitsForDisk() ? MayStage(state, segments)
                        : HoldTokens(state, segments, state.link->session()->window().free());
}

// A segment that waits long for its token would only be one more whose fate is unknown after a
// crash.
bool Shard::MayStage(LinkState& state, uint32_t segments) {
  const uint32_t staged = state.link->session()->staged();
  if (staged + 1.0 <= MostStaged(state)) return true;
  // It is looked at again when those have left.
  if (staged > 0) return false;
  if (TokenTime(state, segments) <= loop_.now() + journal_->sync_time()) return true;
  state.Want(segments, loop_.now());
  return false;
}

// All limits or none: the account's, the engine's, the bind's. `want`: as many as the link could
// use at once.
bool Shard::HoldTokens(LinkState& state, uint32_t segments, uint32_t want) {
  const io::Nanos now = loop_.now();
  ratelimit::Lease& lease = state.account->lease;
  bool has = state.lease.HoldWhole(now, segments);
  if (segments > 1) {
    has = has && lease.HoldWhole(now, segments) && global_lease_.HoldWhole(now, segments);
  } else {
    has = has && lease.Hold(now, want) > 0 && global_lease_.Hold(now, want) > 0;
  }
  if (!has) state.Want(segments, now);
  return has;
}

void Shard::UseTokens(LinkState& state, uint32_t segments) {
  state.lease.Use(segments);
  state.account->lease.Use(segments);
  global_lease_.Use(segments);
}

void Shard::ReturnTokens() {
  if (!limited_) return;
  for (LinkState& state : links_) state.lease.ReturnBeyond(0);
  for (AccountState& account : accounts_) account.lease.ReturnBeyond(0);
  global_lease_.ReturnBeyond(0);
}

void Shard::TellHandedOn() {
  if (!limited_) return;
  loop_.Submit();
  const io::Nanos now = loop_.clock().Monotonic();
  CountLateness(now);
  for (LinkState& state : links_) state.lease.HandedOn(now);
  for (AccountState& account : accounts_) account.lease.HandedOn(now);
  global_lease_.HandedOn(now);
  // What was staged may have been given more than it used.
  ReturnTokens();
}

// Late by the limit that allowed it last. What left beside it without having waited is not as old
// as its tokens are.
void Shard::CountLateness(io::Nanos now) {
  if (waited_since_ == io::kNever) return;
  const auto count = [&](const ratelimit::Lease& lease, io::Nanos due) {
    if (lease.used() == 0) return;
    const io::Nanos late = now - std::max(due, waited_since_);
    counters_.lateness.Add(std::max<io::Nanos>(late, 0), lease.used());
  };
  const io::Nanos global = global_lease_.used() > 0 ? global_lease_.oldest_due() : 0;
  bool has_inner_limit = false;  // than the engine's
  for (const AccountState& state : accounts_) {
    has_inner_limit = has_inner_limit || state.lease.used() > 0;
    if (state.account->options().bind_rate > 0) continue;
    count(state.lease, std::max(state.lease.oldest_due(), global));
  }
  for (const LinkState& state : links_) {
    const ratelimit::Lease& account = state.account->lease;
    const io::Nanos due = account.used() > 0 ? account.oldest_due() : 0;
    count(state.lease, std::max({state.lease.oldest_due(), due, global}));
    has_inner_limit = has_inner_limit || state.lease.used() > 0;
  }
  if (!has_inner_limit) count(global_lease_, global);
}

Departure Shard::DepartureOf(Link& link, uint64_t cookie) {
  LinkState& state = links_[link.place()];
  MessageRecord& record = messages_[MessageTable::IndexOf(cookie)];
  // It would be refused, or is a part of a message that is lost already and would only cost money.
  if (link.account().stopped() || record.refused) return Departure::kNever;
  if (limited_ && !HoldTokens(state, record.cost(), link.session()->staged())) {
    return Departure::kLater;
  }
  Leaves(state, record, cookie);
  return Departure::kNow;
}

// By all limits that the link is under; at least one is.
double Shard::MostStaged(const LinkState& state) const {
  const io::Nanos now = loop_.now();
  const double seconds = static_cast<double>(journal_->sync_time()) / io::kNanosPerSecond;
  double most = 1e12;
  const ratelimit::Lease& of_account = state.account->lease;
  for (const ratelimit::Lease* lease : {&state.lease, &of_account, &global_lease_}) {
    const ratelimit::TokenBucket* bucket = lease->bucket();
    if (bucket == nullptr) continue;
    most = std::min(most, bucket->Available(now) + kSyncsAhead * seconds * bucket->per_second());
  }
  return most;
}

// When the link could have tokens for a submission that bills so many segments.
io::Nanos Shard::TokenTime(const LinkState& state, uint32_t segments) const {
  const io::Nanos now = loop_.now();
  const ratelimit::Lease& lease = state.account->lease;
  return std::max({state.lease.WhenAvailable(now, segments), lease.WhenAvailable(now, segments),
                   global_lease_.WhenAvailable(now, segments)});
}

// How many tokens are waited for before any is used.
uint32_t Shard::TokensTogether(const LinkState& state) const {
  return std::min({state.lease.group(), state.account->lease.group(), global_lease_.group()});
}

// The earliest time at which a link that was refused should be given its tokens: the last of those
// it uses together has come just then.
io::Nanos Shard::NextTokenTime() const {
  io::Nanos earliest = io::kNever;
  const io::Nanos now = loop_.now();
  for (const LinkState& state : links_) {
    if (state.wanted == 0 || state.link->session() == nullptr) continue;
    // What is there already was only more than a slice.
    if (TokenTime(state, state.wanted) <= now) return now;
    const bool has_staged = state.link->session()->staged() > 0;
    const io::Nanos ahead = WaitsForDisk() && !has_staged ? journal_->sync_time() : 0;
    const uint32_t together = std::max(state.wanted, TokensTogether(state));
    earliest = std::min(earliest, TokenTime(state, together) - ahead);
  }
  return earliest;
}

// Whether some link has only its tokens to wait for, and none an answer or a send.
bool Shard::OnlyTokensHoldBack() const {
  bool any = false;
  for (const LinkState& state : links_) {
    any = any || state.wanted > 0;
    const Session* session = state.link->session();
    if (session != nullptr && (session->window().full() || session->WantsRoom())) return false;
  }
  return any;
}

// Limits come and go: between two turns no lease holds anything.
void Shard::RenewLeases() {
  limited_ = bind_limited_ || shared_.global_budget != nullptr;
  for (AccountState& account : accounts_) {
    ratelimit::TokenBucket* budget = account.account->budget();
    if (account.lease.bucket() != budget) account.lease = ratelimit::Lease(budget);
    limited_ = limited_ || budget != nullptr;
  }
}

}  // namespace salvo::engine
