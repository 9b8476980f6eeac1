#include "engine/receipts/matcher.h"

#include <algorithm>
#include <utility>

#include "engine/receipts/hash.h"

namespace salvo::engine {
namespace {

constexpr int64_t kHour = 3600 * io::kNanosPerSecond;
// While time stands still, an entry's tick is the hour of its acceptance; after that, when it ends.
constexpr int64_t kMostHours = WaitingTable::kTicks - 48;
constexpr int64_t kShortestTick = io::kNanosPerSecond;
constexpr int64_t kMostTicksAhead = WaitingTable::kTicks / 2 - 48;
// How long a receipt waits for its own message's answer before it may settle an unknown one.
constexpr io::Nanos kSettleAfter = 2 * io::kNanosPerSecond;
constexpr io::Nanos kSettleInterval = io::kNanosPerSecond;
// How long it waits then for the shard to settle that: it may have to wait for its disk.
constexpr io::Nanos kSettlingTime = 600 * io::kNanosPerSecond;
// Of the table, in one call of Advance.
constexpr size_t kPartsSweptAtOnce = 8;
// In each generation; just fits a table of 2^19 places.
constexpr size_t kMostSettled = 450'000;
constexpr uint64_t kMessageSeed = 0x6D657373;
constexpr uint64_t kReferenceSeed = 0x7265666572;

uint64_t HashOfMessage(uint64_t key) { return Mix(Mix(key) ^ kMessageSeed); }

// By which a segment is known that was given no id; 0 when it cannot be known at all.
uint64_t HashOfReference(uint32_t account, const Correlation& correlation) {
  if (correlation.addresses == 0 || !correlation.reference) return 0;
  return Mix(Mix(correlation.addresses ^ kReferenceSeed) + (uint64_t{account} << 16) +
             *correlation.reference);
}

bool HasNumber(const InboundReceipt& receipt) {
  return receipt.source_number != 0 || receipt.destination_number != 0;
}

}  // namespace

Matcher::Matcher(MatcherSink* sink, const std::vector<ReceiptOptions>& accounts) : sink_(sink) {
  for (const ReceiptOptions& options : accounts) accounts_.emplace_back().options = options;
}

Matcher::Witness Matcher::Ask(uint32_t number, const InboundReceipt& receipt) {
  if (number == 0 || !HasNumber(receipt)) return Witness::kNone;
  const bool agrees = AreSameNumber(number, receipt.source_number) ||
                      AreSameNumber(number, receipt.destination_number);  // not all swap them
  return agrees ? Witness::kAgrees : Witness::kDisagrees;
}

Matcher::AccountState& Matcher::StateOf(uint32_t account) {
  if (account >= accounts_.size()) accounts_.resize(account + 1);
  return accounts_[account];
}

uint32_t Matcher::TickAt(int64_t wall_ns) const {
  return static_cast<uint32_t>(wall_ns / tick_ns_ % WaitingTable::kTicks);
}

void Matcher::Configure(const Options& options, io::Nanos now, int64_t wall_ns) {
  int64_t longest = kShortestTick;
  int64_t shortest = INT64_MAX;
  for (size_t i = 0; i < options.accounts.size(); ++i) {
    StateOf(static_cast<uint32_t>(i)).options = options.accounts[i];
    longest = std::max(longest, io::ToNanos(options.accounts[i].late));
    shortest = std::min(shortest, io::ToNanos(options.accounts[i].late));
  }
  // What a few receipts of an earlier run decided there is not learned yet.
  for (AccountState& account : accounts_) {
    account.learned = account.learned && account.way(account.change).agreed >= kMatchesToLearn;
  }
  has_voted_ = false;
  counts_ = {
      .not_kept = counts_.not_kept, .without_id = counts_.without_id, .on_disk = counts_.on_disk};
  max_waiting_ = options.max_waiting;
  has_journal_ = options.has_journal;
  const uint32_t this_hour = TickAt(wall_ns);
  tick_ns_ = std::max({kShortestTick, std::min(shortest, longest) / 2, longest / kMostTicksAhead});
  configured_ = true;
  now_ = now;
  wall_ns_ = wall_ns;
  wall_offset_ = wall_ns - now;
  swept_tick_ = TickAt(wall_ns);
  for (size_t part = 0; part < WaitingTable::kParts; ++part) {
    waiting_.Sweep(part, [&](WaitingTable::Entry& entry) {
      int64_t hours = (this_hour - entry.tick) % WaitingTable::kTicks;
      if (hours > kMostHours) hours = 0;  // accepted in the future, by another clock
      const int64_t end = wall_ns - hours * kHour + kHour + longest;
      entry.tick = TickAt(end) + 1;
      const bool stays = end > wall_ns;
      if (!stays && entry.parts > 0) --waiting_segments_;
      return stays;
    });
  }
  std::vector<ParkedReceipt> parked;
  while (park_.size() > 0) parked.push_back(park_.TakeFirst());
  for (ParkedReceipt& receipt : parked) {
    // One that may be of an unknown message waits until the run has met that.
    const ReceiptOptions& own = StateOf(receipt.values.account).options;
    const bool has_reference = receipt.values.correlation.reference.has_value();
    const io::Nanos wait = io::ToNanos(has_reference ? own.late : own.park);
    park_.Add(receipt.receipt(), std::move(receipt.hashes), now - kSettleAfter,
              io::Later(now, wait));
  }
}

io::Nanos Matcher::NextDeadline() const {
  io::Nanos deadline = park_.FirstDeadline();
  if (!unknowns_.empty() && park_.size() > 0) {
    deadline = std::min(deadline, unknowns_tried_at_ + kSettleInterval);
  }
  return deadline;
}

void Matcher::Advance(io::Nanos now) {
  now_ = std::max(now_, now);
  wall_ns_ = now_ + wall_offset_;
  if (!unknowns_.empty() && now_ - unknowns_tried_at_ >= kSettleInterval) SettleUnknowns();
  ParkedReceipt expired;
  while (park_.TakeExpired(now_, &expired)) Release(expired);
  Expire();
}

void Matcher::Finish() {
  while (park_.size() > 0) Release(park_.TakeFirst());
}

// What was waited for long enough is forgotten, a part of the table at a time.
void Matcher::Expire() {
  const uint32_t tick = TickAt(wall_ns_);
  if (next_swept_part_ == WaitingTable::kParts) {
    if (tick == swept_tick_) return;
    swept_tick_ = tick;
    next_swept_part_ = 0;
  }
  for (size_t i = 0; i < kPartsSweptAtOnce && next_swept_part_ < WaitingTable::kParts; ++i) {
    waiting_.Sweep(next_swept_part_++, [&](WaitingTable::Entry& entry) {
      const uint32_t since_end = (swept_tick_ - entry.tick) % WaitingTable::kTicks;
      const bool stays = since_end >= WaitingTable::kTicks / 2;
      if (!stays && entry.parts > 0) --waiting_segments_;
      return stays;
    });
  }
}

Matcher::Candidates Matcher::CandidatesFor(const InboundReceipt& receipt) {
  const AccountState& account = StateOf(receipt.account);
  Candidates candidates;
  const FoldedId id(receipt.id);
  const uint8_t spelling = SpellingMarkOf(receipt.id);
  const bool is_exact = account.spells_exactly && IsOpaqueId(receipt.id);
  const auto may_be = [&](IdChange change) {
    return MayChange(account.options.id_response, account.options.id_receipt, change);
  };
  const auto add = [&](IdChange change) {
    if (!may_be(change)) return;
    const FoldedId changed = id.Changed(change);
    if (changed.empty()) return;
    candidates.Add(
        {.hash = HashOfId(receipt.account, changed), .change = change, .spelling = spelling});
  };
  if (!id.empty()) {
    if (is_exact) {
      candidates.Add({.hash = HashOfSpelling(receipt.account, receipt.id), .is_trusted = true});
    }
    if (account.learned) add(account.change);
    for (size_t i = 0; i < kIdChanges; ++i) {
      const auto change = static_cast<IdChange>(i);
      if (!account.has_learned(change)) add(change);
    }
    if (candidates.count == 1) {
      constexpr IdChange kAll[] = {IdChange::kNone, IdChange::kDecimalToHex,
                                   IdChange::kHexToDecimal};
      candidates.all[0].is_alone = true;
      candidates.all[0].is_trusted =
          std::count_if(std::begin(kAll), std::end(kAll), may_be) == 1;  // as configured
    }
  }
  if (const uint64_t hash = HashOfReference(receipt.account, receipt.correlation)) {
    candidates.Add({.hash = hash, .is_trusted = true});
  }
  return candidates;
}

// Whether it may be about one message as well as about another. One that has its final state is as
// good as one that waits: the receipt may be a repetition.
bool Matcher::IsAmbiguous(const InboundReceipt& receipt, const Candidates& candidates) {
  if (StateOf(receipt.account).learned) return false;
  uint64_t first = 0;
  WaitingTable::Entry entry;
  for (const Candidate& candidate : candidates) {
    if (candidate.hash == first) continue;
    if (waiting_.Find(candidate.hash, &entry)) {
      if (Ask(entry.number, receipt) != Witness::kAgrees) continue;
    } else {
      const uint16_t* settled = FindSettled(candidate.hash);
      if (settled == nullptr || Ask(*settled, receipt) != Witness::kAgrees) continue;
    }
    if (first != 0) return true;
    first = candidate.hash;
  }
  return false;
}

bool Matcher::AccountState::IsCredible(IdChange conversion, uint64_t further) const {
  const Evidence& evidence = way(conversion);
  const uint64_t witnesses = evidence.agreed + further;
  return witnesses > evidence.disagreed && witnesses > way(IdChange::kNone).agreed;
}

// The id of another message may be ours as it is written: 26 is 0x1A or 0x26. The number tells
// which, unless numbers in this account's receipts turned out to be of no use; and when the receipt
// has waited, the id as it is written goes without it.
bool Matcher::MayBe(const AccountState& account, const Candidate& candidate,
                    const WaitingTable::Entry& entry, Witness witness, Doubts doubts) const {
  if (candidate.is_trusted) return true;
  const bool has_learned = account.has_learned(candidate.change);
  if (account.learned && !has_learned) return false;
  if (candidate.change != IdChange::kNone) {
    if (witness == Witness::kDisagrees) return false;
    if (has_learned) return true;
    if (witness == Witness::kAgrees)
      return account.IsCredible(candidate.change, has_voted_ ? 0 : 1);
    return doubts == Doubts::kIgnore && account.matched_as_written == 0;
  }
  const bool is_as_written = candidate.spelling == entry.spelling;
  if (witness == Witness::kAgrees || has_learned) {
    return is_as_written || witness != Witness::kDisagrees;
  }
  if (!is_as_written) return witness == Witness::kNone && doubts == Doubts::kIgnore;
  if (witness == Witness::kNone || candidate.is_alone) return true;
  const bool numbers_help = account.disagreed <= account.agreed;
  if (doubts == Doubts::kHeed && numbers_help) return false;
  return !account.IsCredible(IdChange::kDecimalToHex, 0) &&
         !account.IsCredible(IdChange::kHexToDecimal, 0);
}

bool Matcher::TryMatch(const InboundReceipt& receipt, const Candidates& candidates, Doubts doubts) {
  AccountState& account = StateOf(receipt.account);
  const bool is_evidence = doubts == Doubts::kHeed && !has_voted_;
  if (doubts == Doubts::kHeed && IsAmbiguous(receipt, candidates)) return false;
  if (is_evidence) WeighAgainst(receipt, candidates);
  // The right one may be among those that are not kept.
  if (is_partial_ || counts_.not_kept > 0) doubts = Doubts::kHeed;
  WaitingTable::Entry entry;
  for (const bool may_disagree : {false, true}) {
    for (const Candidate& candidate : candidates) {
      if (!waiting_.Find(candidate.hash, &entry)) continue;
      const Witness witness = Ask(entry.number, receipt);
      if ((witness == Witness::kDisagrees) != may_disagree) continue;
      if (!MayBe(account, candidate, entry, witness, doubts)) continue;
      account.agreed += witness == Witness::kAgrees ? 1 : 0;
      account.disagreed += witness == Witness::kDisagrees ? 1 : 0;
      const bool is_as_written =
          candidate.change == IdChange::kNone && candidate.spelling == entry.spelling;
      account.matched_as_written += is_as_written ? 1 : 0;
      if (is_evidence && witness == Witness::kAgrees) {
        Learn(receipt.account, candidates, candidate);
      }
      Apply(candidate.hash, entry, receipt);
      return true;
    }
  }
  return false;
}

void Matcher::WeighAgainst(const InboundReceipt& receipt, const Candidates& candidates) {
  AccountState& account = StateOf(receipt.account);
  WaitingTable::Entry entry;
  for (const Candidate& candidate : candidates) {
    if (candidate.is_trusted || !waiting_.Find(candidate.hash, &entry)) continue;
    const bool disagrees = Ask(entry.number, receipt) == Witness::kDisagrees;
    account.way(candidate.change).disagreed += disagrees ? 1 : 0;
  }
}

void Matcher::Vote(const InboundReceipt& receipt) {
  AccountState& account = StateOf(receipt.account);
  const Candidates candidates = CandidatesFor(receipt);
  WeighAgainst(receipt, candidates);
  if (IsAmbiguous(receipt, candidates)) return;
  WaitingTable::Entry entry;
  for (const Candidate& candidate : candidates) {
    if (candidate.is_trusted || !waiting_.Find(candidate.hash, &entry)) continue;
    if (Ask(entry.number, receipt) != Witness::kAgrees) continue;
    ++account.way(candidate.change).agreed;
    break;  // the same in several ways is best taken as it is
  }
}

void Matcher::DecideByVotes() {
  has_voted_ = true;
  for (AccountState& account : accounts_) {
    account.change = IdChange::kNone;
    for (const IdChange change : {IdChange::kDecimalToHex, IdChange::kHexToDecimal}) {
      const bool is_more = account.way(change).agreed > account.way(account.change).agreed;
      if (is_more && account.IsCredible(change, 0)) account.change = change;
    }
    account.learned = account.way(account.change).agreed > 0;
  }
}

void Matcher::EndOfEarlier() {
  Park::List& parked = park_.receipts();
  for (Park::Place place = parked.begin(); place != parked.end();) {
    MatchParked(place++, Doubts::kIgnore);
  }
}

void Matcher::ForEachParked(const std::function<void(const InboundReceipt&)>& look) {
  for (const ParkedReceipt& parked : park_.receipts()) look(parked.receipt());
}

void Matcher::ExpectReferences(absl::flat_hash_set<uint16_t> references) {
  references_ = std::move(references);
  unheard_references_ = references_;
  ForEachParked([this](const InboundReceipt& receipt) {
    if (receipt.correlation.reference) unheard_references_.erase(*receipt.correlation.reference);
  });
}

bool Matcher::MayBeAboutUnknown(const InboundReceipt& receipt) const {
  const std::optional<uint16_t> reference = receipt.correlation.reference;
  return unknowns_.MayBeAboutOne(receipt) || (reference && references_.contains(*reference));
}

void Matcher::Learn(uint32_t index, const Candidates& candidates, const Candidate& found) {
  AccountState& account = StateOf(index);
  if (account.learned || found.is_trusted) return;
  // An id that is the same in several ways tells nothing.
  const auto same = [&](const Candidate& other) {
    return other.hash == found.hash && other.change != found.change;
  };
  if (std::any_of(candidates.begin(), candidates.end(), same)) return;
  if (++account.way(found.change).agreed < kMatchesToLearn) return;
  const bool is_sure = found.change == IdChange::kNone
                           ? !account.IsCredible(IdChange::kDecimalToHex, 0) &&
                                 !account.IsCredible(IdChange::kHexToDecimal, 0)
                           : account.IsCredible(found.change, 0);
  if (!is_sure) return;
  account.learned = true;
  has_learned_ = true;
  account.change = found.change;
  if (found.change != IdChange::kNone) sink_->OnIdsLearned(index, found.change);
}

const uint16_t* Matcher::FindSettled(uint64_t hash) const {
  for (const auto* generation : {&settled_, &settled_before_}) {
    const auto found = generation->find(hash);
    if (found != generation->end()) return &found->second;
  }
  return nullptr;
}

// As long as nothing is learned, what is a repetition in one way may be an early receipt in
// another: of a further segment to the same number, for instance. So it waits, unless all ways are
// one.
bool Matcher::IsSettled(const InboundReceipt& receipt, const Candidates& candidates,
                        Doubts doubts) {
  const AccountState& account = StateOf(receipt.account);
  const auto is_same = [&](const Candidate& candidate) {
    return candidate.is_trusted || candidate.hash == candidates.all[0].hash;
  };
  const bool may_be_another = doubts == Doubts::kHeed && !account.learned &&
                              !std::all_of(candidates.begin(), candidates.end(), is_same);
  const auto is_settled = [&](const Candidate& candidate) {
    const uint16_t* number = FindSettled(candidate.hash);
    if (number == nullptr) return false;
    if (candidate.is_trusted) return true;
    if (may_be_another) return false;
    if (candidate.is_alone) return true;
    if (account.learned) return account.has_learned(candidate.change);
    return Ask(*number, receipt) != Witness::kDisagrees;
  };
  return std::any_of(candidates.begin(), candidates.end(), is_settled);
}

void Matcher::OnReceipt(const InboundReceipt& receipt) {
  const Candidates candidates = CandidatesFor(receipt);
  if (TryMatch(receipt, candidates, Doubts::kHeed)) return ReviewPark();
  if (IsSettled(receipt, candidates, Doubts::kHeed)) {
    ++counts_.repeated;
    return;
  }
  if (receipt.correlation.reference) unheard_references_.erase(*receipt.correlation.reference);
  if (!is_partial_ || configured_) ParkIt(receipt, candidates);
}

void Matcher::ParkIt(const InboundReceipt& receipt, const Candidates& candidates) {
  if (park_.full()) Release(park_.TakeFirst());
  std::vector<uint64_t> hashes;
  for (const Candidate& candidate : candidates) hashes.push_back(candidate.hash);
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  const io::Nanos wait = io::ToNanos(StateOf(receipt.account).options.park);
  const io::Nanos deadline = configured_ ? io::Later(now_, wait) : io::kNever;
  park_.Add(receipt, std::move(hashes), now_, deadline);
}

// It has waited long enough.
void Matcher::Release(const ParkedReceipt& parked) {
  const InboundReceipt receipt = parked.receipt();
  const Candidates candidates = CandidatesFor(receipt);
  if (TryMatch(receipt, candidates, Doubts::kIgnore)) return;
  if (IsSettled(receipt, candidates, Doubts::kIgnore)) {
    ++counts_.repeated;
  } else if (MayBeAboutUnknown(receipt)) {
    ++counts_.probable;
  } else if (has_journal_ && counts_.not_kept > 0) {
    ++counts_.on_disk;
  } else if (!receipt.earlier) {
    ++counts_.unmatched;
  }
}

uint64_t Matcher::HashOfSegment(const Acceptance& acceptance) {
  const FoldedId id(acceptance.id);
  if (id.empty()) return HashOfReference(acceptance.account, acceptance.correlation);
  AccountState& account = StateOf(acceptance.account);
  const uint64_t folded = HashOfId(acceptance.account, id);
  if (!account.spells_exactly && IsOpaqueId(acceptance.id)) {
    WaitingTable::Entry other;
    account.spells_exactly = waiting_.Find(folded, &other) && other.key != acceptance.key;
  }
  const bool is_exact = account.spells_exactly && IsOpaqueId(acceptance.id);
  return is_exact ? HashOfSpelling(acceptance.account, acceptance.id) : folded;
}

void Matcher::OnAccepted(const Acceptance& acceptance, int64_t wall_ns) {
  const AccountState& account = StateOf(acceptance.account);
  const bool is_claimed = acceptance.receipt_claim != 0;
  uint64_t hash = HashOfSegment(acceptance);
  if (hash == 0 && !is_claimed) {
    ++counts_.without_id;
    return;
  }
  if (hash == 0) hash = Mix(HashOfMessage(acceptance.key) + acceptance.part);
  const std::vector<Park::Place> parked = park_.Find(hash);
  if (waiting_.size() >= max_waiting_ && parked.empty() && !is_claimed) {
    ++counts_.not_kept;
    return;
  }
  WaitingTable::Entry entry;
  entry.key = acceptance.key;
  entry.part = static_cast<uint8_t>(acceptance.part);
  entry.parts = static_cast<uint8_t>(std::clamp<uint16_t>(acceptance.parts, 1, UINT8_MAX));
  entry.number = WideMarkOf(acceptance.number);
  entry.spelling = SpellingMarkOf(acceptance.id);
  entry.tick =
      configured_ ? TickAt(wall_ns + io::ToNanos(account.options.late)) + 1 : TickAt(wall_ns);
  if (waiting_.Put(hash, entry)) ++waiting_segments_;
  if (is_claimed) {
    const Park::Place claimed = park_.FindNumber(acceptance.receipt_claim);
    if (claimed != park_.end()) Apply(hash, entry, park_.Take(claimed).receipt());
  }
  if (!parked.empty()) MatchParked(hash);
}

void Matcher::MatchParked(uint64_t hash) {
  for (const Park::Place place : park_.Find(hash)) MatchParked(place, Doubts::kHeed);
  ReviewPark();
}

void Matcher::MatchParked(Park::Place place, Doubts doubts) {
  const InboundReceipt receipt = place->receipt();
  const Candidates candidates = CandidatesFor(receipt);
  const bool is_known = TryMatch(receipt, candidates, doubts);
  const bool is_repeated = !is_known && IsSettled(receipt, candidates, doubts);
  if (is_repeated) ++counts_.repeated;
  if (is_known || is_repeated) park_.Take(place);
}

void Matcher::ReviewPark() {
  if (!std::exchange(has_learned_, false)) return;
  Park::List& parked = park_.receipts();
  for (Park::Place place = parked.begin(); place != parked.end();) {
    MatchParked(place++, Doubts::kHeed);
  }
}

void Matcher::Apply(uint64_t hash, WaitingTable::Entry entry, const InboundReceipt& receipt) {
  const auto state = static_cast<uint8_t>(receipt.state);
  if (IsFinal(receipt.state)) {
    if (waiting_.Remove(hash)) --waiting_segments_;
    RememberSettled(hash, entry.number);
    ++(receipt.state == DeliveryState::kDelivered ? counts_.delivered : counts_.undelivered);
    return Report(entry, receipt);
  }
  if (entry.state == state) {
    ++counts_.repeated;
    return;
  }
  entry.state = state;
  waiting_.Put(hash, entry);
  Report(entry, receipt);
}

void Matcher::Report(const WaitingTable::Entry& entry, const InboundReceipt& receipt) {
  Receipt report;
  report.key = entry.key;
  report.segment = static_cast<uint16_t>(entry.part + 1);
  report.segments = entry.parts;
  report.state = receipt.state;
  report.message_state = receipt.state;
  report.error = receipt.error;
  report.message_id = receipt.id;
  report.received_at_ns = receipt.received_at_ns;
  report.earlier = receipt.earlier;
  if (IsFinal(receipt.state)) CountSegment(entry, &report);
  sink_->OnReceipt(report);
}

// What became of its message as a whole: kept once a segment of several has its final state, until
// all have.
void Matcher::CountSegment(const WaitingTable::Entry& entry, Receipt* receipt) {
  receipt->settled = entry.parts == 1;
  if (receipt->settled) return;
  constexpr auto kDelivered = static_cast<uint8_t>(DeliveryState::kDelivered);
  const uint64_t hash = HashOfMessage(entry.key);
  WaitingTable::Entry message;
  if (!waiting_.Find(hash, &message)) {
    message = entry;
    message.part = 0;
    message.parts = 0;
    message.state = kDelivered;
  }
  ++message.part;
  if (message.state == kDelivered) message.state = static_cast<uint8_t>(receipt->state);
  receipt->message_state = static_cast<DeliveryState>(message.state);
  receipt->settled = message.part == entry.parts;
  if (receipt->settled) {
    waiting_.Remove(hash);
  } else {
    waiting_.Put(hash, message);
  }
}

void Matcher::RememberSettled(uint64_t hash, uint16_t number) {
  if (settled_.size() >= kMostSettled) {
    std::swap(settled_, settled_before_);
    settled_.clear();
  }
  settled_.insert_or_assign(hash, number);
}

// A receipt whose own message's answer is not on its way any more may be about an unknown one.
void Matcher::SettleUnknowns() {
  unknowns_tried_at_ = now_;
  for (ParkedReceipt& parked : park_.receipts()) {
    const io::Nanos wait = io::ToNanos(StateOf(parked.values.account).options.park);
    if (parked.claimed || now_ - parked.since < std::min(kSettleAfter, wait)) continue;
    SettledByReceipt settled;
    if (!unknowns_.Settle(parked.receipt(), &settled.segment)) continue;
    parked.claimed = true;
    park_.Postpone(parked, io::Later(now_, kSettlingTime));
    settled.id = parked.id;
    settled.receipt_claim = parked.number;
    sink_->OnUnknownSettled(settled);
  }
}

bool Matcher::IsWaiting() const {
  const uint64_t found_later = counts_.on_disk;
  return waiting_segments_ > 0 || unknowns_.settleable() > 0 || !unheard_references_.empty() ||
         counts_.not_kept > found_later;
}

MatcherCounts Matcher::counts() const {
  MatcherCounts counts = counts_;
  counts.waiting = waiting_segments_ + counts.not_kept - std::min(counts.on_disk, counts.not_kept);
  counts.parked = park_.size();
  return counts;
}

}  // namespace salvo::engine
